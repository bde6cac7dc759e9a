// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An open aggregate: takes user records as long as they fit. Confined: its owner guards it. User
 * records are kept in wire form in chunks of a pool, keys in tables of their own, so that sealing
 * has only to join them. For the same user records in the same order the bytes equal those of
 * Amazon's KPL.
 */
public final class AggregateEncoder {

  private static final int FEW_KEYS = 4;

  /** More would be more than a hint. */
  private static final int MANY_KEYS = 1 << 16;

  private final int maxSizeBytes;
  private final int maxCount;
  private final KeyTable partitionKeys;
  private final KeyTable explicitHashKeys;
  private final ChunkedBytes records;

  private int count;
  private int firstDataSizeBytes;
  private SealedAggregate.@Nullable First first;
  private boolean sealed;

  /**
   * Creates an open aggregate without records.
   *
   * @param maxSizeBytes the most that an aggregate of two or more user records may have, all
   *     included
   * @param maxCount the most user records, at least 1
   * @param pool where chunks come from and go to
   */
  public AggregateEncoder(int maxSizeBytes, int maxCount, ChunkPool pool) {
    this(maxSizeBytes, maxCount, pool, FEW_KEYS);
  }

  /**
   * Creates an open aggregate without records.
   *
   * @param maxSizeBytes the most that an aggregate of two or more user records may have, all
   *     included
   * @param maxCount the most user records, at least 1
   * @param pool where chunks come from and go to
   * @param expectedKeys how many partition keys to make room for with the first, at least 1, and
   *     65,536 of them at most; more may come
   */
  public AggregateEncoder(int maxSizeBytes, int maxCount, ChunkPool pool, int expectedKeys) {
    if (maxSizeBytes < 1 || maxCount < 1 || expectedKeys < 1) {
      throw new IllegalArgumentException(
          "maxSizeBytes, maxCount and expectedKeys must be at least 1: "
              + maxSizeBytes
              + ", "
              + maxCount
              + ", "
              + expectedKeys);
    }
    this.maxSizeBytes = maxSizeBytes;
    this.maxCount = maxCount;
    this.records = new ChunkedBytes(requireNonNull(pool, "pool"));
    this.partitionKeys =
        new KeyTable(Wire.PARTITION_KEY_TAG, pool, Math.min(expectedKeys, MANY_KEYS));
    this.explicitHashKeys = new KeyTable(Wire.EXPLICIT_HASH_KEY_TAG, pool, FEW_KEYS);
  }

  /**
   * Appends a user record if it fits; the first always does. Whether it is refused or anything is
   * thrown, the aggregate is then as before.
   *
   * @param partitionKeyUtf8 the partition key in UTF-8; copied
   * @param explicitHashKeyAscii the explicit hash key in decimal, or null; copied
   * @param data the payload from position to limit; copied, and the position stays
   * @return false if the aggregate would have more than {@code maxCount} user records or more than
   *     {@code maxSizeBytes}
   * @throws IllegalArgumentException if the explicit hash key is not a number from 0 to 2^128-1, as
   *     consumers would drop the whole aggregate
   */
  public boolean tryAdd(
      byte[] partitionKeyUtf8, byte @Nullable [] explicitHashKeyAscii, ByteBuffer data) {
    return tryAdd(partitionKeyUtf8, explicitHashKeyAscii, data, data.position(), data.remaining());
  }

  /**
   * Appends a user record as {@link #tryAdd(byte[], byte[], ByteBuffer)} does.
   *
   * @param partitionKeyUtf8 the partition key in UTF-8; copied
   * @param explicitHashKeyAscii the explicit hash key in decimal, or null; copied
   * @param data the payload; copied
   * @return whether it fitted
   * @throws IllegalArgumentException if the explicit hash key is not a number from 0 to 2^128-1
   */
  public boolean tryAdd(
      byte[] partitionKeyUtf8, byte @Nullable [] explicitHashKeyAscii, byte[] data) {
    return tryAdd(partitionKeyUtf8, explicitHashKeyAscii, data, 0, data.length);
  }

