// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import io.kpl4j.MetricsGranularity;
import io.kpl4j.event.ProducerState;
import io.kpl4j.event.ProducerState.StreamState;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Gauges of what producers hold, read when the registry asks; those of several producers add up,
 * ages are the greatest. Thread-safe.
 */
final class ProducerGauges {

  /** Streams beyond so many have no gauges of their own. */
  static final int MOST_STREAMS = 1_000;

  /** What is read of a producer. Immutable. */
  enum OfProducer {
    OUTSTANDING("kpl4j.records.outstanding", "", "Records without a result."),
    BYTES("kpl4j.buffer.used", "bytes", "Bytes of the buffer in use."),
    OLDEST("kpl4j.record.oldest.age", "seconds", "Age of the oldest record without a verdict."),
    IN_FLIGHT("kpl4j.requests.in.flight", "", "PutRecords calls under way."),
    WAITING("kpl4j.records.waiting", "", "Records that wait for room in the buffer.");

    private final String meterName;
    private final String unit;
    private final String meaning;

    OfProducer(String meterName, String unit, String meaning) {
      this.meterName = meterName;
      this.unit = unit;
      this.meaning = meaning;
    }

    private double of(ProducerState state) {
      return switch (this) {
        case OUTSTANDING -> state.outstandingRecords();
        case BYTES -> state.outstandingBytes();
        case OLDEST -> seconds(state.oldestRecordAge());
        case IN_FLIGHT -> state.requestsInFlight();
        case WAITING -> state.waitingRecords();
      };
    }

    String meterName() {
      return meterName;
    }

    String meaning() {
      return meaning;
    }
  }

  static final String SHARD_MAP_AGE = "kpl4j.shard.map.age";
  static final String SHARD_MAP_AGE_MEANING =
      "How long ago the stream's shards were last listed with success.";

  private final MeterRegistry registry;
  private final Tags common;
  private final Supplier<List<ProducerState>> producers;
  private final List<Meter> ofProducers;
  private final Set<String> streams = ConcurrentHashMap.newKeySet();

  ProducerGauges(
      MeterRegistry registry, Binding.Settings settings, Supplier<List<ProducerState>> producers) {
    this.registry = registry;
    this.common = settings.tags();
    this.producers = producers;
    this.ofProducers = Arrays.stream(OfProducer.values()).map(this::register).toList();
    if (settings.granularity() == MetricsGranularity.GLOBAL) {
      pending(common, ProducerGauges::allPending);
    }
  }

  /** Whether the registry has none of them any more: it was cleared, or never wanted them. */
  boolean areGone() {
    return Collections.disjoint(registry.getMeters(), ofProducers);
  }

  /** Makes the gauges of a stream, once. */
  void stream(String name) {
    if (streams.size() >= MOST_STREAMS || !streams.add(name)) {
      return;
    }
    Tags tags = common.and(Binding.STREAM, name);
    pending(
        tags,
        state -> state.stream(name).map(stream -> (double) stream.pendingRecords()).orElse(0.0));
    TimeGauge.builder(
            SHARD_MAP_AGE,
            () ->
                greatest(
                    state ->
                        state.stream(name)
                            .flatMap(StreamState::shardMapAge)
                            .map(ProducerGauges::seconds)
                            .orElse(0.0)),
            TimeUnit.SECONDS)
        .description(SHARD_MAP_AGE_MEANING)
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }

  private static double allPending(ProducerState state) {
    return state.streams().stream().mapToLong(StreamState::pendingRecords).sum();
  }

  private void pending(Tags tags, ToDoubleFunction<ProducerState> value) {
    gauge(Metric.USER_RECORDS_PENDING.meterName(), tags, value)
        .description(Metric.USER_RECORDS_PENDING.meaning())
        .register(registry);
  }

  private Meter register(OfProducer gauge) {
    if (gauge.unit.equals("seconds")) {
      return TimeGauge.builder(gauge.meterName, () -> greatest(gauge::of), TimeUnit.SECONDS)
          .description(gauge.meaning)
          .tags(common)
          .strongReference(true)
          .register(registry);
    }
    return gauge(gauge.meterName, common, gauge::of)
        .description(gauge.meaning)
        .baseUnit(gauge.unit.isEmpty() ? null : gauge.unit)
        .register(registry);
  }

  private Gauge.Builder<?> gauge(String name, Tags tags, ToDoubleFunction<ProducerState> value) {
    return Gauge.builder(name, () -> sum(value)).tags(tags).strongReference(true);
  }

  private double sum(ToDoubleFunction<ProducerState> value) {
    return producers.get().stream().mapToDouble(value).sum();
  }

  private double greatest(ToDoubleFunction<ProducerState> value) {
    return producers.get().stream().mapToDouble(value).max().orElse(0);
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
