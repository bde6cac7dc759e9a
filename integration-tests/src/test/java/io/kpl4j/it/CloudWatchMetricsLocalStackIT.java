// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducerConfig;
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
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
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

  private ProducerEvents publisher(LocalStackEndpoint localStack) {
    KinesisProducerConfig config =
        KinesisProducerConfig.builder()
            .region("us-east-1")
            .cloudwatchEndpoint(localStack.uri().toString())
            .metricsNamespace(namespace)
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
                    .statistics(Statistic.SAMPLE_COUNT, Statistic.SUM, Statistic.MAXIMUM))
        .join()
        .datapoints();
  }

  private static Dimension dimension(String name, String value) {
    return Dimension.builder().name(name).value(value).build();
  }
}
