// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import java.util.function.LongSupplier;

/** Which second it is, read from the clock once an event and not once a series. Thread-safe. */
final class Seconds {

  private static final long NANOS = 1_000_000_000L;

  private final LongSupplier nanoClock;
  private volatile long second;

  Seconds(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.second = Math.floorDiv(nanoClock.getAsLong(), NANOS);
  }

  /** Looks at the clock. */
  void tick() {
    long now = Math.floorDiv(nanoClock.getAsLong(), NANOS);
    if (now != second) {
      second = now;
    }
  }

  /** The second as of the last look. */
  long last() {
    return second;
  }

  /** The second now. */
  long now() {
    return Math.floorDiv(nanoClock.getAsLong(), NANOS);
  }

  /** How much of this second is over, in nanoseconds. */
  long nanosIntoNow() {
    return Math.floorMod(nanoClock.getAsLong(), NANOS);
  }
}
