// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks;

import io.kpl4j.aggregation.HashKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * Kinesis without network, hashing and signing: every record is stored at once, on the shard of its
 * key, and forgotten. What is left is the producer's own work. Thread-safe.
 */
public final class NullKinesis implements KinesisAsyncClient {

  /** A power of two, so that the first bits of a hash key are the number of its shard. */
  private static final int SHARDS = 8;

  /** What else there is in the higher half of a hash key. */
  private static final int OTHER_BITS = Long.SIZE - Integer.numberOfTrailingZeros(SHARDS);

  private static final List<String> SHARD_IDS =
      IntStream.range(0, SHARDS).mapToObj("shardId-%012d"::formatted).toList();

  private final AtomicLong sequence = new AtomicLong();

  /** Creates it, empty. */
  public NullKinesis() {}

  @Override
  public CompletableFuture<PutRecordsResponse> putRecords(PutRecordsRequest request) {
    return CompletableFuture.completedFuture(
        PutRecordsResponse.builder()
            .failedRecordCount(0)
            .records(request.records().stream().map(this::stored).toList())
            .build());
  }

  private PutRecordsResultEntry stored(PutRecordsRequestEntry entry) {
    @Nullable String explicit = entry.explicitHashKey();
    HashKey key =
        explicit == null ? HashKey.ofPartitionKey(entry.partitionKey()) : HashKey.parse(explicit);
    return PutRecordsResultEntry.builder()
        .shardId(SHARD_IDS.get((int) (key.high() >>> OTHER_BITS)))
        .sequenceNumber(Long.toString(sequence.incrementAndGet()))
        .build();
  }

  @Override
  public CompletableFuture<ListShardsResponse> listShards(ListShardsRequest request) {
    return CompletableFuture.completedFuture(
        ListShardsResponse.builder()
            .shards(IntStream.range(0, SHARDS).mapToObj(NullKinesis::shard).toList())
            .build());
  }

  private static Shard shard(int number) {
    HashKey first = HashKey.of(((long) number) << OTHER_BITS, 0);
    HashKey end =
        number == SHARDS - 1 ? HashKey.MAX : HashKey.of((number + 1L) << OTHER_BITS, 0).previous();
    return Shard.builder()
        .shardId(SHARD_IDS.get(number))
        .hashKeyRange(
            range -> range.startingHashKey(first.toDecimal()).endingHashKey(end.toDecimal()))
        .sequenceNumberRange(range -> range.startingSequenceNumber("0"))
        .build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
