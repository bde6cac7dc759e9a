// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.UserRecord;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The producer in memory refuses what the real one refuses, with the same words. */
@KinesisServer(
    properties = {"MaxUserRecordSize=2000", "stream.small.MaxUserRecordSize=64", "KeyOrder=halt"})
class InMemoryParityTest {

  static Stream<UserRecord> misuses() {
    byte[] data = {1, 2, 3};
    UserRecord good = UserRecord.of("clicks", "k", data);
    return Stream.of(
        UserRecord.of("", "k", data),
        UserRecord.of("no such name", "k", data),
        UserRecord.of("arn:aws:kinesis:here", "k", data),
        UserRecord.of("clicks", "", data),
        UserRecord.of("clicks", "x".repeat(257), data),
        UserRecord.of("clicks", "\uD83D", data),
        UserRecord.withoutPartitionKey("clicks", data),
        UserRecord.of("clicks", "k", new byte[2_001]),
        UserRecord.of("small", "k", new byte[65]),
        good.withExplicitHashKey("-1"),
        good.withExplicitHashKey("340282366920938463463374607431768211456"));
  }

  @ParameterizedTest
  @MethodSource("misuses")
  void put_badInput_isRefusedWithTheSameWords(
      UserRecord record, KinesisProducer real, KinesisProducerConfig config) {
    try (InMemoryKinesisProducer inMemory =
        InMemoryKinesisProducer.builder().config(config).build()) {
      Throwable expected = catchThrowable(() -> real.put(record));
      Throwable actual = catchThrowable(() -> inMemory.put(record));

      assertThat(expected).isInstanceOf(IllegalArgumentException.class);
      assertThat(actual).hasSameClassAs(expected).hasMessage(expected.getMessage());
      assertThat(catchThrowable(() -> inMemory.tryPut(record))).hasSameClassAs(expected);
      assertThat(inMemory.accepted()).isEmpty();
    }
  }
}
