// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static io.kpl4j.metrics.Cloud.config;
import static io.kpl4j.metrics.Cloud.driveAndClose;
import static io.kpl4j.metrics.Cloud.one;
import static io.kpl4j.metrics.Cloud.publish;
import static io.kpl4j.metrics.Cloud.statistics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kpl4j.MetricsDimension;
import io.kpl4j.MetricsGranularity;
import io.kpl4j.MetricsLevel;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.testkit.Fault;
import io.kpl4j.testkit.KinesisTestServer;
import io.kpl4j.testkit.MetricDatumSeen;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What arrives at the endpoint, sent by the SDK's real client. */
class CloudWatchEventsTest {

  private static final Map<String, String> GLOBAL = Map.of();
  private static final Map<String, String> STREAM = Map.of("StreamName", "clicks");
  private static final Map<String, String> SHARD_0 =
      Map.of("StreamName", "clicks", "ShardId", Workload.SHARD_0);
  private static final Map<String, String> SHARD_1 =
      Map.of("StreamName", "clicks", "ShardId", Workload.SHARD_1);

  private final KinesisTestServer server = KinesisTestServer.start();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void publish_ofKnownEvents_sendsStatisticSets() {
    driveAndClose(config(server.endpoint()).metricsLevel(MetricsLevel.DETAILED));

    assertThat(statistics(server, "UserRecordsReceived", STREAM)).containsExactly(10., 10., 1., 1.);
    assertThat(statistics(server, "UserRecordsPut", STREAM)).containsExactly(5., 3., 0., 1.);
    assertThat(statistics(server, "UserRecordsDataPut", STREAM))
        .containsExactly(3., 600., 100., 300.);
    assertThat(statistics(server, "UserRecordExpired", STREAM)).containsExactly(1., 1., 1., 1.);
    assertThat(statistics(server, "UserRecordLatency", STREAM)).containsExactly(3., 60., 10., 30.);
    assertThat(statistics(server, "RetriesPerRecord", STREAM)).containsExactly(5., 6., 0., 2.);
    assertThat(statistics(server, "KinesisRecordsPut", STREAM)).containsExactly(4., 1., 0., 1.);
    assertThat(statistics(server, "KinesisRecordsDataPut", STREAM))
        .containsExactly(1., 650., 650., 650.);
    assertThat(statistics(server, "AllErrors", STREAM)).containsExactly(3., 2., 0., 1.);
    assertThat(statistics(server, "BufferingTime", STREAM)).containsExactly(4., 120., 5., 60.);
    assertThat(statistics(server, "RequestTime", STREAM)).containsExactly(2., 300., 100., 200.);
    assertThat(statistics(server, "UserRecordsPerKinesisRecord", STREAM))
        .containsExactly(4., 13., 2., 4.);
    assertThat(statistics(server, "KinesisRecordsPerPutRecordsRequest", STREAM))
        .containsExactly(2., 4., 2., 2.);
    assertThat(statistics(server, "UserRecordsPerPutRecordsRequest", STREAM))
        .containsExactly(2., 13., 6., 7.);
    assertThat(statistics(server, "DataPerPutRecordsRequest", STREAM))
        .containsExactly(2., 3_500., 1_500., 2_000.);
    assertThat(statistics(server, "UserRecordsMisplaced", STREAM)).containsExactly(2., 2., 1., 1.);
  }

  @Test
  void publish_ofEachEvent_addsUpToStreamAndAllStreams() {
    driveAndClose(config(server.endpoint()).metricsGranularity(MetricsGranularity.SHARD));

    assertThat(statistics(server, "UserRecordsPut", SHARD_0)).containsExactly(3., 3., 1., 1.);
    assertThat(statistics(server, "UserRecordsPut", SHARD_1)).containsExactly(1., 0., 0., 0.);
    assertThat(statistics(server, "UserRecordsPut", STREAM)).containsExactly(5., 3., 0., 1.);
    assertThat(statistics(server, "UserRecordsPut", GLOBAL)).containsExactly(5., 3., 0., 1.);
    assertThat(statistics(server, "AllErrors", SHARD_1)).containsExactly(1., 1., 1., 1.);
    assertThat(statistics(server, "AllErrors", STREAM)).containsExactly(3., 2., 0., 1.);
    assertThat(
            statistics(
                server,
                "ErrorsByCode",
                Map.of(
                    "StreamName",
                    "clicks",
                    "ShardId",
                    Workload.SHARD_1,
                    "ErrorCode",
                    Workload.THROTTLED)))
        .containsExactly(1., 1., 1., 1.);
    assertThat(statistics(server, "ErrorsByCode", Map.of("ErrorCode", "SdkClientException")))
        .containsExactly(1., 1., 1., 1.);
  }

