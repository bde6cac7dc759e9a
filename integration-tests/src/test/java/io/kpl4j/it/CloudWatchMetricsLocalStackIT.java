// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricsGranularity;
import io.kpl4j.MetricsLevel;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StreamEvents;
import io.kpl4j.metrics.CloudWatchEventsFactory;
import io.kpl4j.metrics.KnownWorkload;
import io.kpl4j.metrics.KnownWorkload.Named;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
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

  static Stream<Arguments> levelsAndGranularities() {
    return Stream.of(MetricsLevel.SUMMARY, MetricsLevel.DETAILED)
        .flatMap(
            level ->
                Stream.of(MetricsGranularity.values())
                    .map(granularity -> Arguments.of(level, granularity)));
  }

  /** The embedded endpoint is held against the same numbers in the tests of kpl-metrics. */
  @ParameterizedTest
  @MethodSource("levelsAndGranularities")
  void close_afterTheKnownWorkload_everyMetricHasItsStatisticsAndThereAreNoOthers(
      MetricsLevel level, MetricsGranularity granularity, LocalStackEndpoint localStack) {
    Instant minute = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    KnownWorkload workload;
    try (ProducerEvents events = publisher(localStack, level, granularity)) {
      workload = new KnownWorkload(events).drive();
    }

    Map<Named, List<Double>> expected = workload.expected(level, granularity);
    try (CloudWatchAsyncClient client = localStack.cloudWatch()) {
      Awaitility.await()
          .untilAsserted(() -> assertThat(listed(client)).isEqualTo(expected.keySet()));
      expected.forEach(
          (metric, statistics) -> {
            if (isFinest(metric, expected.keySet())) {
              List<Datapoint> points = points(client, minute, metric.metric(), dimensions(metric));
              assertThat(points.stream().map(CloudWatchMetricsLocalStackIT::statistics))
                  .as("GetMetricStatistics of " + metric)
                  .containsExactly(statistics);
              assertThat(points.get(0).unitAsString())
                  .as("unit of " + metric)
                  .isEqualTo(KnownWorkload.unit(metric.metric()));
              assertThat(data(client, minute, metric))
                  .as("GetMetricData of " + metric)
                  .isEqualTo(statistics);
            }
          });
    }
  }

  private Set<Named> listed(CloudWatchAsyncClient client) {
    Set<Named> listed = new HashSet<>();
    client
        .listMetricsPaginator(request -> request.namespace(namespace))
        .metrics()
        .subscribe(
            metric ->
                listed.add(
                    new Named(
                        metric.metricName(),
                        metric.dimensions().stream()
                            .collect(Collectors.toMap(Dimension::name, Dimension::value)))))
        .join();
    return listed;
  }

  /**
   * LocalStack finds what has at least the dimensions that were asked for, CloudWatch what has just
   * those. So coarser series are looked at with the granularity at which they are the finest.
   */
  private static boolean isFinest(Named metric, Set<Named> all) {
    return metric.dimensions().isEmpty()
        || all.stream()
            .noneMatch(
                other ->
                    other.metric().equals(metric.metric())
                        && other.dimensions().size() > metric.dimensions().size()
                        && other
                            .dimensions()
                            .entrySet()
                            .containsAll(metric.dimensions().entrySet()));
  }

  private static List<Double> statistics(Datapoint point) {
    return Stream.of(point.sampleCount(), point.sum(), point.minimum(), point.maximum())
        .map(KnownWorkload::rounded)
        .toList();
  }

  private List<Double> data(CloudWatchAsyncClient client, Instant minute, Named metric) {
    List<MetricDataQuery> queries =
        Stream.of("SampleCount", "Sum", "Minimum", "Maximum")
            .map(
                statistic ->
                    MetricDataQuery.builder()
                        .id(statistic.toLowerCase(Locale.ROOT))
                        .metricStat(
                            stat ->
                                stat.metric(
                                        m ->
                                            m.namespace(namespace)
                                                .metricName(metric.metric())
                                                .dimensions(dimensions(metric)))
                                    .period(60)
                                    .stat(statistic))
                        .build())
            .toList();
    return client
        .getMetricData(
            request ->
                request
                    .metricDataQueries(queries)
                    .startTime(minute)
                    .endTime(minute.plus(Duration.ofMinutes(3))))
        .join()
        .metricDataResults()
        .stream()
        .flatMap(result -> result.values().stream())
        .map(KnownWorkload::rounded)
        .toList();
  }

  private static List<Dimension> dimensions(Named metric) {
    return metric.dimensions().entrySet().stream()
        .map(each -> dimension(each.getKey(), each.getValue()))
        .toList();
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
