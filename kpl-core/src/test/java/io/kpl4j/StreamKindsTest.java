// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.testkit.Fault;
import io.kpl4j.testkit.KinesisTestServer;
import io.kpl4j.testkit.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams by name, ARN and alias, those that spread records themselves, and a warm-up; sockets. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StreamKindsTest {

  private static void putTo(KinesisProducer producer, String stream) throws Exception {
    List<CompletableFuture<RecordResult>> futures = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      futures.add(producer.put(stream, "user-" + i, ("event " + i).getBytes(UTF_8)));
    }
    producer.flush().get(30, TimeUnit.SECONDS);
    for (CompletableFuture<RecordResult> future : futures) {
      assertThat(future.get(10, TimeUnit.SECONDS).shardId()).startsWith("shardId-");
    }
  }

  @Test
  void put_byArn_goesToThatStreamInAggregates() throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("clicks", 2).start();
        KinesisProducer producer = Producers.builder(server, config -> {}).build()) {
      String arn = server.streamArn("clicks");
      producer.warmUp(arn).get(30, TimeUnit.SECONDS);
      putTo(producer, arn);
      assertThat(server.recordCount("clicks")).isBetween(1L, 50L);
    }
  }

  @Test
  void put_byAlias_goesToTheStreamOfItsArn() throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("clicks", 2).start();
        KinesisProducer producer =
            Producers.builder(
                    server,
                    config ->
                        config.stream("alias", stream -> stream.arn(server.streamArn("clicks"))))
                .build()) {
      putTo(producer, "alias");
      assertThat(server.recordCount("clicks")).isPositive();
      assertThat(server.calls("DescribeStreamSummary")).isZero();
    }
  }

  @Test
  void put_toAStreamThatSpreadsRecords_goesWithoutKeyAndExplicitHashKey() throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("clicks", 4).start();
        KinesisProducer producer =
            Producers.builder(
                    server,
                    config ->
                        config.stream(
                            "clicks",
                            stream ->
                                stream.recordDistributionStrategyDefault(
                                    RecordDistributionStrategy.AUTO)))
                .build()) {
      server.updateRecordSpreading("clicks", true);
      List<CompletableFuture<RecordResult>> futures = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        byte[] data = ("event " + i).getBytes(UTF_8);
        futures.add(
            producer.put(
                i % 2 == 0
                    ? UserRecord.withoutPartitionKey("clicks", data)
                    : UserRecord.of("clicks", "user", data).withExplicitHashKey("7")));
      }
      producer.flush().get(30, TimeUnit.SECONDS);
      assertThat(futures).allMatch(future -> !future.isCompletedExceptionally());

      List<StoredRecord> stored = server.records("clicks");
      assertThat(stored).hasSize(40);
      assertThat(stored).allMatch(record -> record.explicitHashKey().isEmpty());
      assertThat(stored.stream().filter(record -> record.partitionKey().isEmpty())).hasSize(20);
      assertThat(server.shards("clicks")).allMatch(shard -> shard.recordCount() == 10);
      assertThat(server.calls("ListShards")).isZero();
      assertThatThrownBy(() -> producer.put(UserRecord.withoutPartitionKey("other", new byte[10])))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("RecordDistributionStrategyDefault=AUTO");
    }
  }

  @Test
  void warmUp_overSockets_tellsWhatIsMissing() throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("clicks", 3).start();
        KinesisProducer producer = Producers.builder(server, config -> {}).build()) {
      server.faults().add(deny("DescribeStreamSummary"));
      WarmUpReport report = producer.warmUp("clicks").get(30, TimeUnit.SECONDS);

      assertThat(report.streams().get(0).openShards()).hasValue(3);
      assertThat(report.streams().get(0).missingPermissions())
          .containsExactly("kinesis:DescribeStreamSummary");
      assertThat(server.calls("PutRecords")).isEqualTo(24);
      assertThat(server.recordCount("clicks")).isZero();

      server.faults().add(deny("PutRecords"));
      assertThatThrownBy(() -> producer.warmUp("clicks").get(30, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(WarmUpFailedException.class)
          .hasMessageContaining("clicks: kinesis:PutRecords is not permitted");
    }
  }

  @Test
  void warmUp_ofTenThousandShards_listsTenPages() throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("many", 10_000).start();
        KinesisProducer producer = Producers.builder(server, config -> {}).build()) {
      WarmUpReport report = producer.warmUp("many").get(50, TimeUnit.SECONDS);

      assertThat(report.streams().get(0).openShards()).hasValue(10_000);
      // The endpoint refuses whatever stands beside a token.
      assertThat(server.calls("ListShards")).isEqualTo(10);
      putTo(producer, "many");
      // Hardly two of a hundred share a shard.
      assertThat(server.recordCount("many")).isBetween(90L, 100L);
    }
  }

  @Test
  void warmUp_ofAMissingStreamOrAClosedProducer_fails() throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("clicks", 3).start()) {
      KinesisProducer producer = Producers.builder(server, config -> {}).build();
      assertThatThrownBy(() -> producer.warmUp("clicks", "none").get(30, TimeUnit.SECONDS))
          .hasMessageContaining("none: there is no such stream");
      producer.close();
      assertThatThrownBy(() -> producer.warmUp("clicks").get(30, TimeUnit.SECONDS))
          .hasMessageContaining("the producer is closed");
    }
  }

  private static Fault deny(String operation) {
    return Fault.on(operation)
        .always()
        .error(400, "AccessDeniedException", "User is not authorized to perform it");
  }
}
