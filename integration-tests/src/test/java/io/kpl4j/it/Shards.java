// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** The shards of a stream, and how they change; immutable. */
final class Shards {

  private final KinesisAsyncClient client;
  private final String stream;

  Shards(KinesisAsyncClient client, String stream) {
    this.client = client;
    this.stream = stream;
  }

  /** By the ranges that they hold. */
  List<Shard> open() {
    return client.listShards(request -> request.streamName(stream)).join().shards().stream()
        .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
        .sorted(Comparator.comparing(Shards::start))
        .toList();
  }

  /** Splits the open shard with the lowest range in the middle. */
  void splitFirst() {
    Shard first = open().get(0);
    BigInteger end = new BigInteger(first.hashKeyRange().endingHashKey());
    String middle = start(first).add(end).shiftRight(1).toString();
    client
        .splitShard(
            request ->
                request.streamName(stream).shardToSplit(first.shardId()).newStartingHashKey(middle))
        .join();
  }

  /** Merges the two open shards with the highest ranges. */
  void mergeLast() {
    List<Shard> open = open();
    Shard last = open.get(open.size() - 1);
    Shard beside = open.get(open.size() - 2);
    client
        .mergeShards(
            request ->
                request
                    .streamName(stream)
                    .shardToMerge(beside.shardId())
                    .adjacentShardToMerge(last.shardId()))
        .join();
  }

  static BigInteger start(Shard shard) {
    return new BigInteger(shard.hashKeyRange().startingHashKey());
  }
}
