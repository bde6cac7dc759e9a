// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.aggregation.ChunkPool;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.aggregate.AggregationLimits;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.aggregate.ShardBuffer;
import io.kpl4j.internal.aggregate.UserContent;
import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.record.PendingRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Batches for tests. Stateless. */
final class Batches {

  private static final ShardBuffer.Listener UNHEARD =
      new ShardBuffer.Listener() {
        @Override
        public void opened(long admittedNanos) {}

        @Override
        public void sealed() {}
      };

  private Batches() {}

  static PutRecordsBatch one(String streamName) {
    return PutRecordsBatch.of(streamName, List.of(raw(bytes("data"), "key", null)));
  }

  static PutRecordsBatch two(String streamName) {
    return PutRecordsBatch.of(
        streamName,
        List.of(raw(bytes("first"), "key-1", null), raw(bytes("second"), "key-2", "17")));
  }

  static PutRecordsBatch of(List<KinesisRecord> records) {
    return PutRecordsBatch.of("clicks", records);
  }

  /** A single record without an envelope; an empty key is none. */
  static KinesisRecord raw(byte[] data, String key, @Nullable String hashKey) {
    return alone(
        new UserContent(
            key.getBytes(UTF_8),
            hashKey == null ? null : hashKey.getBytes(UTF_8),
            ByteBuffer.wrap(data),
            hashKey == null ? HashKey.ofPartitionKey(key) : HashKey.parse(hashKey)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static KinesisRecord alone(UserContent user) {
    AggregationLimits limits = new AggregationLimits(false, 0, 0, 0, ChunkPool.unpooled());
    ShardBuffer buffer = new ShardBuffer(null, limits, new AtomicLong(), UNHEARD);
    buffer.append(new PendingRecord(0, 0, user.dataBytes()), user);
    List<KinesisRecord> sealed = new ArrayList<>();
    buffer.drainTo(sealed);
    return sealed.get(0);
  }
}
