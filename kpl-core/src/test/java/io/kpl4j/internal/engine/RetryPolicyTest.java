// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.RetryConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RetryPolicyTest {

  private static long millis(RetryPolicy policy, int failures) {
    return Duration.ofNanos(policy.boundNanos(failures)).toMillis();
  }

  @Test
  void exponential_doublesUpToItsCeiling() {
    RetryPolicy policy = RetryPolicy.exponential(Duration.ofMillis(50), Duration.ofMillis(1_000));

    assertThat(millis(policy, 1)).isEqualTo(50);
    assertThat(millis(policy, 2)).isEqualTo(100);
    assertThat(millis(policy, 5)).isEqualTo(800);
    assertThat(millis(policy, 6)).isEqualTo(1_000);
    assertThat(millis(policy, 5_000)).isEqualTo(1_000);
    assertThat(policy.maxAttempts()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void exponential_baseAndCeilingOfAMillisecond_isConstant() {
    RetryPolicy policy = RetryPolicy.exponential(Duration.ofMillis(1), Duration.ofMillis(1));

    assertThat(millis(policy, 1)).isEqualTo(1);
    assertThat(millis(policy, 100)).isEqualTo(1);
  }

  /** The library counts up to the number of failures, which has no bound where expiry has none. */
  @Test
  @Timeout(60)
  void boundNanos_afterAnyNumberOfFailures_costsTheSame() {
    RetryPolicy ours = RetryPolicy.exponential(Duration.ofMillis(50), Duration.ofMillis(1_000));
    RetryPolicy theirs =
        RetryPolicy.of(
            RetryConfig.custom()
                .intervalFunction(IntervalFunction.ofExponentialBackoff(10, 3.0, 700))
                .build());

    for (int i = 0; i < 100; i++) {
      assertThat(millis(ours, Integer.MAX_VALUE - i)).isEqualTo(1_000);
      assertThat(millis(theirs, Integer.MAX_VALUE - i)).isEqualTo(700);
    }
  }

  @Test
  void of_readsIntervalsAndAttempts() {
    RetryPolicy policy =
        RetryPolicy.of(
            RetryConfig.custom()
                .maxAttempts(7)
                .intervalFunction(IntervalFunction.ofExponentialBackoff(10, 3.0))
                .build());

    assertThat(millis(policy, 1)).isEqualTo(10);
    assertThat(millis(policy, 3)).isEqualTo(90);
    assertThat(policy.maxAttempts()).isEqualTo(7);
  }

  @Test
  void of_intervalThatLooksAtTheResult_seesAFailure() {
    RetryPolicy policy =
        RetryPolicy.of(
            RetryConfig.custom()
                .intervalBiFunction((attempt, either) -> either.isLeft() ? 5L * attempt : -1L)
                .build());

    assertThat(millis(policy, 2)).isEqualTo(10);
  }

  @Test
  void boundNanos_nonsense_isKeptWithinADay() {
    RetryPolicy large =
        RetryPolicy.of(RetryConfig.custom().intervalFunction(n -> Long.MAX_VALUE).build());
    RetryPolicy negative = RetryPolicy.of(RetryConfig.custom().intervalFunction(n -> -5L).build());

    assertThat(Duration.ofNanos(large.boundNanos(1))).isEqualTo(Duration.ofDays(1));
    assertThat(negative.boundNanos(1)).isZero();
  }

  @Test
  void boundNanos_intervalFunctionHasNoAnswer_isASecond() {
    long[] delays = {10, 20};
    RetryPolicy throwing =
        RetryPolicy.of(
            RetryConfig.custom().maxAttempts(3).intervalFunction(n -> delays[n - 1]).build());
    RetryPolicy silent = RetryPolicy.of(RetryConfig.custom().intervalFunction(n -> null).build());

    assertThat(millis(throwing, 2)).isEqualTo(20);
    assertThat(millis(throwing, 3)).isEqualTo(1_000);
    assertThat(millis(silent, 1)).isEqualTo(1_000);
  }

  @Test
  void of_predicates_areIgnoredWithOneWarning() {
    PrintStream error = System.err;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setErr(new PrintStream(captured, true, UTF_8));
    RetryPolicy policy;
    try {
      policy =
          RetryPolicy.of(
              RetryConfig.custom()
                  .maxAttempts(2)
                  .waitDuration(Duration.ofMillis(20))
                  .retryOnException(thrown -> false)
                  .retryOnResult(result -> true)
                  .build());
    } finally {
      System.setErr(error);
    }

    assertThat(policy.maxAttempts()).isEqualTo(2);
    assertThat(millis(policy, 1)).isEqualTo(20);
    assertThat(captured.toString(UTF_8)).containsOnlyOnce("its predicates are ignored");
  }
}
