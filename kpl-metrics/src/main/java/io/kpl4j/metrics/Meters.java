// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Makes the meter of a metric. Thread-safe. */
final class Meters {

  private final MeterRegistry registry;
  private final double @Nullable [] percentiles;
  private final boolean histograms;

  Meters(MeterRegistry registry, Binding.Settings settings) {
    this.registry = registry;
    List<Double> wanted = settings.percentiles();
    this.percentiles =
        wanted.isEmpty() ? null : wanted.stream().mapToDouble(each -> each).toArray();
    this.histograms = settings.histograms();
  }

  MeterSeries make(Metric metric, Tags tags) {
    return switch (metric.measure()) {
      case EVENTS, BYTES -> counter(metric, tags);
      case SIZES, BYTE_SIZES -> summary(metric, tags);
      case TIMES -> timer(metric, tags);
      case LEVEL, SHARE -> gauge(metric, tags);
    };
  }

  private MeterSeries counter(Metric metric, Tags tags) {
    return new MeterSeries.Adding(
        Counter.builder(metric.meterName())
            .description(metric.meaning())
            .baseUnit(metric.measure() == Measure.BYTES ? "bytes" : null)
            .tags(tags)
            .register(registry));
  }

  private MeterSeries summary(Metric metric, Tags tags) {
    return new MeterSeries.Spreading(
        DistributionSummary.builder(metric.meterName())
            .description(metric.meaning())
            .baseUnit(metric.measure() == Measure.BYTE_SIZES ? "bytes" : null)
            .publishPercentiles(percentiles)
            .publishPercentileHistogram(histograms)
            .tags(tags)
            .register(registry));
  }

  private MeterSeries timer(Metric metric, Tags tags) {
    return new MeterSeries.Timing(
        Timer.builder(metric.meterName())
            .description(metric.meaning())
            .publishPercentiles(percentiles)
            .publishPercentileHistogram(histograms)
            .tags(tags)
            .register(registry));
  }

  private MeterSeries gauge(Metric metric, Tags tags) {
    AtomicReference<Double> last = new AtomicReference<>(Double.NaN);
    Gauge gauge =
        Gauge.builder(metric.meterName(), last::get)
            .description(metric.meaning())
            .tags(tags)
            .strongReference(true)
            .register(registry);
    return new MeterSeries.Latest(gauge, last);
  }
}
