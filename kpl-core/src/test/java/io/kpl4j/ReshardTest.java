// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.aggregation.AggregateDecoder;
import io.kpl4j.aggregation.AggregatedRecord;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StreamEvents;
import io.kpl4j.testkit.KinesisTestServer;
import io.kpl4j.testkit.ShardDescription;
import io.kpl4j.testkit.StoredRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Splits and merges under load, counted as a KCL consumer counts. */
class ReshardTest {

  private static final String STREAM = "clicks";
  private static final int RECORDS = 60_000;

  @Test
  void split_underLoad_noneLostNoneTwiceBehindTheFilter() throws Exception {
    assertOnceEach(server -> server.splitShard(STREAM, "shardId-000000000001"));
  }

  @Test
  void merge_underLoad_noneLostNoneTwiceBehindTheFilter() throws Exception {
    assertOnceEach(
        server -> server.mergeShards(STREAM, "shardId-000000000001", "shardId-000000000002"));
  }

  private interface Reshard {
    void run(KinesisTestServer server);
  }

  private static void assertOnceEach(Reshard reshard) throws Exception {
    AtomicInteger misplaced = new AtomicInteger();
    try (KinesisTestServer server = KinesisTestServer.builder().stream(STREAM, 4).start()) {
      List<CompletableFuture<RecordResult>> futures = new ArrayList<>();
      try (KinesisProducer producer =
          Producers.builder(server, config -> {}).events(counting(misplaced)).build()) {
        for (int i = 0; i < RECORDS; i++) {
          futures.add(producer.put(STREAM, "user-" + i % 997, ("event " + i).getBytes(UTF_8)));
          if (i == RECORDS / 2) {
            reshard.run(server);
          }
        }
      }
      Map<String, Integer> seen = readBehindTheFilter(server);
      int dropped = droppedUserRecords(server);
      for (int i = 0; i < RECORDS; i++) {
        RecordResult result = futures.get(i).get();
        assertThat(seen.get("event " + i)).as("event %d, %s", i, result).isEqualTo(1);
      }
      assertThat(seen).hasSize(RECORDS);
      assertThat(misplaced.get()).as("reported as dropped first copies").isEqualTo(dropped);
    }
  }

  private static Map<String, Integer> readBehindTheFilter(KinesisTestServer server) {
    Map<String, Integer> seen = new HashMap<>();
    for (ShardDescription shard : server.shards(STREAM)) {
      for (StoredRecord stored : server.records(STREAM, shard.shardId())) {
        for (AggregatedRecord record : visible(shard, stored)) {
          seen.merge(UTF_8.decode(record.data()).toString(), 1, Integer::sum);
        }
      }
    }
    return seen;
  }

  private static int droppedUserRecords(KinesisTestServer server) {
    int dropped = 0;
    for (ShardDescription shard : server.shards(STREAM)) {
      for (StoredRecord stored : server.records(STREAM, shard.shardId())) {
        if (visible(shard, stored).isEmpty()) {
          dropped +=
              AggregateDecoder.deaggregate(stored.partitionKey(), ByteBuffer.wrap(stored.data()))
                  .size();
        }
      }
    }
    return dropped;
  }

  private static List<AggregatedRecord> visible(ShardDescription shard, StoredRecord stored) {
    return AggregateDecoder.deaggregate(
        stored.partitionKey(),
        ByteBuffer.wrap(stored.data()),
        HashKey.parse(shard.startingHashKey().toString()),
        HashKey.parse(shard.endingHashKey().toString()));
  }

  private static ProducerEvents counting(AtomicInteger misplaced) {
    ShardEvents shards =
        new ShardEvents() {
          @Override
          public void misplaced(int userRecords, int bytes) {
            misplaced.addAndGet(userRecords);
          }
        };
    StreamEvents streams = new OneShard(shards);
    return name -> streams;
  }

  private record OneShard(ShardEvents shards) implements StreamEvents {
    @Override
    public ShardEvents shard(@Nullable String shardId) {
      return shards;
    }
  }
}
