// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.micrometer.core.instrument.AbstractMeter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * A summary of the values since it was last taken, of the last minute and of all time, with their
 * minimum. Thread-safe; its lock is held for a few instructions.
 *
 * <p>Micrometer's own has no minimum, lets its maximum fade over several windows, and belongs to
 * windows by the clock, so that an upload that is late or early loses or repeats values.
 */
final class WindowSummary extends AbstractMeter
    implements DistributionSummary, Series, Series.Summed {

  private final Measure measure;
  private final Seconds seconds;
  private final boolean spread;
  private final long bornSecond;

  @GuardedBy("this")
  private long count;

  @GuardedBy("this")
  private double sum;

  @GuardedBy("this")
  private double minimum;

  @GuardedBy("this")
  private double maximum;

  @GuardedBy("this")
  private @Nullable ValueCounts values;

  @GuardedBy("this")
  private @Nullable SlidingWindow window;

  @GuardedBy("this")
  private Statistics before = Statistics.NONE;

  /**
   * Creates an empty summary.
   *
   * @param measure what its values are
   * @param spread whether their spread is kept for {@link #take}
   */
  WindowSummary(Id id, Measure measure, Seconds seconds, boolean spread) {
    super(id);
    this.measure = measure;
    this.seconds = seconds;
    this.spread = spread;
    this.bornSecond = seconds.now().second();
    reset();
  }

  /** For Micrometer; the value is in the unit already. */
  @Override
  public void record(double amount) {
    add(1, amount, amount, amount);
  }

  @Override
  public void record(double value, long times) {
    double amount = measure.inUnit(value);
    add(times, amount * times, amount, amount);
  }

  @Override
  public void record(Statistics many) {
    add(
        many.count(),
        measure.inUnit(many.sum()),
        measure.inUnit(many.minimum()),
        measure.inUnit(many.maximum()));
  }

  @Override
  public @Nullable Summed summed() {
    return spread ? null : this;
  }

  private void add(long times, double total, double least, double most) {
    if (times <= 0) {
      return;
    }
    synchronized (this) {
      count += times;
      sum += total;
      minimum = Math.min(minimum, least);
      maximum = Math.max(maximum, most);
      ValueCounts counts = values;
      if (counts != null) {
        counts.add(least, times);
      }
      SlidingWindow ring = window;
      if (ring == null) {
        ring = new SlidingWindow();
        window = ring;
      }
      ring.add(seconds.last(), times, total, least, most);
    }
  }

  /** The values since the last call; they count as taken then. */
  synchronized Statistics take() {
    Statistics taken = new Statistics(count, sum, minimum, maximum, values);
    before = before.plus(untaken());
    reset();
    return taken;
  }

  /** The values of so many seconds up to this one. */
  synchronized Statistics last(int howMany, long second) {
    return window == null ? Statistics.NONE : window.last(howMany, second);
  }

  /** All values there were. */
  synchronized Statistics all() {
    return before.plus(untaken());
  }

  /** When it was made, in seconds. */
  long bornSecond() {
    return bornSecond;
  }

  @GuardedBy("this")
  private Statistics untaken() {
    return new Statistics(count, sum, minimum, maximum);
  }

  private synchronized void reset() {
    count = 0;
    sum = 0;
    minimum = Statistics.NONE.minimum();
    maximum = Statistics.NONE.maximum();
    values = spread ? new ValueCounts() : null;
  }

  @Override
  public synchronized long count() {
    return count;
  }

  @Override
  public synchronized double totalAmount() {
    return sum;
  }

  @Override
  public synchronized double max() {
    return count == 0 ? 0 : maximum;
  }

  @Override
  public synchronized HistogramSnapshot takeSnapshot() {
    return HistogramSnapshot.empty(count, sum, max());
  }
}
