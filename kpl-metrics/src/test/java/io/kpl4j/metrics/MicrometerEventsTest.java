// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.kpl4j.MetricsGranularity;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StreamEvents;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MicrometerEventsTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void events_ofOneStream_becomeItsMeters() {
    StreamEvents stream = new MicrometerEvents(registry).stream("clicks");
    Workload.drive(stream);

    assertThat(counter("user.records.received")).isEqualTo(10);
    assertThat(counter("user.records.put")).isEqualTo(3);
    assertThat(counter("user.records.data.put")).isEqualTo(600);
    assertThat(counter("user.records.expired")).isEqualTo(1);
    assertThat(counter("user.records.throttled")).isEqualTo(4);
    assertThat(counter("user.records.misplaced")).isEqualTo(2);
    assertThat(counter("kinesis.records.put")).isEqualTo(1);
    assertThat(counter("kinesis.records.data.put")).isEqualTo(650);
    assertThat(counter("kinesis.records.data.misplaced")).isEqualTo(300);
    assertThat(registry.get("kpl4j.user.records.retries").summary().totalAmount()).isEqualTo(6);
    assertThat(registry.get("kpl4j.data.per.request").summary().max()).isEqualTo(2_000);
    assertThat(registry.get("kpl4j.kinesis.records.per.request").summary().mean()).isEqualTo(2);
  }

  @Test
  void registry_clearedAndGivenToAnother_showsThatOne() {
    StreamEvents before = new MicrometerEvents(registry).stream("clicks");
    Workload.drive(before);
    registry.clear();

    MicrometerEvents after = new MicrometerEvents(registry, MetricsGranularity.SHARD);
    Workload.drive(after.stream("clicks"));

    assertThat(registry.find("kpl4j.records.outstanding").gauge()).isNotNull();
    assertThat(registry.get("kpl4j.kinesis.records.put").counters())
        .extracting(counter -> counter.count())
        .contains(1.0);
  }

  @Test
  void percentiles_outOfRange_areRefused() {
    assertThatThrownBy(() -> MicrometerEvents.builder(registry).percentiles(0.5, 99))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("percentile 99.0 is not from 0 to 1");
  }

  @Test
  void times_ofEvents_becomeTimers() {
    Workload.drive(new MicrometerEvents(registry).stream("clicks"));

    var latency = registry.get("kpl4j.user.records.latency").timer();
    assertThat(latency.count()).isEqualTo(3);
    assertThat(latency.totalTime(MILLISECONDS)).isCloseTo(60, within(1e-9));
    assertThat(latency.max(MILLISECONDS)).isCloseTo(30, within(1e-9));
    assertThat(registry.get("kpl4j.request.time").timer().totalTime(MILLISECONDS))
        .isCloseTo(300, within(1e-9));
  }

  @Test
  void errors_ofRecordsAndCalls_areCountedByCode() {
    Workload.drive(new MicrometerEvents(registry).stream("clicks"));

    assertThat(error("kpl4j.errors", Workload.THROTTLED)).isEqualTo(1);
    assertThat(error("kpl4j.errors", "SdkClientException")).isEqualTo(1);
    assertThat(error("kpl4j.user.records.failed", "Expired")).isEqualTo(1);
    assertThat(error("kpl4j.user.records.failed", "AccessDeniedException")).isEqualTo(1);
  }

  @Test
  void errors_ofEndlesslyManyCodes_areBounded() {
    ShardEvents shard = new MicrometerEvents(registry).stream("clicks").shard(null);
    for (int i = 0; i < 1_000; i++) {
      shard.userRecordFailed("Code" + i, 1);
    }

    assertThat(registry.get("kpl4j.user.records.failed").counters()).hasSize(ErrorCodes.MOST + 1);
    assertThat(error("kpl4j.user.records.failed", ErrorCodes.OTHER))
        .isEqualTo(1_000 - ErrorCodes.MOST);
  }

  @Test
  void tags_atEachGranularity_areOfThatKind() {
    assertThat(tagKeys(MetricsGranularity.GLOBAL)).containsExactlyInAnyOrder("error");
    assertThat(tagKeys(MetricsGranularity.STREAM)).containsExactlyInAnyOrder("error", "stream");
    assertThat(tagKeys(MetricsGranularity.SHARD))
        .containsExactlyInAnyOrder("error", "stream", "shard");
  }

  @Test
  void tagKeys_ofOneName_areAlwaysTheSame() {
    Workload.drive(new MicrometerEvents(registry, MetricsGranularity.SHARD).stream("clicks"));

    assertThat(
            registry.getMeters().stream()
                .collect(
                    Collectors.groupingBy(
                        meter -> meter.getId().getName(),
                        Collectors.mapping(MicrometerEventsTest::keys, Collectors.toSet()))))
        .allSatisfy((name, keySets) -> assertThat(keySets).hasSize(1));
  }

  @Test
  void meters_ofAStream_areAllThatTheTableLists() {
    Workload.drive(new MicrometerEvents(registry).stream("clicks"));

    assertThat(registry.getMeters())
        .extracting(meter -> meter.getId().getName())
        .containsOnly(
            Stream.concat(
                    Arrays.stream(Metric.values())
                        .filter(Metric::hasMeter)
                        .filter(metric -> metric != Metric.SHARD_RATE)
                        .map(Metric::meterName),
                    Stream.concat(
                        Arrays.stream(ProducerGauges.OfProducer.values())
                            .map(ProducerGauges.OfProducer::meterName),
                        Stream.of(ProducerGauges.SHARD_MAP_AGE)))
                .toArray(String[]::new));
  }

  @Test
  void gauges_ofSeveralProducers_addUp() {
    MicrometerEvents events = new MicrometerEvents(registry);
    PendingState one = new PendingState();
    PendingState two = new PendingState();
    events.started(one);
    events.started(two);
    events.stream("clicks");

    assertThat(gauge("records.outstanding")).isEqualTo(24);
    assertThat(gauge("buffer.used")).isEqualTo(2_000);
    assertThat(gauge("requests.in.flight")).isEqualTo(6);
    assertThat(gauge("records.waiting")).isEqualTo(10);
    assertThat(gauge("record.oldest.age")).isEqualTo(2);
    assertThat(gauge("user.records.pending")).isEqualTo(24);
    assertThat(gauge("shard.map.age")).isEqualTo(60);
    assertThat(one.outstandingRecords() + two.outstandingRecords()).isEqualTo(24);
  }

  @Test
  void gauges_ofTwoBindersOfOneRegistry_addUp() {
    MicrometerEvents first = new MicrometerEvents(registry);
    MicrometerEvents second = new MicrometerEvents(registry);
    PendingState one = new PendingState();
    PendingState two = new PendingState();
    first.started(one);
    first.stream("clicks");
    second.started(two);
    second.stream("clicks");

    assertThat(gauge("records.outstanding")).isEqualTo(24);
    assertThat(gauge("user.records.pending")).isEqualTo(24);
    assertThat(gauge("record.oldest.age")).isEqualTo(2);
    assertThat(one.outstandingRecords() + two.outstandingRecords()).isEqualTo(24);
  }

  @Test
  void rate_toldToTheSecondBinderOfARegistry_isShown() {
    ShardEvents first =
        new MicrometerEvents(registry, MetricsGranularity.SHARD)
            .stream("clicks").shard(Workload.SHARD_0);
    ShardEvents second =
        new MicrometerEvents(registry, MetricsGranularity.SHARD)
            .stream("clicks").shard(Workload.SHARD_0);
    first.rateChanged(0.8);
    second.rateChanged(0.9);

    assertThat(gauge("shard.rate")).isEqualTo(0.9);
  }

  @Test
  void shard_thatTheSecondBinderOfARegistryStillHas_keepsItsMeters() {
    AtomicLong nanos = new AtomicLong();
    MicrometerEvents.Builder settings =
        MicrometerEvents.builder(registry)
            .granularity(MetricsGranularity.SHARD)
            .nanoClock(nanos::get);
    StreamEvents first = settings.build().stream("clicks");
    ShardEvents one = first.shard(Workload.SHARD_0);
    ShardEvents two = settings.build().stream("clicks").shard(Workload.SHARD_0);
    one.userRecordPut(100, 1_000, 1);
    one.shardRetired();
    nanos.addAndGet(3_600_000_000_000L);
    first.shard(Workload.SHARD_1).userRecordPut(100, 1_000, 1);
    two.userRecordPut(100, 1_000, 1);

    assertThat(
            registry.get("kpl4j.user.records.put").tag("shard", Workload.SHARD_0).counter().count())
        .isEqualTo(2);
  }

  @Test
  void tags_ofTwoBindersOfOneRegistry_tellThemApart() {
    PendingState state = new PendingState();
    for (String producer : List.of("one", "two")) {
      MicrometerEvents events =
          MicrometerEvents.builder(registry).tags(Tags.of("producer", producer)).build();
      events.started(state);
      Workload.drive(events.stream("clicks"));
    }

    assertThat(registry.getMeters())
        .allSatisfy(meter -> assertThat(meter.getId().getTag("producer")).isNotNull());
    assertThat(registry.get("kpl4j.user.records.put").counters())
        .hasSize(2)
        .allSatisfy(counter -> assertThat(counter.count()).isEqualTo(3));
    assertThat(registry.get("kpl4j.records.outstanding").gauges())
        .hasSize(2)
        .allSatisfy(gauge -> assertThat(gauge.value()).isEqualTo(12));
    assertThat(state.outstandingRecords()).isEqualTo(12);
  }

  @Test
  void build_withOtherSettingsThanTheRegistryHas_isRefused() {
    MicrometerEvents first = new MicrometerEvents(registry);

    assertThatThrownBy(() -> new MicrometerEvents(registry, MetricsGranularity.SHARD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("STREAM")
        .hasMessageContaining("SHARD");
    assertThatThrownBy(
            () -> MicrometerEvents.builder(registry).tags(Tags.of("stream", "s")).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stream");
    Workload.drive(first.stream("clicks"));
  }

  @Test
  void registry_thatNobodyHasAnyMore_isNotKept() {
    WeakReference<SimpleMeterRegistry> gone = boundAndForgotten();

    await()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(gone.get()).isNull();
            });
  }

  private static WeakReference<SimpleMeterRegistry> boundAndForgotten() {
    SimpleMeterRegistry forgotten = new SimpleMeterRegistry();
    Workload.drive(new MicrometerEvents(forgotten).stream("clicks"));
    return new WeakReference<>(forgotten);
  }

  @Test
  void rate_ofAShard_isTheLastThatWasTold() {
    ShardEvents shard =
        new MicrometerEvents(registry, MetricsGranularity.SHARD)
            .stream("clicks").shard(Workload.SHARD_0);
    shard.rateChanged(0.8);
    shard.rateChanged(0.9);

    assertThat(gauge("shard.rate")).isEqualTo(0.9);
  }

  @Test
  void meters_overAnHourOfReshards_areNotMoreThanAfterTheFirstMinutes() {
    AtomicLong nanos = new AtomicLong();
    StreamEvents stream =
        MicrometerEvents.builder(registry)
            .granularity(MetricsGranularity.SHARD)
            .nanoClock(nanos::get)
            .build()
            .stream("clicks");
    int warm = 0;
    for (int minute = 0; minute < 60; minute++) {
      ShardEvents shard = stream.shard("shardId-%012d".formatted(minute));
      shard.userRecordPut(100, 1_000, 1);
      shard.userRecordFailed("Code" + minute, 1);
      nanos.addAndGet(60_000_000_000L);
      shard.shardRetired();
      warm = minute == 10 ? registry.getMeters().size() : warm;
    }

    assertThat(registry.getMeters()).isNotEmpty().hasSizeLessThanOrEqualTo(warm);
  }

  @Test
  void meters_ofTheOnlyShardThatEverWent_areRemovedAfterSomeMinutes() {
    AtomicLong nanos = new AtomicLong();
    StreamEvents stream =
        MicrometerEvents.builder(registry)
            .granularity(MetricsGranularity.SHARD)
            .nanoClock(nanos::get)
            .build()
            .stream("clicks");
    ShardEvents parent = stream.shard(Workload.SHARD_0);
    ShardEvents child = stream.shard(Workload.SHARD_1);
    parent.userRecordPut(100, 1_000, 1);
    parent.shardRetired();
    child.userRecordPut(100, 1_000, 1);
    assertThat(registry.find("kpl4j.user.records.put").tag("shard", Workload.SHARD_0).counter())
        .isNotNull();

    nanos.addAndGet(3_600_000_000_000L);
    child.userRecordPut(100, 1_000, 1);

    assertThat(registry.getMeters())
        .noneMatch(meter -> Workload.SHARD_0.equals(meter.getId().getTag("shard")))
        .anyMatch(meter -> Workload.SHARD_1.equals(meter.getId().getTag("shard")));
  }

  @Test
  void shard_oneOfTwoProducersStillHas_keepsItsMeters() {
    AtomicLong nanos = new AtomicLong();
    MicrometerEvents shared =
        MicrometerEvents.builder(registry)
            .granularity(MetricsGranularity.SHARD)
            .nanoClock(nanos::get)
            .build();
    ShardEvents one = shared.stream("clicks").shard(Workload.SHARD_0);
    ShardEvents two = shared.stream("clicks").shard(Workload.SHARD_0);
    one.userRecordPut(100, 1_000, 1);
    one.shardRetired();
    nanos.addAndGet(3_600_000_000_000L);
    shared.stream("clicks").shard(Workload.SHARD_1).shardRetired();
    two.userRecordPut(100, 1_000, 1);

    assertThat(
            registry.get("kpl4j.user.records.put").tag("shard", Workload.SHARD_0).counter().count())
        .isEqualTo(2);
  }

  @Test
  void percentiles_askedFor_areInTheSnapshot() {
    Workload.drive(
        MicrometerEvents.builder(registry).percentiles(0.5, 0.99).build().stream("clicks"));

    var latency = registry.get("kpl4j.user.records.latency").timer().takeSnapshot();
    assertThat(latency.percentileValues()).hasSize(2);
    assertThat(latency.percentileValues()[1].value(MILLISECONDS)).isBetween(29., 32.);
  }

  private double gauge(String name) {
    return registry.get("kpl4j." + name).gauge().value();
  }

  @Test
  void close_ofTheProducer_leavesTheRegistryOpen() {
    MicrometerEvents events = new MicrometerEvents(registry);
    Workload.drive(events.stream("clicks"));
    events.close();

    assertThat(registry.isClosed()).isFalse();
    assertThat(counter("user.records.put")).isEqualTo(3);
  }

  private double counter(String name) {
    return registry.get("kpl4j." + name).tag("stream", "clicks").counter().count();
  }

  private double error(String name, String code) {
    return registry.get(name).tag("stream", "clicks").tag("error", code).counter().count();
  }

  private static Set<String> tagKeys(MetricsGranularity granularity) {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    Workload.drive(new MicrometerEvents(registry, granularity).stream("clicks"));
    return registry.getMeters().stream()
        .flatMap(meter -> keys(meter).stream())
        .collect(Collectors.toSet());
  }

  private static Set<String> keys(Meter meter) {
    return meter.getId().getTags().stream().map(Tag::getKey).collect(Collectors.toSet());
  }
}
