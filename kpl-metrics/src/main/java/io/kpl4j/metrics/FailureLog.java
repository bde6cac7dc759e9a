// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kpl4j.internal.transport.ServiceText;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Logs failures to publish, one of each kind a period, with the number of those it kept quiet
 * about. Thread-safe.
 */
final class FailureLog {

  /** What becomes of the metrics. */
  private enum Kind {
    DELAYED,
    LOST,
    REFUSED
  }

  private final Logger log;
  private final long periodNanos;
  private final LongSupplier nanoClock;

  @GuardedBy("this")
  private final Map<Kind, Said> said = new EnumMap<>(Kind.class);

  /** When a kind was last logged, and how many were not since. */
  private static final class Said {
    private long nanos;
    private long quiet;

    Said(long nanos) {
      this.nanos = nanos;
    }
  }

  FailureLog(Logger log, Duration period, LongSupplier nanoClock) {
    this.log = log;
    this.periodNanos = period.toNanos();
    this.nanoClock = nanoClock;
  }

  /** What was to be published goes with the next upload. */
  void delayed(Throwable failure) {
    say(
        Kind.DELAYED,
        "Metrics were not published to CloudWatch, and go with the next upload; records are not"
            + " affected",
        failure);
  }

  /**
   * What was to be published is not sent again.
   *
   * @param series how many: metrics, each with its dimensions
   */
  void lost(int series, Throwable failure) {
    say(
        Kind.LOST,
        "Metrics were not published to CloudWatch, and values of "
            + series
            + " series are lost; records are not affected",
        failure);
  }

  /** CloudWatch took all that went with it, but not this one. */
  void refused(RollUp.Key metric, Throwable failure) {
    say(
        Kind.REFUSED,
        "CloudWatch refused the metric "
            + metric.metric().cloudWatchName()
            + metric.dimensions()
            + ", whose last values are lost; others and records are not affected",
        failure);
  }

  private synchronized void say(Kind kind, String what, Throwable failure) {
    long now = nanoClock.getAsLong();
    Said last = said.get(kind);
    if (last != null && now - last.nanos < periodNanos) {
      last.quiet++;
      log.debug(what, ServiceText.loggable(failure));
      return;
    }
    long quiet = last == null ? 0 : last.quiet;
    log.warn(
        "{}: {} ({} earlier ones not logged)", what, ServiceText.shown(failure.toString()), quiet);
    log.debug("The failure in full", ServiceText.loggable(failure));
    said.put(kind, new Said(now));
  }
}