  /** Of a {@code byte[]} or a buffer, as {@link ChunkedBytes#write} takes them. */
  private boolean tryAdd(
      byte[] partitionKeyUtf8,
      byte @Nullable [] explicitHashKeyAscii,
      Object data,
      int dataFrom,
      int dataSize) {
    requireOpen();
    int partitionKeyIndex = partitionKeys.find(partitionKeyUtf8);
    int explicitHashKeyIndex =
        explicitHashKeyAscii == null ? -1 : explicitHashKeys.find(explicitHashKeyAscii);
    long bodySize = bodySize(partitionKeyIndex, explicitHashKeyIndex, dataSize);
    boolean newPartitionKey = partitionKeyIndex == partitionKeys.size();
    boolean newExplicitHashKey = explicitHashKeyIndex == explicitHashKeys.size();

    long newSize = encodedSizeBytes() + Wire.fieldSize(bodySize);
    newSize += newPartitionKey ? Wire.fieldSize(partitionKeyUtf8.length) : 0;
    if (explicitHashKeyAscii != null && newExplicitHashKey) {
      newSize += Wire.fieldSize(explicitHashKeyAscii.length);
    }
    if (count > 0 && (count >= maxCount || newSize > maxSizeBytes)) {
      return false;
    }

    long start = records.sizeBytes();
    SealedAggregate.First kept = first;
    try {
      if (kept == null) {
        kept = SealedAggregate.First.copyOf(partitionKeyUtf8, explicitHashKeyAscii);
      }
      if (newPartitionKey) {
        partitionKeys.reserve(partitionKeyUtf8);
      }
      if (explicitHashKeyAscii != null && newExplicitHashKey) {
        HashKey.parse(new String(explicitHashKeyAscii, ISO_8859_1));
        explicitHashKeys.reserve(explicitHashKeyAscii);
      }
      records.begin(Wire.fieldSize(bodySize));
      writeHead(bodySize, partitionKeyIndex, explicitHashKeyIndex);
      writeData(data, dataFrom, dataSize);
    } catch (Throwable e) {
      records.truncate(start);
      throw e;
    }
    // Nothing below can throw.
    if (newPartitionKey) {
      partitionKeys.add(partitionKeyUtf8);
    }
    if (explicitHashKeyAscii != null && newExplicitHashKey) {
      explicitHashKeys.add(explicitHashKeyAscii);
    }
    if (count++ == 0) {
      firstDataSizeBytes = dataSize;
      first = kept;
    }
    return true;
  }

  private static long bodySize(int partitionKeyIndex, int explicitHashKeyIndex, int dataSize) {
    long size = 1 + Wire.varintSize(partitionKeyIndex) + Wire.fieldSize(dataSize);
    return explicitHashKeyIndex < 0 ? size : size + 1 + Wire.varintSize(explicitHashKeyIndex);
  }

  private void writeHead(long bodySize, int partitionKeyIndex, int explicitHashKeyIndex) {
    records.writeByte(Wire.RECORD_TAG);
    records.writeVarint(bodySize);
    records.writeByte(Wire.RECORD_PARTITION_KEY_INDEX_TAG);
    records.writeVarint(partitionKeyIndex);
    if (explicitHashKeyIndex >= 0) {
      records.writeByte(Wire.RECORD_EXPLICIT_HASH_KEY_INDEX_TAG);
      records.writeVarint(explicitHashKeyIndex);
    }
  }

  private void writeData(Object data, int from, int size) {
    records.writeByte(Wire.RECORD_DATA_TAG);
    records.writeVarint(size);
    records.write(data, from, size);
  }

  private long encodedSizeBytes() {
    return (long) Wire.ENVELOPE_SIZE
        + partitionKeys.wireSizeBytes()
        + explicitHashKeys.wireSizeBytes()
        + records.sizeBytes();
  }

  /** {@return number of user records} */
  public int count() {
    return count;
  }

  /**
   * Returns the exact size in bytes of the Kinesis record's data if sealed now.
   *
   * @return an aggregate's with all that belongs to it; of a lone user record the data's alone, as
   *     it is sent raw
   */
  public int sizeBytes() {
    return count > 1 ? (int) encodedSizeBytes() : firstDataSizeBytes;
  }

  /**
   * Hands the parts over; this encoder cannot be used afterwards.
   *
   * @return the closed aggregate, which gives the chunks back when released
   * @throws IllegalStateException if there is no user record, or it was sealed before
   */
  public SealedAggregate seal() {
    requireOpen();
    SealedAggregate.First kept = first;
    if (kept == null) {
      throw new IllegalStateException("an aggregate without user records cannot be sealed");
    }
    SealedAggregate parts =
        new SealedAggregate(count, sizeBytes(), kept, partitionKeys, explicitHashKeys, records);
    // Last: without memory for the parts it is still open.
    sealed = true;
    partitionKeys.seal();
    explicitHashKeys.seal();
    return parts;
  }

  private void requireOpen() {
    if (sealed) {
      throw new IllegalStateException("the aggregate is sealed");
    }
  }
}