  @Test
  void publish_ofTwoStreams_addsThemUp() {
    ProducerEvents events = publish(config(server.endpoint()));
    Workload.drive(events.stream("clicks"));
    Workload.drive(events.stream("views"));
    events.close();

    assertThat(statistics(server, "UserRecordsPut", STREAM)).containsExactly(5., 3., 0., 1.);
    assertThat(statistics(server, "UserRecordsPut", GLOBAL)).containsExactly(10., 6., 0., 1.);
  }

  @Test
  void publish_atEachGranularity_hasNoFinerDimension() {
    driveAndClose(config(server.endpoint()).metricsGranularity(MetricsGranularity.GLOBAL));
    assertThat(dimensions()).containsExactly("ErrorCode");
    server.clearMetrics();

    driveAndClose(config(server.endpoint()));
    assertThat(dimensions()).containsExactlyInAnyOrder("ErrorCode", "StreamName");
  }

  @Test
  void publish_atEachLevel_sendsItsMetricsOnly() {
    driveAndClose(config(server.endpoint()));
    assertThat(names()).containsExactlyInAnyOrder(names(MetricsLevel.SUMMARY));
    server.clearMetrics();

    driveAndClose(config(server.endpoint()).metricsLevel(MetricsLevel.DETAILED));
    assertThat(names()).containsExactlyInAnyOrder(names(MetricsLevel.DETAILED));
  }

  @Test
  void publish_ofADatum_hasNamespaceUnitAndTime() {
    driveAndClose(config(server.endpoint()));

    MetricDatumSeen datum = one(server, "BufferingTime", STREAM);
    assertThat(datum.namespace()).isEqualTo(Cloud.NAMESPACE);
    assertThat(datum.unit()).contains("Milliseconds");
    assertThat(datum.value()).isEmpty();
    assertThat(datum.timestamp().orElseThrow())
        .isBetween(Instant.now().minus(1, ChronoUnit.MINUTES), Instant.now());
  }

  @Test
  void upload_everyPeriod_sendsEachValueOnce() {
    ProducerEvents events =
        publish(config(server.endpoint()).metricsUploadDelay(Duration.ofMillis(50)));
    ShardEvents shard = events.stream("clicks").shard(null);
    for (int round = 1; round <= 3; round++) {
      shard.userRecordPut(100, 1_000_000, 1);
      int expected = round;
      await().until(() -> samples("UserRecordsPut") == expected);
    }
    events.close();

    assertThat(samples("UserRecordsPut")).isEqualTo(3);
  }

  @Test
  void publish_withAdditionalDimensions_linksThemIn() {
    driveAndClose(
        config(server.endpoint())
            .metricsGranularity(MetricsGranularity.SHARD)
            .additionalMetricsDimensions(
                MetricsDimension.of("Service", "shop", MetricsGranularity.GLOBAL),
                MetricsDimension.of("Team", "a", MetricsGranularity.STREAM),
                MetricsDimension.of("Host", "h1", MetricsGranularity.SHARD)));

    assertThat(chainsOf("UserRecordsPut"))
        .containsExactlyInAnyOrder(
            "",
            "Service",
            "Service,StreamName",
            "Service,StreamName,Team",
            "Service,StreamName,Team,ShardId",
            "Service,StreamName,Team,ShardId,Host");
    assertThat(chainsOf("ErrorsByCode"))
        .containsExactlyInAnyOrder(
            "Service,ErrorCode",
            "Service,ErrorCode,StreamName",
            "Service,ErrorCode,StreamName,Team",
            "Service,ErrorCode,StreamName,Team,ShardId",
            "Service,ErrorCode,StreamName,Team,ShardId,Host");
    assertThat(statistics(server, "UserRecordsPut", Map.of("Service", "shop")))
        .containsExactly(5., 3., 0., 1.);
  }

