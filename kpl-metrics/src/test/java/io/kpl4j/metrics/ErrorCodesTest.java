// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorCodesTest {

  @ParameterizedTest
  @CsvSource({
    "InternalFailure, InternalFailure",
    "Wrong Shard, Wrong Shard",
    "'', Unknown",
    "'  ', Unknown",
    ":status, ?status",
    "Zu groß, Zu gro?",
  })
  void dimension_ofAnyCode_isOneThatCloudWatchTakes(String code, String dimension) {
    assertThat(new ErrorCodes().dimension(code)).isEqualTo(dimension);
  }

  @ParameterizedTest
  @CsvSource({"255, 255", "256, 255", "5000, 255"})
  void dimension_ofALongCode_isCut(int length, int expected) {
    assertThat(new ErrorCodes().dimension("x".repeat(length))).hasSize(expected);
  }
}
