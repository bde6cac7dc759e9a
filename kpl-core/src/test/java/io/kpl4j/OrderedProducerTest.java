// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.aggregation.AggregateDecoder;
import io.kpl4j.aggregation.AggregatedRecord;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.testkit.Fault;
import io.kpl4j.testkit.KinesisTestServer;
import io.kpl4j.testkit.ShardDescription;
import io.kpl4j.testkit.StoredRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real threads on streams whose keys keep their order, read as a KCL consumer reads. */
class OrderedProducerTest {

  private static final String STREAM = "orders";
  private static final int CALLERS = 3;
  private static final int RECORDS = 10_000;
  private static final int KEYS = 40;

  private final ExecutorService completion = Executors.newFixedThreadPool(4);
  private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
  private final Map<String, List<Integer>> completed = new ConcurrentHashMap<>();

  @AfterEach
  void end() {
    callers.shutdownNow();
    completion.shutdownNow();
  }

  /** Each caller has keys of its own, and numbers its records. */
  private void put(KinesisProducer producer, int caller) {
    for (int i = 0; i < RECORDS; i++) {
      String key = caller + "-" + i % KEYS;
      int number = i;
      byte[] data = (key + ":" + number).getBytes(UTF_8);
      var unused =
          producer
              .put(STREAM, key, data)
              .thenRun(
                  () ->
                      completed
                          .computeIfAbsent(key, k -> new CopyOnWriteArrayList<>())
                          .add(number));
    }
  }

  private static Map<String, List<Integer>> seenFirst(KinesisTestServer server) {
    Map<String, List<Integer>> seen = new HashMap<>();
    for (ShardDescription shard : server.shards(STREAM)) {
      for (StoredRecord stored : server.records(STREAM, shard.shardId())) {
        for (AggregatedRecord record : visible(shard, stored)) {
          String[] parts = UTF_8.decode(record.data()).toString().split(":", -1);
          List<Integer> ofKey = seen.computeIfAbsent(parts[0], k -> new ArrayList<>());
          int number = Integer.parseInt(parts[1]);
          if (!ofKey.contains(number)) {
            ofKey.add(number);
          }
        }
      }
    }
    return seen;
  }

  private static List<AggregatedRecord> visible(ShardDescription shard, StoredRecord stored) {
    return AggregateDecoder.deaggregate(
        stored.partitionKey(),
        ByteBuffer.wrap(stored.data()),
        HashKey.parse(shard.startingHashKey().toString()),
        HashKey.parse(shard.endingHashKey().toString()));
  }

  @Test
  void put_bySeveralThreadsThroughFaultsAndReshards_keepsTheOrderOfEachKey() throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().stream(STREAM, 3).start()) {
      server.faults().add(Fault.on("PutRecords").always().internalFailureEntries(0.2));
      try (KinesisProducer producer =
          Producers.builder(
                  server,
                  config ->
                      config.keyOrder(KeyOrder.SKIP).aggregationMaxCount(50).rateLimit(100_000))
              .completionExecutor(completion)
              .build()) {
        List<Future<?>> putting = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
          int caller = i;
          putting.add(callers.submit(() -> put(producer, caller)));
        }
        server.splitShard(STREAM, "shardId-000000000000");
        for (Future<?> caller : putting) {
          caller.get();
        }
        server.mergeShards(STREAM, "shardId-000000000001", "shardId-000000000002");
      }
      Map<String, List<Integer>> seen = seenFirst(server);
      assertThat(seen).hasSize(CALLERS * KEYS);
      seen.forEach(
          (key, numbers) ->
              assertThat(numbers).as("seen of " + key).isSorted().hasSize(RECORDS / KEYS));
      assertThat(completed).hasSize(CALLERS * KEYS);
      completed.forEach(
          (key, numbers) ->
              assertThat(numbers).as("completed of " + key).isSorted().hasSize(RECORDS / KEYS));
    }
  }

  @Test
  void halt_recordGivenUp_keyIsRefusedUntilItIsResumed() {
    try (KinesisTestServer server = KinesisTestServer.builder().stream(STREAM, 1).start();
        KinesisProducer producer =
            Producers.builder(
                    server, config -> config.keyOrder(KeyOrder.HALT).failIfThrottled(true))
                .build()) {
      server.faults().add(Fault.on("PutRecords").throttleEntries());
      CompletableFuture<RecordResult> first = producer.put(STREAM, "k", new byte[10]);
      assertThatThrownBy(first::join)
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOfSatisfying(
              RecordFailedException.class,
              failed -> assertThat(failed.reason()).isEqualTo(FailureReason.THROTTLED));

      assertThatThrownBy(() -> producer.put(STREAM, "k", new byte[10]))
          .isInstanceOfSatisfying(
              RecordRefusedException.class,
              refused ->
                  assertThat(refused.reason()).isEqualTo(RecordRefusedException.Reason.KEY_HALTED));
      CompletableFuture<RecordResult> other = producer.put(STREAM, "other", new byte[10]);
      producer.resumeKey(UserRecord.of(STREAM, "k", new byte[0]));
      CompletableFuture<RecordResult> resumed = producer.put(STREAM, "k", new byte[10]);

      assertThat(other.join().shardId()).isNotEmpty();
      assertThat(resumed.join().shardId()).isNotEmpty();
    }
  }
}
