// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.AggregateEncoder;
import io.kpl4j.aggregation.HashKey;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A user record's bytes as the pipeline handles them: keys encoded, hash key known. One that was
 * made with them never changes. One that was made empty is filled by a {@link RecordCheck}, again
 * and again, by one thread at a time: whoever keeps it takes a copy.
 */
public final class UserContent {

  private static final byte[] NOTHING = {};

  private byte[] partitionKey;
  private byte @Nullable [] explicitHashKey;

  /** A {@code byte[]}, or a buffer whose position nobody moves. */
  private Object data;

  /** Whether it shares no bytes with anybody. */
  private final boolean own;

  private long hashHigh;
  private long hashLow;

  /** Creates one to be filled. */
  public UserContent() {
    this(NOTHING, null, NOTHING, HashKey.MIN, false);
  }

  /**
   * Creates one.
   *
   * @param partitionKey in UTF-8; empty if the user gave none
   * @param explicitHashKey in decimal digits, or null if the user gave none
   * @param data the payload from position to limit; its position is not moved
   * @param hashKey the explicit hash key, or the hash of the partition key; of no meaning where the
   *     service places records itself
   */
  public UserContent(
      byte[] partitionKey, byte @Nullable [] explicitHashKey, ByteBuffer data, HashKey hashKey) {
    this(partitionKey, explicitHashKey, data, hashKey, false);
  }

  private UserContent(
      byte[] partitionKey,
      byte @Nullable [] explicitHashKey,
      Object data,
      HashKey hashKey,
      boolean own) {
    this.partitionKey = partitionKey;
    this.explicitHashKey = explicitHashKey;
    this.data = data;
    this.own = own;
    place(hashKey);
  }

  /** Fills in the key; the array may be used for the next one. */
  void key(byte[] utf8) {
    partitionKey = utf8;
  }

  /** Fills in the payload, a {@code byte[]} or a buffer. */
  void data(Object payload) {
    data = payload;
  }

  /** Fills in the explicit hash key, or that there is none. */
  void explicitHashKey(byte @Nullable [] decimal) {
    explicitHashKey = decimal;
  }

  /** Fills in what decides the shard. */
  void place(HashKey key) {
    hashHigh = key.high();
    hashLow = key.low();
  }

  /** Lets go of what is the caller's. */
  public void clear() {
    data = NOTHING;
    explicitHashKey = null;
  }

  /** In UTF-8; empty if the user gave none. */
  public byte[] partitionKey() {
    return partitionKey;
  }

  /** In decimal digits, or null if the user gave none. */
  public byte @Nullable [] explicitHashKey() {
    return explicitHashKey;
  }

  /** What decides the shard, in an object. */
  public HashKey hashKey() {
    return HashKey.of(hashHigh, hashLow);
  }

  /** The upper half of what decides the shard. */
  public long hashHigh() {
    return hashHigh;
  }

  /** The lower half of what decides the shard. */
  public long hashLow() {
    return hashLow;
  }

  /** Bytes of the payload. */
  public int dataBytes() {
    return data instanceof byte[] bytes ? bytes.length : ((ByteBuffer) data).remaining();
  }

  /** The bytes that it would take alone: data and partition key. */
  public long loneSizeBytes() {
    return (long) dataBytes() + partitionKey.length;
  }

  /** Adds it to an aggregate if it fits, and says whether it did. */
  public boolean addTo(AggregateEncoder encoder) {
    return data instanceof byte[] bytes
        ? encoder.tryAdd(partitionKey, explicitHashKey, bytes)
        : encoder.tryAdd(partitionKey, explicitHashKey, (ByteBuffer) data);
  }

  /** The same with bytes of its own. */
  public UserContent copied() {
    return new UserContent(
        partitionKey.clone(),
        explicitHashKey == null ? null : explicitHashKey.clone(),
        copyData(),
        hashKey(),
        true);
  }

  /** The payload in an array of its own. */
  byte[] copyData() {
    if (data instanceof byte[] bytes) {
      return bytes.clone();
    }
    ByteBuffer buffer = (ByteBuffer) data;
    byte[] copy = new byte[buffer.remaining()];
    buffer.get(buffer.position(), copy);
    return copy;
  }

  /**
   * The payload of a {@link #copied} one, which is its own array.
   *
   * @throws IllegalStateException if it is the caller's
   */
  public byte[] ownData() {
    if (!own) {
      throw new IllegalStateException("the payload is its caller's");
    }
    return (byte[]) data;
  }

  /** The record as its caller put it, with a payload of its own. */
  public UserRecord toUserRecord(String streamName) {
    UserRecord record =
        partitionKey.length == 0
            ? UserRecord.withoutPartitionKey(streamName, copyData())
            : UserRecord.of(streamName, new String(partitionKey, UTF_8), copyData());
    return explicitHashKey == null
        ? record
        : record.withExplicitHashKey(new String(explicitHashKey, UTF_8));
  }
}
