// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertThat(tokens.payableAtNanos(1, 0)).isEqualTo(9 * SECOND + ShardTokens.STEP_NANOS);
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

    assertThat(tokens.payableAtNanos(1, 0)).as("records").isEqualTo(ShardTokens.STEP_NANOS);
    assertThat(tokens.payableAtNanos(512 << 10, 0)).as("bytes").isEqualTo(SECOND / 2);
  }

  @Test
  void halve_isOfBothLimits() {
    ShardTokens tokens = new ShardTokens(1, 0);
    tokens.halve(0);

    assertThat(tokens.payableAtNanos(512 << 10, 0)).as("bytes").isZero();
    assertThat(tokens.payableAtNanos(1 << 20, 0)).as("bytes").isEqualTo(SECOND / 2);
    assertThat(takeAll(tokens, 1, 0)).as("records").isEqualTo(500);
  }

  @Test
  void payableAtNanos_betweenSteps_isAsAtTheLastOne() {
    ShardTokens tokens = new ShardTokens(1, 0);
    tokens.empty(0);
    long step = ShardTokens.STEP_NANOS;

    assertThat(tokens.payableAtNanos(1, step - 1)).as("19 have grown, not seen").isEqualTo(step);
    assertThat(takeAll(tokens, 1, step)).isEqualTo(20);
    assertThat(tokens.payableAtNanos(1, step + 1)).isEqualTo(2 * step);
    assertThat(takeAll(tokens, 1, 3 * step - 1)).isEqualTo(20);
    assertThat(takeAll(tokens, 1, 4 * step + 5)).isEqualTo(40);
  }

  @Test
  void payableAtNanos_payable_isNow() {
    ShardTokens tokens = new ShardTokens(1, 7);

    assertThat(tokens.payableAtNanos(1, 8)).isEqualTo(8);
  }

  @Test
  void take_fromAFullOneBetweenSteps_isNotGivenWhatAFullOneDoesNotGrow() {
    ShardTokens tokens = new ShardTokens(1, 0);
    long half = ShardTokens.STEP_NANOS / 2;

    assertThat(takeAll(tokens, 1, half)).isEqualTo(1_000);

    assertThat(takeAll(tokens, 1, 2 * half)).isEqualTo(10);
  }

  /** Looking in steps never allows what an allowance without steps would not. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void take_atAnyTimes_isNeverMoreThanHasGrown(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ShardTokens tokens = new ShardTokens(1, 0);
    TokenBucket records = new TokenBucket(ShardTokens.SHARD_RECORDS_PER_SECOND, 0);
    TokenBucket bytes = new TokenBucket(ShardTokens.SHARD_BYTES_PER_SECOND, 0);
    long now = 0;
    int taken = 0;
    for (int i = 0; i < 20_000; i++) {
      now += random.nextLong(random.nextInt(1_000) == 0 ? SECOND : 800_000);
      int size = 1 + random.nextInt(2_000);
      if (tokens.payableAtNanos(size, now) <= now) {
        // A thousandth of a token is the rounding of doubles.
        assertThat(records.payableAtNanos(0.999, now)).isEqualTo(now);
        assertThat(bytes.payableAtNanos(size - 0.999, now)).isEqualTo(now);
        tokens.take(size, now);
        records.take(1, now);
        bytes.take(size, now);
        taken++;
      }
    }
    assertThat(taken).isBetween(10_000, 19_900);
  }
}
