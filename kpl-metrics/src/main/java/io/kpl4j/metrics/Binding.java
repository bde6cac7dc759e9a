// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static java.util.Objects.requireNonNullElse;

import io.kpl4j.MetricsGranularity;
import io.kpl4j.event.ProducerState;
import io.kpl4j.event.StreamEvents;
import io.kpl4j.metrics.Series.Place;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/**
 * The meters of one registry under the same tags, and the producers that they are of. Thread-safe.
 *
 * <p>There is one for each registry and tags, whoever asks for it: a registry gives the same
 * counter to all who ask, but it keeps the first gauge, and a meter that is removed is gone for
 * all. Keeps no producer from being collected; the gauges in the registry keep this.
 */
final class Binding {

  static final String STREAM = "stream";
  private static final String SHARD = "shard";
  private static final String ERROR = "error";
  private static final String UNKNOWN = "unknown";
  private static final int MOST_METERS = 20_000;

  /** Guarded by itself. Holds neither registries nor bindings. */
  private static final Map<MeterRegistry, Map<Tags, WeakReference<Binding>>> ALL =
      new WeakHashMap<>();

  /** How meters are made. Immutable. */
  record Settings(
      MetricsGranularity granularity, Tags tags, List<Double> percentiles, boolean histograms) {

    Settings {
      for (String ours : List.of(STREAM, SHARD, ERROR)) {
        if (tags.stream().anyMatch(tag -> tag.getKey().equals(ours))) {
          throw new IllegalArgumentException("the tag " + ours + " is the library's own");
        }
      }
    }
  }

  private final MeterRegistry registry;
  private final Settings settings;
  private final Meters meters;
  private final List<WeakReference<ProducerState>> producers = new CopyOnWriteArrayList<>();
  private final ProducerGauges gauges;
  private final SeriesTable<MeterSeries> table;
  private final MeteredEvents events = new MeteredEvents(new Source());

  private Binding(MeterRegistry registry, Settings settings, LongSupplier nanoClock) {
    this.registry = registry;
    this.settings = settings;
    this.meters = new Meters(registry, settings);
    this.gauges = new ProducerGauges(registry, settings, this::alive);
    this.table = new SeriesTable<>(MOST_METERS, new Maker(), nanoClock);
  }

  /**
   * The binding of a registry under these tags, which is made if there is none or the registry was
   * cleared since.
   *
   * @throws IllegalArgumentException if there is one with other settings
   */
  static Binding of(MeterRegistry registry, Settings settings, LongSupplier nanoClock) {
    synchronized (ALL) {
      Map<Tags, WeakReference<Binding>> ofRegistry =
          ALL.computeIfAbsent(registry, any -> new HashMap<>());
      WeakReference<Binding> known = ofRegistry.get(settings.tags);
      Binding binding = known == null ? null : known.get();
      if (binding == null || binding.gauges.areGone()) {
        binding = new Binding(registry, settings, nanoClock);
        ofRegistry.put(settings.tags, new WeakReference<>(binding));
      } else if (!binding.settings.equals(settings)) {
        throw new IllegalArgumentException(
            "the registry has meters of a producer with other settings: "
                + binding.settings
                + ", not "
                + settings
                + "; the same settings, or tags of its own, are needed");
      }
      return binding;
    }
  }

  StreamEvents stream(String streamName) {
    if (settings.granularity != MetricsGranularity.GLOBAL) {
      gauges.stream(streamName);
    }
    return events.stream(streamName);
  }

  void started(ProducerState state) {
    producers.removeIf(producer -> producer.get() == null);
    producers.add(new WeakReference<>(state));
  }

  private List<ProducerState> alive() {
    return producers.stream().map(WeakReference::get).filter(state -> state != null).toList();
  }

  private final class Source implements Series.Source {
    @Override
    public Series acquire(Metric metric, Place place) {
      boolean rateOfMany =
          metric.measure() == Measure.SHARE && settings.granularity != MetricsGranularity.SHARD;
      if (!metric.hasMeter() || rateOfMany) {
        return Series.NONE;
      }
      boolean streams = settings.granularity != MetricsGranularity.GLOBAL;
      boolean shards = settings.granularity == MetricsGranularity.SHARD && metric.perShard();
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

  /** The keys depend on the metric and the settings alone, as some registries demand. */
  private Tags tags(Metric metric, Place place) {
    Tags tags = settings.tags;
    if (settings.granularity != MetricsGranularity.GLOBAL) {
      tags = tags.and(STREAM, requireNonNullElse(place.streamName(), UNKNOWN));
    }
    if (settings.granularity == MetricsGranularity.SHARD && metric.perShard()) {
      tags = tags.and(SHARD, requireNonNullElse(place.shardId(), UNKNOWN));
    }
    if (metric.perError()) {
      tags = tags.and(ERROR, requireNonNullElse(place.errorCode(), UNKNOWN));
    }
    return tags;
  }
}
