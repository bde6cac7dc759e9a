// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static java.util.Objects.requireNonNull;

import io.kpl4j.MetricsGranularity;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ProducerState;
import io.kpl4j.event.StreamEvents;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Counts, times and gauges what happens in a producer with the meters of any Micrometer registry.
 * Thread-safe.
 *
 * <p>The meters are listed in {@code docs/metrics.md}. They have the tags {@code stream}, {@code
 * shard} (with {@link MetricsGranularity#SHARD} only; {@code unknown} while it is not known) and,
 * where errors are counted, {@code error}. All tags are bounded: the meters of a shard that is no
 * more are removed after some minutes, and beyond a great number shards and streams share meters.
 *
 * <p>The numbers of several producers add up, whether they are given the same {@code
 * MicrometerEvents} or each one of its own for the same registry. {@link Builder#tags} tells them
 * apart.
 */
public final class MicrometerEvents implements ProducerEvents {

  private final Binding binding;

  /**
   * Tells streams apart, not shards.
   *
   * @param registry where the meters are; not closed with the producer
   * @throws IllegalArgumentException if the registry has one without tags and with other settings
   */
  public MicrometerEvents(MeterRegistry registry) {
    this(registry, MetricsGranularity.STREAM);
  }

  /**
   * Tells apart what the granularity says.
   *
   * @param registry where the meters are; not closed with the producer
   * @param granularity the finest tag: none, stream, or shard as well
   * @throws IllegalArgumentException if the registry has one without tags and with other settings
   */
  public MicrometerEvents(MeterRegistry registry, MetricsGranularity granularity) {
    this(builder(registry).granularity(granularity));
  }

  private MicrometerEvents(Builder builder) {
    this.binding =
        Binding.of(
            builder.registry,
            new Binding.Settings(
                builder.granularity,
                builder.tags,
                Arrays.stream(builder.percentiles).boxed().toList(),
                builder.histograms),
            builder.nanoClock);
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
    return binding.stream(streamName);
  }

  @Override
  public void started(ProducerState state) {
    binding.started(state);
  }

  /** Settings of a {@link MicrometerEvents}. Not thread-safe. */
  public static final class Builder {
    private final MeterRegistry registry;
    private MetricsGranularity granularity = MetricsGranularity.STREAM;
    private Tags tags = Tags.empty();
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
     * Adds tags to all meters, such as one that names the producer where there are several.
     *
     * @param common the tags; not {@code stream}, {@code shard} or {@code error}
     * @return this builder
     */
    public Builder tags(Iterable<Tag> common) {
      this.tags = tags.and(common);
      return this;
    }

    /**
     * Sets the percentiles of times and sizes that are reckoned in this process. They cannot be
     * added up over processes; histograms can.
     *
     * @param ofTimesAndSizes 0 to 1, such as 0.5 and 0.99
     * @return this builder
     * @throws IllegalArgumentException if one is not in that range
     */
    public Builder percentiles(double... ofTimesAndSizes) {
      for (double each : ofTimesAndSizes) {
        if (!(each >= 0 && each <= 1)) {
          throw new IllegalArgumentException("percentile " + each + " is not from 0 to 1");
        }
      }
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

    /**
     * {@return the binder}
     *
     * @throws IllegalArgumentException if the registry has one with the same tags and other
     *     settings, or the tags are the library's own
     */
    public MicrometerEvents build() {
      return new MicrometerEvents(this);
    }
  }
}
