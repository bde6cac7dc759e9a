// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SvgTest {

  @ParameterizedTest
  @CsvSource({
    "208, 0 50 100 150 200 250",
    "395, 0 100 200 300 400",
    "100, 0 20 40 60 80 100",
    "7.3, 0 2 4 6 8",
    "0.09, 0 0.02 0.04 0.06 0.08 0.1"
  })
  void round_anyGreatestValue_coversItInRoundSteps(double most, String places) {
    double[] expected = Arrays.stream(places.split(" ")).mapToDouble(Double::parseDouble).toArray();

    assertThat(Svg.round(most)).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(Svg.round(most).get(i).at()).isCloseTo(expected[i], within(1e-9));
    }
  }
}
