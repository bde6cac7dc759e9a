// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import io.kpl4j.testkit.internal.operation.MetricLog;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** One datum that PutMetricData brought. Immutable. */
public final class MetricDatumSeen {

  private final MetricLog.Datum datum;

  MetricDatumSeen(MetricLog.Datum datum) {
    this.datum = datum;
  }

  /** {@return the namespace} */
  public String namespace() {
    return datum.namespace();
  }

  /** {@return the metric's name} */
  public String name() {
    return datum.name();
  }

  /** {@return the unit, if one came} */
  public Optional<String> unit() {
    return Optional.ofNullable(datum.unit());
  }

  /** {@return the dimensions, in the order in which they came} */
  public Map<String, String> dimensions() {
    return datum.dimensions();
  }

  /** {@return the time, if one came} */
  public Optional<Instant> timestamp() {
    return Optional.ofNullable(datum.timestamp());
  }

  /** {@return the value, if it came as a single one} */
  public OptionalDouble value() {
    Double value = datum.value();
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** {@return the statistic set, if it came as one} */
  public Optional<Statistics> statistics() {
    return Optional.ofNullable(datum.statistics()).map(Statistics::new);
  }

  /** {@return the distinct values, if it came as values with counts; otherwise empty} */
  public List<Double> values() {
    return datum.values();
  }

  /** {@return how often each of the values was seen; empty if no counts came} */
  public List<Double> counts() {
    return datum.counts();
  }

  @Override
  public String toString() {
    return "MetricDatumSeen[" + namespace() + ", " + name() + ", " + dimensions() + "]";
  }

  /** A statistic set. Immutable. */
  public static final class Statistics {

    private final MetricLog.Statistics set;

    private Statistics(MetricLog.Statistics set) {
      this.set = set;
    }

    /** {@return how many samples there were} */
    public double sampleCount() {
      return set.sampleCount();
    }

    /** {@return their sum} */
    public double sum() {
      return set.sum();
    }

    /** {@return the least of them} */
    public double minimum() {
      return set.minimum();
    }

    /** {@return the greatest of them} */
    public double maximum() {
      return set.maximum();
    }

    @Override
    public String toString() {
      return "Statistics["
          + sampleCount()
          + ", "
          + sum()
          + ", "
          + minimum()
          + ".."
          + maximum()
          + "]";
    }
  }
}
