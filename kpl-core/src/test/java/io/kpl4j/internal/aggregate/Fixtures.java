// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.aggregation.ChunkPool;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.record.PendingRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Makes what the stages deal with, for the tests of all stages. Immutable but for its sequence. */
public final class Fixtures {

  /** Aggregates up to 1,000 bytes and 10 user records. */
  public static final AggregationLimits LIMITS = limits(1_000, 10);

  /** Tells nobody. */
  public static final ShardBuffer.Listener SILENT =
      new ShardBuffer.Listener() {
        @Override
        public void opened(long admittedNanos) {}

        @Override
        public void sealed() {}
      };

  private Fixtures() {}

  public static AggregationLimits limits(int maxSizeBytes, int maxCount) {
    return new AggregationLimits(true, maxSizeBytes, maxCount, maxSizeBytes, ChunkPool.unpooled());
  }

  public static PendingRecord member(long admittedNanos) {
    return new PendingRecord(admittedNanos, 300, 10);
  }

  /** A user record that is routed by its explicit hash key. */
  public static UserContent at(HashKey hashKey, int dataBytes) {
    return new UserContent(
        "k".getBytes(UTF_8),
        hashKey.toDecimal().getBytes(UTF_8),
        ByteBuffer.wrap(new byte[dataBytes]),
        hashKey);
  }

  public static UserContent user(String partitionKey, byte[] data) {
    byte[] key = partitionKey.getBytes(UTF_8);
    return new UserContent(key, null, ByteBuffer.wrap(data), HashKey.ofPartitionKey(key));
  }

  public static UserContent user(String partitionKey, int dataBytes) {
    return user(partitionKey, new byte[dataBytes]);
  }

  public static ShardBuffer buffer(@Nullable String shardId, AggregationLimits limits) {
    return new ShardBuffer(shardId, limits, new AtomicLong(), SILENT);
  }

  /** Seals what is open and takes out all that is sealed. */
  public static List<KinesisRecord> sealed(ShardBuffer buffer) {
    List<KinesisRecord> records = new ArrayList<>();
    buffer.sealOpen();
    buffer.drainTo(records);
    return records;
  }

  /** One aggregate of these user records. */
  public static KinesisRecord aggregate(List<UserContent> users) {
    ShardBuffer buffer = buffer("shard", limits(1_000_000, 1_000));
    for (UserContent user : users) {
      buffer.append(member(users.indexOf(user) + 1), user);
    }
    return sealed(buffer).get(0);
  }

  /** A record of one user record without an envelope. */
  public static KinesisRecord lone(UserContent user) {
    return aggregate(List.of(user));
  }
}
