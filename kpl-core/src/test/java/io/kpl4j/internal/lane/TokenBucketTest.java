// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long START = 77;

  private final TokenBucket bucket = new TokenBucket(100, START);

  @Test
  void payableAtNanos_full_isNowUpToTheBurst() {
    assertThat(bucket.payableAtNanos(100, START)).isEqualTo(START);
  }

  @Test
  void payableAtNanos_empty_isWhenTheCostHasGrown() {
    bucket.take(100, START);

    assertThat(bucket.payableAtNanos(1, START)).isEqualTo(START + SECOND / 100);
    assertThat(bucket.payableAtNanos(50, START)).isEqualTo(START + SECOND / 2);
  }

  @Test
  void payableAtNanos_whenTheTimeComes_isPayable() {
    bucket.take(100, START);
    for (double cost : new double[] {1, 3, 7, 33.3, 99.9, 100}) {
      TokenBucket fresh = new TokenBucket(100, START);
      fresh.take(100, START);
      long at = fresh.payableAtNanos(cost, START);
      assertThat(fresh.payableAtNanos(cost, at)).as("cost %s", cost).isBetween(at, at + 1);
    }
  }

  @Test
  void payableAtNanos_dearerThanTheBurst_whenFull() {
    bucket.take(50, START);

    assertThat(bucket.payableAtNanos(1_000, START)).isEqualTo(START + SECOND / 2);
    assertThat(bucket.payableAtNanos(1_000, START + SECOND / 2)).isEqualTo(START + SECOND / 2);
  }

  @Test
  void take_dearerThanTheBurst_leavesADebtThatIsPaidOff() {
    bucket.take(1_000, START);

    // 900 of debt, and one for the cost.
    assertThat(bucket.payableAtNanos(1, START)).isEqualTo(START + 901 * SECOND / 100);
  }

  @Test
  void grow_longIdle_stopsAtTheBurst() {
    long later = START + 3_600 * SECOND;
    bucket.take(100, later);

    assertThat(bucket.payableAtNanos(1, later)).isGreaterThan(later);
  }

  @Test
  void grow_timeThatDoesNotMoveOn_givesNothing() {
    bucket.take(100, START + SECOND);

    assertThat(bucket.payableAtNanos(1, START)).isEqualTo(START + SECOND + SECOND / 100);
  }

  @Test
  void changeRate_raised_growsFasterAndFurtherFromThen() {
    bucket.take(100, START);

    bucket.changeRate(200, START + SECOND / 2);

    // 50 have grown at the former rate.
    assertThat(bucket.payableAtNanos(50, START + SECOND / 2)).isEqualTo(START + SECOND / 2);
    assertThat(bucket.payableAtNanos(150, START + SECOND / 2)).isEqualTo(START + SECOND);
    assertThat(bucket.payableAtNanos(200, START + SECOND / 2)).isEqualTo(START + SECOND * 5 / 4);
  }

  @Test
  void changeRate_lowered_keepsNoMoreThanASecondOfIt() {
    bucket.changeRate(10, START);

    bucket.take(10, START);
    assertThat(bucket.payableAtNanos(1, START)).isEqualTo(START + SECOND / 10);
  }

  @Test
  void fullAt_tellsWhenAndGrowsNothing() {
    bucket.take(50, START);

    assertThat(bucket.fullAt(START + SECOND / 2)).isTrue();
    assertThat(bucket.fullAt(START + SECOND / 2 - 1)).isFalse();
    assertThat(bucket.payableAtNanos(51, START)).isEqualTo(START + SECOND / 100);
  }

  @Test
  void keepAtMost_full_leavesSoMuch() {
    bucket.keepAtMost(0.5, START + SECOND);

    assertThat(bucket.payableAtNanos(50, START + SECOND)).isEqualTo(START + SECOND);
    assertThat(bucket.payableAtNanos(51, START + SECOND)).isEqualTo(START + SECOND + SECOND / 100);
  }

  @Test
  void keepAtMost_nothing_leavesNothing() {
    bucket.keepAtMost(0, START + SECOND);

    assertThat(bucket.payableAtNanos(1, START + SECOND)).isEqualTo(START + SECOND + SECOND / 100);
  }

  @Test
  void keepAtMost_inDebt_leavesTheDebt() {
    bucket.take(200, START);

    bucket.keepAtMost(0.5, START);

    assertThat(bucket.payableAtNanos(1, START)).isEqualTo(START + 101 * SECOND / 100);
  }

  /** Against exact decimals: what may be taken in any stretch of time stays within the rate. */
  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33, 34})
  void anySequence_againstExactArithmetic_isTheSame(long seed) {
    Random random = new Random(seed);
    BigDecimal burst = BigDecimal.valueOf(100);
    BigDecimal tokens = burst;
    BigDecimal nanos = BigDecimal.valueOf(SECOND);
    long now = START;
    for (int step = 0; step < 3_000; step++) {
      long passed = random.nextInt(20) == 0 ? SECOND : random.nextInt(30_000_000);
      now += passed;
      tokens = tokens.add(BigDecimal.valueOf(passed).multiply(burst).divide(nanos)).min(burst);
      int cost = 1 + random.nextInt(random.nextInt(30) == 0 ? 300 : 20);
      long exact =
          BigDecimal.valueOf(Math.min(cost, 100))
              .subtract(tokens)
              .multiply(nanos)
              .divide(burst)
              .setScale(0, java.math.RoundingMode.CEILING)
              .longValue();
      long answer = bucket.payableAtNanos(cost, now) - now;
      assertThat(answer).isCloseTo(Math.max(0, exact), within(2L));
      if (answer == 0) {
        bucket.take(cost, now);
        tokens = tokens.subtract(BigDecimal.valueOf(cost));
      }
    }
  }

  /** All that changes a bucket, at times that do not always move on, against exact decimals. */
  @ParameterizedTest
  @ValueSource(longs = {41, 42, 43, 44, 45, 46})
  void anySequenceOfChanges_againstExactArithmetic_isTheSame(long seed) {
    Random random = new Random(seed);
    BigDecimal nanos = BigDecimal.valueOf(SECOND);
    BigDecimal rate = BigDecimal.valueOf(100);
    BigDecimal tokens = rate;
    long now = START;
    long last = START;
    for (int step = 0; step < 5_000; step++) {
      now += random.nextInt(10) == 0 ? -random.nextInt(1_000_000) : random.nextInt(40_000_000);
      long passed = Math.max(0, now - last);
      tokens = tokens.add(BigDecimal.valueOf(passed).multiply(rate).divide(nanos)).min(rate);
      last += passed;
      BigDecimal cost = BigDecimal.valueOf(1 + random.nextInt(random.nextInt(20) == 0 ? 900 : 9));
      switch (random.nextInt(8)) {
        case 0 -> {
          rate = BigDecimal.valueOf(1 + random.nextInt(300));
          tokens = tokens.min(rate);
          bucket.changeRate(rate.doubleValue(), now);
        }
        case 1 -> {
          // An eighth has an exact binary form.
          BigDecimal share = BigDecimal.valueOf(random.nextInt(9)).divide(BigDecimal.valueOf(8));
          tokens = tokens.min(rate.multiply(share));
          bucket.keepAtMost(share.doubleValue(), now);
        }
        default -> {
          long wait = bucket.payableAtNanos(cost.doubleValue(), now) - now;
          BigDecimal missing = cost.min(rate).subtract(tokens).max(BigDecimal.ZERO);
          long exact =
              missing.multiply(nanos).divide(rate, 0, java.math.RoundingMode.CEILING).longValue();
          assertThat(wait).isCloseTo(exact == 0 ? 0 : last - now + exact, within(2L));
          if (wait == 0) {
            bucket.take(cost.doubleValue(), now);
            tokens = tokens.subtract(cost);
          }
        }
      }
    }
  }
}