  private Set<String> chainsOf(String name) {
    return server.metrics().stream()
        .filter(datum -> datum.name().equals(name))
        .map(datum -> String.join(",", datum.dimensions().keySet()))
        .collect(Collectors.toSet());
  }

  @Test
  void publish_withPercentiles_sendsValuesAndCounts() {
    driveAndClose(
        config(server.endpoint()).metricsLevel(MetricsLevel.DETAILED).metricsPercentiles(true));

    MetricDatumSeen latency = one(server, "UserRecordLatency", STREAM);
    assertThat(latency.statistics()).isEmpty();
    assertThat(latency.values()).containsExactlyInAnyOrder(10., 20., 30.);
    assertThat(latency.counts()).containsExactly(1., 1., 1.);
    // What merely adds up has no percentiles.
    assertThat(statistics(server, "UserRecordsDataPut", STREAM))
        .containsExactly(3., 600., 100., 300.);
  }

  @Test
  void close_withMoreBytesThanACallTakes_sendsSeveralCalls() {
    ProducerEvents events =
        publish(
            config(server.endpoint()).metricsLevel(MetricsLevel.DETAILED).metricsPercentiles(true));
    for (int i = 0; i < 300; i++) {
      ShardEvents shard = events.stream("stream-" + i).shard(null);
      for (int place = 0; place < 140; place++) {
        int value = (int) Math.pow(1.15, place);
        shard.kinesisRecordAttempted(value, 100, value * 1_000_000L, null);
      }
    }
    events.close();

    assertThat(names()).contains("UserRecordsPerKinesisRecord");
    assertThat(server.metrics()).as("what two calls take").hasSizeLessThan(2_000);
    assertThat(server.calls("PutMetricData")).isGreaterThan(2);
  }

  @Test
  void upload_thatFails_goesWithTheNext() {
    server.faults().add(Fault.on("PutMetricData").times(6).error(403, "AccessDenied", "no"));
    ProducerEvents events =
        publish(config(server.endpoint()).metricsUploadDelay(Duration.ofMillis(50)));
    ShardEvents shard = events.stream("clicks").shard(null);
    for (int i = 0; i < 5; i++) {
      int uploads = i;
      shard.kinesisRecordAttempted(1, 10, (i + 1) * 1_000_000L, null);
      await().until(() -> server.calls("PutMetricData") > uploads);
    }
    await().until(() -> samples("BufferingTime") == 5);
    events.close();

    assertThat(samples("BufferingTime")).isEqualTo(5);
    assertThat(
            server.metrics().stream()
                .filter(datum -> datum.name().equals("BufferingTime"))
                .map(datum -> datum.statistics().orElseThrow())
                .mapToDouble(MetricDatumSeen.Statistics::minimum)
                .min())
        .hasValue(1);
    assertThat(server.metrics())
        .allSatisfy(
            datum ->
                assertThat(datum.timestamp().orElseThrow())
                    .isBetween(Instant.now().minus(1, ChronoUnit.HOURS), Instant.now()));
  }

  /** The call with the metric of the stream and that of all, and each of the two alone. */
  @Test
  void upload_refusedForWhatItSaysMetricByMetric_isNotSentAgain() {
    server
        .faults()
        .add(
            Fault.on("PutMetricData")
                .times(3)
                .error(400, "InvalidParameterValueException", "no such unit"));
    ProducerEvents events =
        publish(config(server.endpoint()).metricsUploadDelay(Duration.ofMillis(50)));
    ShardEvents shard = events.stream("clicks").shard(null);
    shard.userRecordPut(100, 1_000_000, 1);
    await().until(() -> server.calls("PutMetricData") == 3);
    shard.userRecordPut(100, 1_000_000, 1);
    await().until(() -> samples("UserRecordsPut") > 0);
    events.close();

    assertThat(samples("UserRecordsPut")).isEqualTo(1);
  }

