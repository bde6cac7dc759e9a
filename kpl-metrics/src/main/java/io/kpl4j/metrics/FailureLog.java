// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Logs failures to publish, one a period, with the number of those it kept quiet about.
 * Thread-safe.
 */
final class FailureLog {

  private final Logger log;
  private final long periodNanos;
  private final LongSupplier nanoClock;

  @GuardedBy("this")
  private boolean begun;

  @GuardedBy("this")
  private long loggedNanos;

  @GuardedBy("this")
  private long quiet;

  FailureLog(Logger log, Duration period, LongSupplier nanoClock) {
    this.log = log;
    this.periodNanos = period.toNanos();
    this.nanoClock = nanoClock;
  }

  /**
   * Takes a failure.
   *
   * @param lost whether what was to be published is not sent again
   */
  synchronized void add(@Nullable Throwable failure, boolean lost) {
    long now = nanoClock.getAsLong();
    if (begun && now - loggedNanos < periodNanos) {
      quiet++;
      log.debug("Metrics were not published", failure);
      return;
    }
    log.warn(
        "Metrics were not published to CloudWatch, and {}; records are not affected: {}"
            + " ({} earlier failures not logged)",
        lost ? "are lost" : "go with the next upload",
        String.valueOf(failure),
        quiet);
    log.debug("The failure in full", failure);
    begun = true;
    loggedNanos = now;
    quiet = 0;
  }
}
