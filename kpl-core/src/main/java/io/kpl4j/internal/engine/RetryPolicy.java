// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the loop reads of a {@link RetryConfig}: the bound of each delay and the number of attempts.
 * It waits in its own time, so nothing else of the library runs. Immutable.
 */
public final class RetryPolicy {

  private static final Logger LOG = LoggerFactory.getLogger(RetryPolicy.class);
  private static final long NANOS_PER_MILLI = 1_000_000L;
  private static final long LONGEST_MILLIS = Duration.ofDays(1).toMillis();
  private static final long WITHOUT_ANSWER_MILLIS = 1_000;

  /** More failures in a row are taken for so many: a delay that doubles was at its end long ago. */
  private static final int MOST_FAILURES = 1_000;

  private final Function<Integer, Long> bound;
  private final long maxAttempts;

  private RetryPolicy(Function<Integer, Long> bound, long maxAttempts) {
    this.bound = bound;
    this.maxAttempts = maxAttempts;
  }

  /**
   * Delays that double from a base up to a ceiling; attempts without limit, so that expiry decides.
   */
  public static RetryPolicy exponential(Duration base, Duration ceiling) {
    return new RetryPolicy(
        IntervalFunction.ofExponentialBackoff(base.toMillis(), 2.0, ceiling.toMillis()),
        Long.MAX_VALUE);
  }

  /** A user's policy: its interval function and its number of attempts. */
  public static RetryPolicy of(RetryConfig config) {
    if (config.getResultPredicate() != null
        || !config.getExceptionPredicate().test(new Exception("an attempt failed"))) {
      LOG.warn(
          "Of a RetryConfig the producer reads the interval function and the number of attempts only;"
              + " its predicates are ignored: what is retried follows from the service's answer");
    }
    // One that looks at the result of an attempt sees a failure: an attempt that succeeds is not
    // repeated.
    Either<Throwable, Object> failed = Either.left(new Exception("an attempt failed"));
    return new RetryPolicy(
        new Survived(failures -> config.getIntervalBiFunction().apply(failures, failed)),
        config.getMaxAttempts());
  }

  /**
   * A user's function, which may know fewer failures than a lane, a stream or a listing has in a
   * row. Thread-safe if the function is.
   */
  private static final class Survived implements Function<Integer, Long> {
    private final Function<Integer, @Nullable Long> interval;
    private final AtomicBoolean warned = new AtomicBoolean();

    Survived(Function<Integer, @Nullable Long> interval) {
      this.interval = interval;
    }

    @Override
    public Long apply(Integer failures) {
      @Nullable RuntimeException thrown = null;
      try {
        Long millis = interval.apply(failures);
        if (millis != null) {
          return millis;
        }
      } catch (RuntimeException fault) {
        thrown = fault;
      }
      if (warned.compareAndSet(false, true)) {
        LOG.warn(
            "The interval function of the RetryConfig has no answer for {} failures in a row; {} ms"
                + " are taken",
            failures,
            WITHOUT_ANSWER_MILLIS,
            thrown);
      }
      return WITHOUT_ANSWER_MILLIS;
    }
  }

  /** Bound of the random delay after so many failures in a row, from 1. */
  public long boundNanos(int failures) {
    // The library's function counts up to the number, and without expiry that has no bound.
    long millis = bound.apply(Math.min(failures, MOST_FAILURES));
    return Math.max(0, Math.min(millis, LONGEST_MILLIS)) * NANOS_PER_MILLI;
  }

  /** Attempts of one Kinesis record, at least 1. */
  public long maxAttempts() {
    return maxAttempts;
  }
}