  @Test
  void upload_refusedOnceAsAWhole_comesThroughInHalves() {
    server
        .faults()
        .add(
            Fault.on("PutMetricData")
                .times(1)
                .error(400, "InvalidParameterValueException", "no such unit"));
    ProducerEvents events = publish(config(server.endpoint()));
    events.stream("clicks").shard(null).userRecordPut(100, 1_000_000, 1);
    events.close();

    assertThat(samples("UserRecordsPut")).isEqualTo(1);
    assertThat(server.calls("PutMetricData")).isEqualTo(3);
  }

  @Test
  void pending_ofAProducer_isSampled() {
    ProducerEvents events = publish(config(server.endpoint()).metricsLevel(MetricsLevel.DETAILED));
    PendingState state = new PendingState();
    events.started(state);
    await().until(() -> state.asked.get() > 2);
    state.pending = 40;
    int seen = state.asked.get();
    await().until(() -> state.asked.get() > seen + 2);
    events.close();

    List<Double> pending = statistics(server, "UserRecordsPending", STREAM);
    double samples = pending.get(0);
    assertThat(samples).isGreaterThanOrEqualTo(3);
    assertThat(pending.subList(2, 4)).containsExactly(12., 40.);
    // So many were of 40, and all others of 12.
    double ofForty = (pending.get(1) - 12 * samples) / (40 - 12);
    assertThat(ofForty).isEqualTo(Math.rint(ofForty)).isBetween(1., samples - 1);
  }

  @Test
  void close_withoutAnyEvent_sendsNothing() {
    ProducerEvents events = publish(config(server.endpoint()));
    events.stream("clicks").shard(Workload.SHARD_0);
    events.close();

    assertThat(server.calls("PutMetricData")).isZero();
  }

  @Test
  void close_withMoreSeriesThanACallTakes_sendsThemAll() {
    ProducerEvents events = publish(config(server.endpoint()).metricsLevel(MetricsLevel.DETAILED));
    for (int i = 0; i < 1_500; i++) {
      events.stream("stream-" + i).recordsReceived(1, 100);
    }
    events.close();

    assertThat(server.metrics()).hasSize(1_501);
    assertThat(server.calls("PutMetricData")).isEqualTo(2);
  }

  @Test
  void close_ofAnOpenOne_leavesNoThread() {
    ProducerEvents events =
        publish(config(server.endpoint()).metricsUploadDelay(Duration.ofMillis(20)));
    events.stream("clicks").shard(null).userRecordPut(100, 1_000_000, 1);
    await().until(() -> !server.metrics().isEmpty());
    assertThat(Cloud.threads()).isNotEmpty();

    events.close();

    await().untilAsserted(() -> assertThat(Cloud.threads()).isEmpty());
  }

  @Test
  void close_calledTwice_doesNothingMore() {
    ProducerEvents events = publish(config(server.endpoint()));
    Workload.drive(events.stream("clicks"));
    events.close();
    int sent = server.metrics().size();

    events.close();

    assertThat(server.metrics()).hasSize(sent);
  }

  private double samples(String name) {
    return server.metrics().stream()
        .filter(datum -> datum.name().equals(name) && datum.dimensions().equals(STREAM))
        .mapToDouble(datum -> datum.statistics().orElseThrow().sampleCount())
        .sum();
  }

  private Set<String> dimensions() {
    return server.metrics().stream()
        .flatMap(datum -> datum.dimensions().keySet().stream())
        .collect(Collectors.toSet());
  }

  private Set<String> names() {
    return server.metrics().stream().map(MetricDatumSeen::name).collect(Collectors.toSet());
  }

  /** What is pending is sampled, and needs a producer. */
  private static String[] names(MetricsLevel level) {
    return Arrays.stream(Metric.values())
        .filter(metric -> metric != Metric.USER_RECORDS_PENDING)
        .filter(metric -> metric.level().compareTo(level) <= 0)
        .map(Metric::cloudWatchName)
        .toArray(String[]::new);
  }
}
