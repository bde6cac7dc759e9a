// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducer;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.it.ShardReader.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** The producer against LocalStack: what was put is what consumers read, once and in its place. */
@ExtendWith(LocalStack.class)
class ProducerLocalStackIT {

  @Test
  void put_mixedRecordsOnFourShards_eachReadOnceOnItsShard(LocalStackEndpoint localStack) {
    try (KinesisAsyncClient client = localStack.kinesis()) {
      String stream = localStack.createStream(client, 4);
      List<UserRecord> records = MixedRecords.of(stream, 20_000);
      List<CompletableFuture<RecordResult>> futures = new ArrayList<>();
      try (KinesisProducer producer = localStack.producer(client)) {
        records.forEach(record -> futures.add(producer.put(record)));
      }

      ShardReader reader = new ShardReader(client, stream);
      List<Seen> ours = reader.readWithOurs();
      assertThat(reader.readWithTheKcl()).containsExactlyInAnyOrderElementsOf(ours);
      assertThat(ours).hasSameSizeAs(records);
      assertThat(MixedRecords.withoutHashKeys(ours))
          .isEqualTo(MixedRecords.expected(records, futures));
      Map<String, Shard> shards = reader.shards();
      for (int i = 0; i < records.size(); i++) {
        String shardId = futures.get(i).join().shardId();
        assertThat(holds(requireNonNull(shards.get(shardId)), records.get(i)))
            .as("record %d", i)
            .isTrue();
      }
    }
  }

  @Test
  void put_splitInMidStream_eachReadOnceBehindTheKclsFilter(LocalStackEndpoint localStack) {
    try (KinesisAsyncClient client = localStack.kinesis()) {
      String stream = localStack.createStream(client, 2);
      List<UserRecord> records = MixedRecords.of(stream, 10_000);
      List<CompletableFuture<RecordResult>> futures = new ArrayList<>();
      try (KinesisProducer producer = localStack.producer(client)) {
        for (int i = 0; i < records.size(); i++) {
          futures.add(producer.put(records.get(i)));
          if (i == records.size() / 2) {
            // Some of the first half is in flight, some is open, all of it was aggregated by the
            // old map.
            futures.get(0).join();
            new Shards(client, stream).splitFirst();
          }
        }
      }

      List<Seen> seen = new ShardReader(client, stream).readWithTheKcl();
      assertThat(seen).hasSameSizeAs(records);
      assertThat(MixedRecords.withoutHashKeys(seen))
          .isEqualTo(MixedRecords.expected(records, futures));
      assertThat(futures).noneMatch(future -> future.join().attempts().isEmpty());
    }
  }

  @Test
  void put_underRandomServiceErrors_allStored(LocalStackEndpoint localStack) {
    try (KinesisAsyncClient client = localStack.kinesis()) {
      String stream = localStack.createStream(client, 2);
      List<UserRecord> records = MixedRecords.of(stream, 5_000);
      List<CompletableFuture<RecordResult>> futures = new ArrayList<>();
      localStack.withKinesisErrors(
          0.4,
          () -> {
            try (KinesisProducer producer = localStack.producer(client)) {
              for (int i = 0; i < records.size(); i++) {
                futures.add(producer.put(records.get(i)));
                if (i % 500 == 499) {
                  // Several calls, so that some of them fail.
                  producer.flush().join();
                }
              }
            }
          });

      assertThat(futures).anyMatch(future -> future.join().attemptCount() > 1);
      List<Seen> seen = new ShardReader(client, stream).readWithTheKcl();
      assertThat(seen).hasSameSizeAs(records);
      assertThat(MixedRecords.withoutHashKeys(seen))
          .isEqualTo(MixedRecords.expected(records, futures));
    }
  }

  private static boolean holds(Shard shard, UserRecord record) {
    HashKey key =
        record
            .explicitHashKey()
            .map(HashKey::parse)
            .orElseGet(() -> HashKey.ofPartitionKey(record.partitionKey()));
    return HashKey.parse(shard.hashKeyRange().startingHashKey()).compareTo(key) <= 0
        && key.compareTo(HashKey.parse(shard.hashKeyRange().endingHashKey())) <= 0;
  }
}
