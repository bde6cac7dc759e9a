// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The metric data that came, in order of arrival. Thread-safe. */
public final class MetricLog {

  @GuardedBy("this")
  private final List<Datum> data = new ArrayList<>();

  /**
   * One datum of a PutMetricData call. Immutable.
   *
   * @param namespace the call's namespace
   * @param name the metric's name
   * @param unit the unit, or null
   * @param dimensions the dimensions in their order
   * @param timestamp the time it was given, or null
   * @param arrival when it came
   * @param value the single value, or null
   * @param statistics sample count, sum, minimum and maximum, or null
   * @param values the distinct values; empty if none came
   * @param counts how often each value came; empty if none came
   */
  public record Datum(
      String namespace,
      String name,
      @Nullable String unit,
      Map<String, String> dimensions,
      @Nullable Instant timestamp,
      Instant arrival,
      @Nullable Double value,
      @Nullable Statistics statistics,
      List<Double> values,
      List<Double> counts) {

    /** The time it was given, or else when it came. */
    Instant time() {
      return timestamp == null ? arrival : timestamp;
    }

    /** All that it says, as one statistic set. */
    Statistics summary() {
      if (statistics != null) {
        return statistics;
      }
      if (value != null) {
        return new Statistics(1, value, value, value);
      }
      Statistics sum = Statistics.NONE;
      for (int i = 0; i < values.size(); i++) {
        double each = values.get(i);
        double count = counts.isEmpty() ? 1 : counts.get(i);
        sum = sum.plus(new Statistics(count, each * count, each, each));
      }
      return sum;
    }
  }

  /**
   * A statistic set. Immutable.
   *
   * @param sampleCount how many samples
   * @param sum their sum
   * @param minimum the least
   * @param maximum the greatest
   */
  public record Statistics(double sampleCount, double sum, double minimum, double maximum) {

    static final Statistics NONE =
        new Statistics(0, 0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

    Statistics plus(Statistics other) {
      return new Statistics(
          sampleCount + other.sampleCount,
          sum + other.sum,
          Math.min(minimum, other.minimum),
          Math.max(maximum, other.maximum));
    }
  }

  synchronized void add(List<Datum> more) {
    data.addAll(more);
  }

  /** All that came. */
  public synchronized List<Datum> all() {
    return List.copyOf(data);
  }

  /** Forgets what came. */
  public synchronized void clear() {
    data.clear();
  }
}
