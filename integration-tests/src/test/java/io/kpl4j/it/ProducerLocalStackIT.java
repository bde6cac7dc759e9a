// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricsLevel;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.it.ShardReader.Seen;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** The producer against LocalStack: what was put is what consumers read, once and in its place. */
@ExtendWith(LocalStack.class)
class ProducerLocalStackIT {

  private static final BigInteger RING = BigInteger.ONE.shiftLeft(128);

  @Test
  void put_mixedRecordsOnFourShards_eachReadOnceOnItsShard(LocalStackEndpoint localStack) {
    try (KinesisAsyncClient client = localStack.kinesis()) {
      String stream = localStack.createStream(client, 4);
      List<UserRecord> records = records(stream, 20_000);
      List<CompletableFuture<RecordResult>> futures = new ArrayList<>();
      try (KinesisProducer producer = producer(client)) {
        records.forEach(record -> futures.add(producer.put(record)));
      }

      ShardReader reader = new ShardReader(client, stream);
      List<Seen> ours = reader.readWithOurs();
      assertThat(reader.readWithTheKcl()).containsExactlyInAnyOrderElementsOf(ours);
      assertThat(ours).hasSameSizeAs(records);
      assertThat(withoutHashKeys(ours)).isEqualTo(expected(records, futures));
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
      List<UserRecord> records = records(stream, 10_000);
      List<CompletableFuture<RecordResult>> futures = new ArrayList<>();
      try (KinesisProducer producer = producer(client)) {
        for (int i = 0; i < records.size(); i++) {
          futures.add(producer.put(records.get(i)));
          if (i == records.size() / 2) {
            // Some of the first half is in flight, some is open, all of it was aggregated by the
            // old map.
            futures.get(0).join();
            split(client, stream);
          }
        }
      }

      List<Seen> seen = new ShardReader(client, stream).readWithTheKcl();
      assertThat(seen).hasSameSizeAs(records);
      assertThat(withoutHashKeys(seen)).isEqualTo(expected(records, futures));
      assertThat(futures).noneMatch(future -> future.join().attempts().isEmpty());
    }
  }

  @Test
  void put_underRandomServiceErrors_allStored(LocalStackEndpoint localStack) {
    try (KinesisAsyncClient client = localStack.kinesis()) {
      String stream = localStack.createStream(client, 2);
      List<UserRecord> records = records(stream, 5_000);
      List<CompletableFuture<RecordResult>> futures = new ArrayList<>();
      localStack.withKinesisErrors(
          0.4,
          () -> {
            try (KinesisProducer producer = producer(client)) {
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
      assertThat(withoutHashKeys(seen)).isEqualTo(expected(records, futures));
    }
  }

  /** From a few bytes to over the size of an aggregate, a third with explicit hash keys. */
  private static List<UserRecord> records(String stream, int count) {
    SplittableRandom random = new SplittableRandom(7);
    List<UserRecord> records = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] data = new byte[i % 5_000 == 17 ? 60_000 : 4 + random.nextInt(120)];
      random.nextBytes(data);
      ByteBuffer.wrap(data).putInt(i);
      UserRecord record = UserRecord.of(stream, "käufer-" + random.nextInt(800), data);
      if (i % 3 == 0) {
        record =
            record.withExplicitHashKey(new BigInteger(128, random(random)).mod(RING).toString());
      }
      records.add(record);
    }
    return records;
  }

  private static java.util.Random random(SplittableRandom seed) {
    return new java.util.Random(seed.nextLong());
  }

  /** What a consumer must see: what was put, where the future says that it is. */
  private static Set<Seen> expected(
      List<UserRecord> records, List<CompletableFuture<RecordResult>> futures) {
    Set<Seen> expected = new HashSet<>();
    for (int i = 0; i < records.size(); i++) {
      UserRecord record = records.get(i);
      RecordResult result = futures.get(i).join();
      expected.add(
          new Seen(
              result.shardId(),
              result.sequenceNumber(),
              result.subSequenceNumber(),
              record.partitionKey(),
              // Of a record that went alone consumers do not see the explicit hash key.
              null,
              ShardReader.hex(record.data())));
    }
    return expected;
  }

  private static Set<Seen> withoutHashKeys(List<Seen> seen) {
    Set<Seen> all = new HashSet<>();
    for (Seen one : seen) {
      all.add(
          new Seen(
              one.shardId(),
              one.sequenceNumber(),
              one.subSequenceNumber(),
              one.partitionKey(),
              null,
              one.data()));
    }
    return all;
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

  private static void split(KinesisAsyncClient client, String stream) {
    Shard first = client.listShards(request -> request.streamName(stream)).join().shards().get(0);
    BigInteger start = new BigInteger(first.hashKeyRange().startingHashKey());
    BigInteger end = new BigInteger(first.hashKeyRange().endingHashKey());
    String middle = start.add(end).shiftRight(1).toString();
    client
        .splitShard(
            request ->
                request.streamName(stream).shardToSplit(first.shardId()).newStartingHashKey(middle))
        .join();
  }

  private static KinesisProducer producer(KinesisAsyncClient client) {
    return KinesisProducer.builder()
        .kinesisClient(client)
        .config(
            KinesisProducerConfig.builder()
                .metricsLevel(MetricsLevel.NONE)
                // LocalStack's engine needs about 2 ms of CPU a kilobyte.
                .requestTimeout(Duration.ofSeconds(60))
                .recordTtl(Duration.ofMinutes(5))
                .closeTimeout(Duration.ofMinutes(4))
                .build())
        .build();
  }
}
