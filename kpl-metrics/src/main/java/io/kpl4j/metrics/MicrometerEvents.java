// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import io.kpl4j.MetricsGranularity;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ProducerState;
import io.kpl4j.event.StreamEvents;
import io.kpl4j.metrics.Series.Place;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.LongSupplier;

/**
 * Counts, times and gauges what happens in a producer with the meters of any Micrometer registry.
 * Thread-safe; may be given to several producers, whose numbers then add up.
 *
 * <p>The meters are listed in {@code docs/metrics.md}. They have the tags {@code stream}, {@code
 * shard} (with {@link MetricsGranularity#SHARD} only; {@code unknown} while it is not known) and,
 * where errors are counted, {@code error}. All tags are bounded: the meters of a shard that is no
 * more are removed after some minutes, and beyond a great number shards and streams share meters.
 */
public final class MicrometerEvents implements ProducerEvents {

  private static final String UNKNOWN = "unknown";
  private static final int MOST_METERS = 20_000;

  private final MeterRegistry registry;
  private final MetricsGranularity granularity;
  private final Meters meters;
  private final ProducerGauges gauges;
  private final SeriesTable<MeterSeries> table;
  private final MeteredEvents events = new MeteredEvents(new Source());

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
    this(builder(registry).granularity(granularity));
  }

  private MicrometerEvents(Builder builder) {
    this.registry = builder.registry;
    this.granularity = builder.granularity;
    this.meters = new Meters(registry, builder.percentiles.clone(), builder.histograms);
    this.gauges = new ProducerGauges(registry, granularity);
    this.table = new SeriesTable<>(MOST_METERS, new Maker(), builder.nanoClock);
  }

  /**
   * Begins the settings of a binder.
   *
   * @param registry where the meters are; not closed with the producer
   * @return a builder that tells streams apart, without percentiles or histograms
   */
  public static Builder builder(MeterRegistry registry) {
    return new Builder(registry);
  }

  @Override
  public StreamEvents stream(String streamName) {
    if (granularity != MetricsGranularity.GLOBAL) {
      gauges.stream(streamName);
    }
    return events.stream(streamName);
  }

  @Override
  public void started(ProducerState state) {
    gauges.add(state);
  }

  private final class Source implements Series.Source {
    @Override
    public Series acquire(Metric metric, Place place) {
      boolean rateOfMany =
          metric.measure() == Measure.SHARE && granularity != MetricsGranularity.SHARD;
      if (!metric.hasMeter() || rateOfMany) {
        return Series.NONE;
      }
      boolean streams = granularity != MetricsGranularity.GLOBAL;
      boolean shards = granularity == MetricsGranularity.SHARD && metric.perShard();
      return table.acquire(
          metric,
          new Place(
              streams ? place.streamName() : null,
              shards ? requireNonNullElse(place.shardId(), UNKNOWN) : null,
              place.errorCode()));
    }

    @Override
    public void release(Series series) {
      table.release(series);
    }

    /** No upload sweeps here, so what happens to the shards that are left does. */
    @Override
    public void tick() {
      table.sweep();
    }
  }

  private final class Maker implements SeriesTable.Maker<MeterSeries> {
    @Override
    public MeterSeries make(Metric metric, Place place) {
      return meters.make(metric, tags(metric, place));
    }

    @Override
    public void drop(SeriesTable.Key key, MeterSeries series) {
      registry.remove(series.meter());
    }
  }

  /** The keys depend on the metric and the granularity alone, as some registries demand. */
  private Tags tags(Metric metric, Place place) {
    Tags tags = Tags.empty();
    if (granularity != MetricsGranularity.GLOBAL) {
      tags = tags.and("stream", requireNonNullElse(place.streamName(), UNKNOWN));
    }
    if (granularity == MetricsGranularity.SHARD && metric.perShard()) {
      tags = tags.and("shard", requireNonNullElse(place.shardId(), UNKNOWN));
    }
    if (metric.perError()) {
      tags = tags.and("error", requireNonNullElse(place.errorCode(), UNKNOWN));
    }
    return tags;
  }

  /** Settings of a {@link MicrometerEvents}. Not thread-safe. */
  public static final class Builder {
    private final MeterRegistry registry;
    private MetricsGranularity granularity = MetricsGranularity.STREAM;
    private double[] percentiles = {};
    private boolean histograms;
    private LongSupplier nanoClock = System::nanoTime;

    private Builder(MeterRegistry registry) {
      this.registry = requireNonNull(registry, "registry");
    }

    /**
     * Sets the finest tag.
     *
     * @param finest none, stream, which is the default, or shard as well
     * @return this builder
     */
    public Builder granularity(MetricsGranularity finest) {
      this.granularity = requireNonNull(finest, "granularity");
      return this;
    }

    /**
     * Sets the percentiles of times and sizes that are reckoned in this process. They cannot be
     * added up over processes; histograms can.
     *
     * @param ofTimesAndSizes such as 0.5 and 0.99
     * @return this builder
     */
    public Builder percentiles(double... ofTimesAndSizes) {
      this.percentiles = ofTimesAndSizes.clone();
      return this;
    }

    /**
     * Sets whether times and sizes are published as histograms, for registries that can take them.
     *
     * @param published whether they are; by default not
     * @return this builder
     */
    public Builder histograms(boolean published) {
      this.histograms = published;
      return this;
    }

    /** By what clock the meters of shards that are no more are removed; for tests. */
    Builder nanoClock(LongSupplier clock) {
      this.nanoClock = clock;
      return this;
    }

    /** {@return the binder} */
    public MicrometerEvents build() {
      return new MicrometerEvents(this);
    }
  }
}
