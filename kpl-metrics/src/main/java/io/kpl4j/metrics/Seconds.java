// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Which second it is, read from the clock once an event and not once a series. Thread-safe.
 *
 * <p>It never goes back: not where the clock does, nor where a thread comes late with what it has
 * read. A value that was counted for a second would otherwise lie in the future, unseen, or be
 * overwritten.
 */
final class Seconds {

  private static final long NANOS = 1_000_000_000L;

  private final LongSupplier nanoClock;
  private final AtomicLong second;

  Seconds(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.second = new AtomicLong(Math.floorDiv(nanoClock.getAsLong(), NANOS));
  }

  /** Looks at the clock. */
  void tick() {
    long now = Math.floorDiv(nanoClock.getAsLong(), NANOS);
    if (now > second.get()) {
      second.accumulateAndGet(now, Math::max);
    }
  }

  /** The second as of the last look. */
  long last() {
    return second.get();
  }

  /** The second now. */
  long now() {
    return Math.max(second.get(), Math.floorDiv(nanoClock.getAsLong(), NANOS));
  }

  /** How much of this second is over, in nanoseconds. */
  long nanosIntoNow() {
    return Math.floorMod(nanoClock.getAsLong(), NANOS);
  }
}
