// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.aggregation.ChunkPool;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.record.HaltedKeys;
import io.kpl4j.internal.record.PendingRecord;
import io.kpl4j.internal.shard.ShardMap;
import io.kpl4j.internal.shard.ShardRange;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Records of one key that keep their order, and the buffers that they go to. */
final class OneKey {

  static final HashKey HASH_KEY = HashKey.ofPartitionKey("k");

  private static final AggregationLimits LIMITS =
      new AggregationLimits(true, 1_000, 10, 100, ChunkPool.unpooled());
  private static final ShardBuffer.Listener SILENT =
      new ShardBuffer.Listener() {
        @Override
        public void opened(long admittedNanos) {}

        @Override
        public void sealed() {}
      };

  private final AtomicLong sequence = new AtomicLong();
  final HaltedKeys halted = new HaltedKeys();

  /** A map of one shard. */
  static ShardMap map(String shardId) {
    return ShardMap.covering(List.of(new ShardRange(shardId, HashKey.MIN, HashKey.MAX, true)))
        .orElseThrow();
  }

  /** One that is aggregated. */
  static UserContent small() {
    return user(4);
  }

  /** One that goes alone. */
  static UserContent large() {
    return user(200);
  }

  private static UserContent user(int dataBytes) {
    return new UserContent(
        "k".getBytes(UTF_8), null, ByteBuffer.wrap(new byte[dataBytes]), HASH_KEY);
  }

  static PendingRecord member() {
    return new PendingRecord(1, 300, 4);
  }

  ShardBuffer buffer(String shardId, long generation) {
    return new ShardBuffer(
        shardId, LIMITS, new BufferOrder(generation, sequence, true, halted), SILENT);
  }

  /** Where the record stands in the order of its stream; null if none of these holds it. */
  static KinesisRecord.@Nullable Place placeOf(PendingRecord member, List<KinesisRecord> records) {
    for (KinesisRecord record : records) {
      for (int i = 0; i < record.count(); i++) {
        if (record.member(i) == member) {
          return record.place().ofPiece(i, 0);
        }
      }
    }
    return null;
  }
}
