// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricWindow;
import io.kpl4j.MetricsGranularity;
import io.kpl4j.MetricsLevel;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StreamEvents;
import io.kpl4j.metrics.CloudWatchEventsFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

/** What {@code kpl-metrics} publishes, read back from CloudWatch. */
@ExtendWith(LocalStack.class)
class CloudWatchMetricsLocalStackIT {

  private final String namespace = "it-" + UUID.randomUUID();

  @Test
  void close_afterEvents_publishesThemAsStatistics(LocalStackEndpoint localStack) {
    Instant minute = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    try (ProducerEvents events = publisher(localStack)) {
      StreamEvents stream = events.stream("clicks");
      ShardEvents shard = stream.shard("shardId-000000000000");
      shard.userRecordPut(100, 1_000_000, 1);
      shard.userRecordPut(100, 1_000_000, 1);
      shard.userRecordFailed("Expired", 2);
      shard.kinesisRecordAttempted(3, 300, 20_000_000, null);
      shard.kinesisRecordAttempted(3, 300, 40_000_000, "InternalFailure");
    }

    try (CloudWatchAsyncClient client = localStack.cloudWatch()) {
      Dimension stream = dimension("StreamName", "clicks");
      assertPoint(client, minute, "UserRecordsPut", List.of(stream), 3, 2, 1);
      assertPoint(client, minute, "UserRecordsPut", List.of(), 3, 2, 1);
      assertPoint(client, minute, "BufferingTime", List.of(stream), 2, 60, 40);
      assertPoint(
          client,
          minute,
          "ErrorsByCode",
          List.of(dimension("ErrorCode", "InternalFailure"), stream),
          1,
          1,
          1);
    }
  }

  /**
   * Two streams, three shards, retries, throttles, an expiry, a failure: the service must give
   * back, for every series, what the producer's own view says. That view is held against numbers
   * written by hand in the tests of kpl-metrics.
   */
  @ParameterizedTest
  @EnumSource
  void close_afterAKnownWorkload_everyMetricHasItsStatistics(
      MetricsGranularity granularity, LocalStackEndpoint localStack) {
    Instant minute = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    List<MetricWindow> expected;
    try (ProducerEvents events = publisher(localStack, MetricsLevel.DETAILED, granularity)) {
      drive(events);
      expected = events.metrics().orElseThrow().sinceStart();
    }

    assertThat(expected).hasSizeGreaterThan(20);
    try (CloudWatchAsyncClient client = localStack.cloudWatch()) {
      for (MetricWindow window : expected.stream().filter(w -> exact(w, expected)).toList()) {
        List<Dimension> dimensions =
            window.dimensions().entrySet().stream()
                .map(each -> dimension(each.getKey(), each.getValue()))
                .toList();
        assertSame(window, points(client, minute, window.name(), dimensions));
        assertThat(sumOfData(client, minute, window.name(), dimensions))
            .as("GetMetricData of " + window)
            .isCloseTo(window.sum(), within(1e-6));
      }
    }
  }

  /**
   * LocalStack finds what has at least the dimensions that were asked for, CloudWatch what has just
   * those. So coarser series are looked at with the granularity at which they are the finest.
   */
  private static boolean exact(MetricWindow window, List<MetricWindow> all) {
    return window.dimensions().isEmpty()
        || all.stream()
            .noneMatch(
                other ->
                    other.name().equals(window.name())
                        && other.dimensions().size() > window.dimensions().size()
                        && other
                            .dimensions()
                            .entrySet()
                            .containsAll(window.dimensions().entrySet()));
  }

  private static void assertSame(MetricWindow window, List<Datapoint> points) {
    assertThat(points).as(window.toString()).hasSize(1);
    Datapoint point = points.get(0);
    assertThat(point.sampleCount()).as(window.toString()).isEqualTo((double) window.sampleCount());
    assertThat(point.sum()).as(window.toString()).isCloseTo(window.sum(), within(1e-6));
    assertThat(point.minimum()).as(window.toString()).isEqualTo(window.minimum());
    assertThat(point.maximum()).as(window.toString()).isEqualTo(window.maximum());
    assertThat(point.unitAsString()).as(window.toString()).isEqualTo(window.unit());
  }

