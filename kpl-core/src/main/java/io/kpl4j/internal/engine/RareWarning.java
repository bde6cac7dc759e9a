// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * A message that is logged once a minute at most, with how many were left out. Thread-safe. What a
 * user's code throws for each of a million records must not fill the disk.
 */
final class RareWarning {

  private static final long EVERY_NANOS = 60_000_000_000L;

  private final Logger log;
  private final MonotonicClock clock;
  private final Level level;
  private final String what;
  private long nextNanos;
  private long leftOut;

  /**
   * Creates a warning.
   *
   * @param what has happened
   */
  RareWarning(Logger log, MonotonicClock clock, String what) {
    this(log, clock, Level.WARN, what);
  }

  /**
   * Creates a message of any level.
   *
   * @param what has happened
   */
  RareWarning(Logger log, MonotonicClock clock, Level level, String what) {
    this.log = log;
    this.clock = clock;
    this.level = level;
    this.what = what;
  }

  synchronized void warn(Throwable fault) {
    long now = clock.nanos();
    if (now < nextNanos) {
      leftOut++;
      return;
    }
    nextNanos = now + EVERY_NANOS;
    log.atLevel(level).log("{} ({} more not logged)", what, leftOut, fault);
    leftOut = 0;
  }
}
