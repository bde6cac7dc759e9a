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

  /**
   * A moment.
   *
   * @param second which second it lies in
   * @param nanosInto how much of that is over
   */
  record Moment(long second, long nanosInto) {}

  /** This moment, but never in a second before the last look's. */
  Moment now() {
    long nanos = nanoClock.getAsLong();
    long read = Math.floorDiv(nanos, NANOS);
    long last = second.get();
    return read < last ? new Moment(last, 0) : new Moment(read, Math.floorMod(nanos, NANOS));
  }
}