  private double sumOfData(
      CloudWatchAsyncClient client, Instant minute, String metric, List<Dimension> dimensions) {
    MetricDataQuery query =
        MetricDataQuery.builder()
            .id("sum")
            .metricStat(
                stat ->
                    stat.metric(
                            m -> m.namespace(namespace).metricName(metric).dimensions(dimensions))
                        .period(60)
                        .stat("Sum"))
            .build();
    return client
        .getMetricData(
            request ->
                request
                    .metricDataQueries(query)
                    .startTime(minute)
                    .endTime(minute.plus(Duration.ofMinutes(3))))
        .join()
        .metricDataResults()
        .get(0)
        .values()
        .stream()
        .mapToDouble(value -> value)
        .sum();
  }

  private static void drive(ProducerEvents events) {
    StreamEvents clicks = events.stream("clicks");
    ShardEvents first = clicks.shard("shardId-000000000000");
    ShardEvents second = clicks.shard("shardId-000000000001");
    clicks.recordsReceived(10, 1_000);
    clicks.recordsDropped(3);
    clicks.requestFinished(1, 2, 5, 700, 80_000_000, null);
    first.kinesisRecordSent(20_000_000, 3_000_000);
    first.kinesisRecordAttempted(3, 300, 40_000_000, null);
    for (int i = 0; i < 3; i++) {
      first.userRecordPut(100 + i, 50_000_000L * (i + 1), 1);
    }
    second.kinesisRecordAttempted(2, 400, 60_000_000, "ProvisionedThroughputExceededException");
    second.throttled(2);
    second.rateChanged(0.8);
    second.userRecordFailed("Expired", 2);
    second.userRecordFailed("Expired", 2);

    StreamEvents views = events.stream("views");
    ShardEvents third = views.shard("shardId-000000000002");
    views.recordsReceived(4, 100);
    views.requestFinished(2, 1, 4, 90, 30_000_000, "SdkClientException");
    third.kinesisRecordAttempted(4, 80, 10_000_000, "SdkClientException");
    third.outcomeUnknown(4);
    third.kinesisRecordAttempted(4, 80, 5_000_000, null);
    third.misplaced(4, 80);
    views.shard(null).userRecordFailed("AccessDeniedException", 1);
  }

  private ProducerEvents publisher(LocalStackEndpoint localStack) {
    return publisher(localStack, MetricsLevel.SUMMARY, MetricsGranularity.STREAM);
  }

  private ProducerEvents publisher(
      LocalStackEndpoint localStack, MetricsLevel level, MetricsGranularity granularity) {
    KinesisProducerConfig config =
        KinesisProducerConfig.builder()
            .region("us-east-1")
            .cloudwatchEndpoint(localStack.uri().toString())
            .metricsNamespace(namespace)
            .metricsLevel(level)
            .metricsGranularity(granularity)
            .build();
    return new CloudWatchEventsFactory()
        .create(
            config, StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .orElseThrow();
  }

  private void assertPoint(
      CloudWatchAsyncClient client,
      Instant minute,
      String metric,
      List<Dimension> dimensions,
      double count,
      double sum,
      double maximum) {
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(points(client, minute, metric, dimensions))
                    .as(metric + dimensions)
                    .singleElement()
                    .satisfies(
                        point -> {
                          assertThat(point.sampleCount()).isEqualTo(count);
                          assertThat(point.sum()).isEqualTo(sum);
                          assertThat(point.maximum()).isEqualTo(maximum);
                        }));
  }

  private List<Datapoint> points(
      CloudWatchAsyncClient client, Instant minute, String metric, List<Dimension> dimensions) {
    return client
        .getMetricStatistics(
            request ->
                request
                    .namespace(namespace)
                    .metricName(metric)
                    .dimensions(dimensions)
                    .startTime(minute)
                    .endTime(minute.plus(Duration.ofMinutes(3)))
                    .period(60)
                    .statistics(
                        Statistic.SAMPLE_COUNT,
                        Statistic.SUM,
                        Statistic.MINIMUM,
                        Statistic.MAXIMUM))
        .join()
        .datapoints();
  }

  private static Dimension dimension(String name, String value) {
    return Dimension.builder().name(name).value(value).build();
  }
}
