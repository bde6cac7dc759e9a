// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.lane;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardTokensTest {

  private static final long SECOND = 1_000_000_000L;

  /** How many go in one second from an empty allowance, and which of the two limits says so. */
  @ParameterizedTest
  @CsvSource({
    "100, 100, 1000",
    "100, 10240, 102",
    "100, 1048576, 1",
    "150, 100, 1500",
    "50, 100, 500",
    "1, 100, 10"
  })
  void take_inOneSecond_isWhatTheRateAllows(long percent, int sizeBytes, int expected) {
    ShardTokens tokens = new ShardTokens(percent / 100.0, 0);
    int burst = takeAll(tokens, sizeBytes, 0);
    assertThat(burst).as("a burst of one second").isBetween(expected, expected + 1);

    int sustained = 0;
    for (long now = 1_000_000; now <= 10 * SECOND; now += 1_000_000) {
      sustained += takeAll(tokens, sizeBytes, now);
    }
    assertThat(sustained / 10).isBetween(expected - 1, expected + 1);
  }

  private static int takeAll(ShardTokens tokens, int sizeBytes, long now) {
    int taken = 0;
    while (tokens.payableAtNanos(sizeBytes, now) <= now) {
      tokens.take(sizeBytes, now);
      taken++;
    }
    return taken;
  }

  @Test
  void payableAtNanos_largerThanASecondOfTheShard_goesWhenFullAndIsPaidFor() {
    ShardTokens tokens = new ShardTokens(1, 0);
    int size = 10 << 20;
    assertThat(tokens.payableAtNanos(size, 0)).isZero();

    tokens.take(size, 0);

    assertThat(tokens.payableAtNanos(size, 0)).isEqualTo(10 * SECOND);
    assertThat(tokens.payableAtNanos(1, 0)).isBetween(9 * SECOND, 9 * SECOND + 1_000);
  }

  @Test
  void shardSeconds_isOfTheLimitThatBinds() {
    assertThat(ShardTokens.shardSeconds(500, 1_000)).isEqualTo(0.5);
    assertThat(ShardTokens.shardSeconds(1, 1 << 19)).isEqualTo(0.5);
  }

  @Test
  void changeShare_half_isHalfOfBothLimits() {
    ShardTokens tokens = new ShardTokens(1, 0);
    tokens.changeShare(0.5, 0);

    assertThat(takeAll(tokens, 1, 0)).isEqualTo(500);
    assertThat(takeAll(tokens, 512 << 10, SECOND)).isEqualTo(1);
    assertThat(tokens.payableAtNanos(512 << 10, SECOND)).isEqualTo(2 * SECOND);
  }

  @Test
  void empty_isOfBothLimits() {
    ShardTokens tokens = new ShardTokens(1, 0);
    tokens.empty(0);

    assertThat(tokens.payableAtNanos(1, 0)).as("records").isEqualTo(SECOND / 1_000);
    assertThat(tokens.payableAtNanos(512 << 10, 0)).as("bytes").isEqualTo(SECOND / 2);
  }
}
