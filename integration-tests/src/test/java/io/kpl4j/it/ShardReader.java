// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static java.util.stream.Collectors.toMap;

import io.kpl4j.aggregation.AggregateDecoder;
import io.kpl4j.aggregation.AggregatedRecord;
import io.kpl4j.aggregation.HashKey;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** Reads a stream with GetRecords and takes aggregates apart as consumers do; immutable. */
final class ShardReader {

  /** One user record as a consumer sees it. */
  record Seen(
      String shardId,
      String sequenceNumber,
      long subSequenceNumber,
      String partitionKey,
      @Nullable String explicitHashKey,
      String data) {}

  private final KinesisAsyncClient client;
  private final String stream;

  ShardReader(KinesisAsyncClient client, String stream) {
    this.client = client;
    this.stream = stream;
  }

  /** All user records of all shards, as our decoder sees them behind the shard's range. */
  List<Seen> readWithOurs() {
    return read(ShardReader::ours);
  }

  /** The same as the KCL sees them. */
  List<Seen> readWithTheKcl() {
    return read(ShardReader::theirs);
  }

  Map<String, Shard> shards() {
    return client.listShards(request -> request.streamName(stream)).join().shards().stream()
        .collect(toMap(Shard::shardId, Function.identity()));
  }

  private interface Deaggregator {
    List<Seen> apply(Shard shard, Record record);
  }

  private List<Seen> read(Deaggregator deaggregator) {
    List<Seen> seen = new ArrayList<>();
    for (Shard shard : shards().values()) {
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
      while (iterator != null) {
        String next = iterator;
        GetRecordsResponse page = client.getRecords(request -> request.shardIterator(next)).join();
        page.records().forEach(record -> seen.addAll(deaggregator.apply(shard, record)));
        boolean drained = page.records().isEmpty() && page.millisBehindLatest() == 0;
        iterator = drained ? null : page.nextShardIterator();
      }
    }
    return seen;
  }

  private static List<Seen> ours(Shard shard, Record record) {
    HashKey first = HashKey.parse(shard.hashKeyRange().startingHashKey());
    HashKey last = HashKey.parse(shard.hashKeyRange().endingHashKey());
    List<Seen> seen = new ArrayList<>();
    for (AggregatedRecord user :
        AggregateDecoder.deaggregate(
            record.partitionKey(), record.data().asByteBuffer(), first, last)) {
      seen.add(
          new Seen(
              shard.shardId(),
              record.sequenceNumber(),
              user.subSequenceNumber(),
              user.partitionKey(),
              user.explicitHashKey().orElse(null),
              hex(user.data())));
    }
    return seen;
  }

  private static List<Seen> theirs(Shard shard, Record record) {
    KinesisClientRecord whole =
        KinesisClientRecord.builder()
            .partitionKey(record.partitionKey())
            .sequenceNumber(record.sequenceNumber())
            .data(ByteBuffer.wrap(record.data().asByteArray()))
            .build();
    List<KinesisClientRecord> users =
        new AggregatorUtil()
            .deaggregate(
                List.of(whole),
                new BigInteger(shard.hashKeyRange().startingHashKey()),
                new BigInteger(shard.hashKeyRange().endingHashKey()));
    List<Seen> seen = new ArrayList<>();
    for (KinesisClientRecord user : users) {
      seen.add(
          new Seen(
              shard.shardId(),
              record.sequenceNumber(),
              user.subSequenceNumber(),
              user.partitionKey(),
              user.explicitHashKey(),
              hex(user.data())));
    }
    return seen;
  }

  static String hex(ByteBuffer data) {
    byte[] bytes = new byte[data.remaining()];
    data.duplicate().get(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
