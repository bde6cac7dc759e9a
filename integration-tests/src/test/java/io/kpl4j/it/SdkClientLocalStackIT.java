// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** What the other tests take for granted of LocalStack, shown with the SDK's clients alone. */
@ExtendWith(LocalStack.class)
class SdkClientLocalStackIT {

  private static final List<String> PAYLOADS =
      IntStream.range(0, 100).mapToObj(i -> "payload-" + i).toList();

  @Test
  void putRecords_hundredRecordsOnFourShards_areReadBack(LocalStackEndpoint localStack) {
    try (KinesisAsyncClient client = localStack.kinesis()) {
      String stream = localStack.createStream(client, 4);

      assertThat(put(client, stream).failedRecordCount()).isZero();

      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(readAll(client, stream))
                      .containsExactlyInAnyOrderElementsOf(PAYLOADS));
    }
  }

  @Test
  void putRecords_underErrors_failsEveryEntryUntilTheyEnd(LocalStackEndpoint localStack) {
    try (KinesisAsyncClient client = localStack.kinesis()) {
      String stream = localStack.createStream(client, 1);

      localStack.withKinesisErrors(
          1,
          () ->
              assertThat(put(client, stream).records())
                  .allSatisfy(
                      entry ->
                          assertThat(entry.errorCode())
                              .isEqualTo("ProvisionedThroughputExceededException")));

      assertThat(put(client, stream).records()).allSatisfy(e -> assertThat(e.errorCode()).isNull());
    }
  }

  @Test
  void putMetricData_statisticSet_isReadBack(LocalStackEndpoint localStack) {
    String namespace = "it-" + System.nanoTime();
    Instant minute = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    try (CloudWatchAsyncClient client = localStack.cloudWatch()) {
      MetricDatum datum =
          MetricDatum.builder()
              .metricName("UserRecordsPut")
              .timestamp(minute)
              .statisticValues(s -> s.sampleCount(3d).sum(60d).minimum(10d).maximum(30d))
              .build();

      client.putMetricData(request -> request.namespace(namespace).metricData(datum)).join();

      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(datapoints(client, namespace, minute))
                      .singleElement()
                      .satisfies(
                          point -> {
                            assertThat(point.sampleCount()).isEqualTo(3);
                            assertThat(point.sum()).isEqualTo(60);
                            assertThat(point.maximum()).isEqualTo(30);
                          }));
    }
  }

  private static PutRecordsResponse put(KinesisAsyncClient client, String stream) {
    List<PutRecordsRequestEntry> entries =
        PAYLOADS.stream()
            .map(
                payload ->
                    PutRecordsRequestEntry.builder()
                        .partitionKey(payload)
                        .data(SdkBytes.fromUtf8String(payload))
                        .build())
            .toList();
    return client.putRecords(request -> request.streamName(stream).records(entries)).join();
  }

  private static List<String> readAll(KinesisAsyncClient client, String stream) {
    List<String> payloads = new ArrayList<>();
    for (Shard shard : client.listShards(request -> request.streamName(stream)).join().shards()) {
      String iterator =
          client
              .getShardIterator(
                  request ->
                      request
                          .streamName(stream)
                          .shardId(shard.shardId())
                          .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
              .join()
              .shardIterator();
      client
          .getRecords(request -> request.shardIterator(iterator))
          .join()
          .records()
          .forEach(record -> payloads.add(record.data().asUtf8String()));
    }
    return payloads;
  }

  private static List<Datapoint> datapoints(
      CloudWatchAsyncClient client, String namespace, Instant minute) {
    return client
        .getMetricStatistics(
            request ->
                request
                    .namespace(namespace)
                    .metricName("UserRecordsPut")
                    .startTime(minute)
                    .endTime(minute.plus(Duration.ofMinutes(2)))
                    .period(60)
                    .statistics(Statistic.SAMPLE_COUNT, Statistic.SUM, Statistic.MAXIMUM))
        .join()
        .datapoints();
  }
}
