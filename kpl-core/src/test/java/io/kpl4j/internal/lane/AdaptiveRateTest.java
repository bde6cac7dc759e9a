// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptiveRateTest {

  private static final double EXACT = 1e-12;

  private final AdaptiveRate rate = rate(150);

  private static AdaptiveRate rate(long ceilingPercent) {
    return new AdaptiveRate(new RateLimit(ceilingPercent, true), false);
  }

  /** Uses the whole rate for so many of its own seconds. */
  private static void use(AdaptiveRate rate, double seconds) {
    for (int i = 0; i < seconds * 10; i++) {
      rate.accepted(rate.share() / 10);
    }
  }

  private static void lower(AdaptiveRate rate, int times) {
    for (int i = 0; i < times; i++) {
      rate.accepted(0);
      assertThat(rate.throttled(i, i)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"150, 1", "100, 1", "30, 0.3"})
  void share_atFirst_isAllThatAShardTakesButForTheCeiling(long percent, double expected) {
    assertThat(rate(percent).share()).isEqualTo(expected);
  }

  @Test
  void share_fixed_isAlwaysTheLimit() {
    AdaptiveRate fixed = new AdaptiveRate(new RateLimit(150, false), false);
    assertThat(fixed.share()).isEqualTo(1.5);

    assertThat(fixed.throttled(1, 2)).as("lower than before").isFalse();
    assertThat(fixed.share()).isEqualTo(1.5);
    use(fixed, 200);
    assertThat(fixed.share()).isEqualTo(1.5);
  }

  @Test
  void share_fixedAndWithoutAMap_isThatOfOneShard() {
    AdaptiveRate fixed = new AdaptiveRate(new RateLimit(50, false), true);
    use(fixed, 200);
    fixed.throttled(1, 2);

    assertThat(fixed.share()).isEqualTo(0.5);
  }

  @Test
  void throttled_once_takesAFifth() {
    assertThat(rate.throttled(5, 7)).isTrue();

    assertThat(rate.share()).isEqualTo(0.8, within(EXACT));
  }

  @Test
  void throttled_callSentBeforeTheRateWasLowered_isNoNews() {
    rate.throttled(5, 7);
    rate.accepted(0);

    assertThat(rate.throttled(6, 9)).isFalse();
    assertThat(rate.share()).isEqualTo(0.8, within(EXACT));
    assertThat(rate.throttled(7, 10)).as("sent at the lower rate").isTrue();
    assertThat(rate.share()).isEqualTo(0.64, within(EXACT));
  }

  @Test
  void throttled_nothingAcceptedSince_isLeftToBackoff() {
    rate.throttled(1, 2);
    for (int i = 3; i < 100; i++) {
      assertThat(rate.throttled(i, i)).isFalse();
    }
    assertThat(rate.share()).isEqualTo(0.8, within(EXACT));
  }

  @Test
  void throttled_manyTimes_stopsAtTheFloor() {
    lower(rate, 20);
    assertThat(rate.share()).isGreaterThan(AdaptiveRate.FLOOR);
    rate.accepted(0);
    rate.throttled(20, 20);
    rate.accepted(0);

    assertThat(rate.throttled(21, 21)).as("lower than before").isFalse();
    assertThat(rate.share()).isEqualTo(AdaptiveRate.FLOOR);
  }

  @Test
  void accepted_afterAThrottle_comesBackFastThenWaitsThenGoesOn() {
    rate.throttled(1, 2);
    // The plateau: 46.6 s of the curve's time, which runs a little faster than the rate's own.
    use(rate, 10);
    double early = rate.share();
    assertThat(early).isBetween(0.88, 0.92);
    use(rate, 32);
    double atPlateau = rate.share();
    assertThat(atPlateau).isBetween(0.995, 1.001);
    use(rate, 10);
    assertThat(rate.share()).isBetween(atPlateau, 1.01);
    use(rate, 60);
    assertThat(rate.share()).isBetween(1.3, 1.5);
  }

  @Test
  void accepted_withoutThrottles_stopsAtTheCeiling() {
    use(rate, 1_000);

    assertThat(rate.share()).isEqualTo(1.5);
  }

  @Test
  void accepted_followsTheCubicCurve() {
    rate.accepted(2);

    assertThat(rate.share()).isEqualTo(Math.exp(AdaptiveRate.STEEPNESS * 8), within(EXACT));
  }

  @Test
  void accepted_atALowRate_runsFasterThroughTheCurve() {
    AdaptiveRate quarter = rate(25);
    AdaptiveRate high = rate(1_000);
    lower(quarter, 1);
    lower(high, 1);
    // A fifth is missing in both; the low one is half way up its curve in half its seconds.
    use(quarter, 10);
    use(high, 20);

    assertThat(quarter.share() / 0.25).isEqualTo(high.share(), within(0.01));
  }

  @Test
  void accepted_whatIsNotUsed_isNotRaised() {
    rate.throttled(1, 2);
    for (int i = 0; i < 1_000; i++) {
      rate.accepted(0.000_01);
    }

    assertThat(rate.share()).isLessThan(0.801);
  }

  @Test
  void accepted_withoutAMapAndThrottles_doublesAndMoreInASecondOfFullUse() {
    AdaptiveRate stream = new AdaptiveRate(new RateLimit(150, true), true);
    assertThat(stream.share()).isEqualTo(1);

    stream.accepted(1);
    assertThat(stream.share()).isEqualTo(2);
    use(stream, 1);
    assertThat(stream.share()).isBetween(4.0, 5.5);
    use(stream, 20);
    assertThat(stream.share()).as("ceiling").isEqualTo(1.5 * AdaptiveRate.UNKNOWN_SHARDS);
  }

  @Test
  void accepted_withoutAMapAfterAThrottle_followsTheCurve() {
    AdaptiveRate stream = new AdaptiveRate(new RateLimit(150, true), true);
    stream.accepted(9);
    assertThat(stream.throttled(1, 2)).isTrue();
    assertThat(stream.share()).isEqualTo(8, within(EXACT));

    use(stream, 1);
    assertThat(stream.share()).isBetween(8.01, 8.2);
    use(stream, 45);
    assertThat(stream.share()).isBetween(9.95, 10.01);
  }

  @Test
  void accepted_bySmallPieces_neverFalls() {
    lower(rate, 3);
    double before = rate.share();
    for (int i = 0; i < 5_000; i++) {
      rate.accepted(0.005);
      assertThat(rate.share()).isGreaterThanOrEqualTo(before);
      before = rate.share();
    }
  }
}
