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
    return PutRecordsBatch.of(streamName, List.of(record("data", "key")));
  }

  static PutRecordsBatch two(String streamName) {
    return PutRecordsBatch.of(
        streamName, List.of(record("first", "key-1"), withHashKey("second", "key-2", "17")));
  }

  private static KinesisRecord record(String data, String key) {
    return alone(
        new UserContent(key.getBytes(UTF_8), null, bytes(data), HashKey.ofPartitionKey(key)));
  }

  private static KinesisRecord withHashKey(String data, String key, String hashKey) {
    return alone(
        new UserContent(
            key.getBytes(UTF_8), hashKey.getBytes(UTF_8), bytes(data), HashKey.parse(hashKey)));
  }

  private static ByteBuffer bytes(String data) {
    return ByteBuffer.wrap(data.getBytes(UTF_8));
  }

  private static KinesisRecord alone(UserContent user) {
    AggregationLimits limits = new AggregationLimits(false, 0, 0, 0, ChunkPool.unpooled());
    ShardBuffer buffer = new ShardBuffer(null, limits, new AtomicLong(), UNHEARD);
    buffer.append(new PendingRecord(0, 0, user.data().remaining()), user);
    List<KinesisRecord> sealed = new ArrayList<>();
    buffer.drainTo(sealed);
    return sealed.get(0);
  }
}
