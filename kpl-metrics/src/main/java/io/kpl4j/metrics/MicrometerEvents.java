// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.kpl4j.MetricsGranularity;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.StreamEvents;
import io.kpl4j.metrics.Series.Place;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Objects;

/**
 * Counts and times what happens in a producer with the meters of any Micrometer registry.
 * Thread-safe; may be given to several producers, whose numbers then add up.
 *
 * <p>The meters are listed in {@code docs/metrics.md}. They have the tags {@code stream}, {@code
 * shard} (with {@link MetricsGranularity#SHARD} only; {@code unknown} while it is not known) and,
 * where errors are counted, {@code error}, whose values are bounded.
 */
public final class MicrometerEvents implements ProducerEvents {

  private static final String UNKNOWN = "unknown";

  private final MeterRegistry registry;
  private final MetricsGranularity granularity;
  private final MeteredEvents events = new MeteredEvents(this::series);

  /**
   * Tells streams apart, not shards.
   *
   * @param registry where the meters are; not closed with the producer
   */
  public MicrometerEvents(MeterRegistry registry) {
    this(registry, MetricsGranularity.STREAM);
  }

  /**
   * Tells apart what the granularity says.
   *
   * @param registry where the meters are; not closed with the producer
   * @param granularity the finest tag: none, stream, or shard as well
   */
  public MicrometerEvents(MeterRegistry registry, MetricsGranularity granularity) {
    this.registry = Objects.requireNonNull(registry, "registry");
    this.granularity = Objects.requireNonNull(granularity, "granularity");
  }

  @Override
  public StreamEvents stream(String streamName) {
    return events.stream(streamName);
  }

  private Series series(Metric metric, Place place) {
    if (!metric.hasMeter()) {
      return Series.NONE;
    }
    return switch (metric.measure()) {
      case EVENTS, BYTES -> counter(metric, place);
      case SIZES, BYTE_SIZES -> summary(metric, place);
      case TIMES -> timer(metric, place);
    };
  }

  private Series counter(Metric metric, Place place) {
    Counter counter =
        Counter.builder(metric.meterName())
            .description(metric.meaning())
            .baseUnit(metric.measure() == Measure.BYTES ? "bytes" : null)
            .tags(tags(metric, place))
            .register(registry);
    return (value, times) -> counter.increment((double) value * times);
  }

  private Series summary(Metric metric, Place place) {
    DistributionSummary summary =
        DistributionSummary.builder(metric.meterName())
            .description(metric.meaning())
            .baseUnit(metric.measure() == Measure.BYTE_SIZES ? "bytes" : null)
            .tags(tags(metric, place))
            .register(registry);
    return (value, times) -> {
      for (long i = 0; i < times; i++) {
        summary.record((double) value);
      }
    };
  }

  private Series timer(Metric metric, Place place) {
    Timer timer =
        Timer.builder(metric.meterName())
            .description(metric.meaning())
            .tags(tags(metric, place))
            .register(registry);
    return (value, times) -> {
      for (long i = 0; i < times; i++) {
        timer.record(value, NANOSECONDS);
      }
    };
  }

  /** The keys depend on the metric and the granularity alone, as some registries demand. */
  private Tags tags(Metric metric, Place place) {
    Tags tags = Tags.empty();
    if (granularity != MetricsGranularity.GLOBAL) {
      tags = tags.and("stream", place.streamName());
    }
    if (granularity == MetricsGranularity.SHARD && metric.perShard()) {
      tags = tags.and("shard", Objects.requireNonNullElse(place.shardId(), UNKNOWN));
    }
    if (metric.perError()) {
      tags = tags.and("error", Objects.requireNonNullElse(place.errorCode(), UNKNOWN));
    }
    return tags;
  }
}
