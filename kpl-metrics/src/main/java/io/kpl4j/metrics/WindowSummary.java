// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.micrometer.core.instrument.AbstractMeter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;

/**
 * A summary of the values since it was last taken, with their minimum. Thread-safe.
 *
 * <p>Micrometer's own has no minimum, lets its maximum fade over several windows, and belongs to
 * windows by the clock, so that an upload that is late or early loses or repeats values.
 */
final class WindowSummary extends AbstractMeter implements DistributionSummary {

  @GuardedBy("this")
  private long count;

  @GuardedBy("this")
  private double sum;

  @GuardedBy("this")
  private double minimum;

  @GuardedBy("this")
  private double maximum;

  WindowSummary(Id id) {
    super(id);
    reset();
  }

  @Override
  public void record(double amount) {
    record(amount, 1);
  }

  void record(double amount, long times) {
    if (times <= 0) {
      return;
    }
    synchronized (this) {
      count += times;
      sum += amount * times;
      minimum = Math.min(minimum, amount);
      maximum = Math.max(maximum, amount);
    }
  }

  /** The values since the last call; they are then forgotten here. */
  synchronized Statistics take() {
    Statistics taken = new Statistics(count, sum, minimum, maximum);
    reset();
    return taken;
  }

  private synchronized void reset() {
    count = 0;
    sum = 0;
    minimum = Statistics.NONE.minimum();
    maximum = Statistics.NONE.maximum();
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
