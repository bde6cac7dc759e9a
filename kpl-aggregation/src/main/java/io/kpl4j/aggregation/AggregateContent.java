// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the message of an aggregate holds. Confined to one reading. A first walk checks and counts,
 * a second one fills arrays of exactly that size, so that hostile bytes cannot make it allocate
 * more than a small multiple of themselves.
 */
final class AggregateContent implements MessageWalk.Visitor {

  private final byte[] source;
  private final ReadKeys partitionKeys;
  private final ReadKeys explicitHashKeys;
  private final int[] partitionKeyIndexes;
  private final int[] explicitHashKeyIndexes;
  private final int[] dataOffsets;
  private final int[] dataLengths;
  private int recordCount;

  private AggregateContent(byte[] source, Census census) {
    this.source = source;
    partitionKeys = new ReadKeys(source, census.partitionKeys);
    explicitHashKeys = new ReadKeys(source, census.explicitHashKeys);
    partitionKeyIndexes = new int[census.records];
    explicitHashKeyIndexes = new int[census.records];
    dataOffsets = new int[census.records];
    dataLengths = new int[census.records];
  }

  /** Whether a part of an array is a message of the format; allocates next to nothing. */
  static boolean isWellFormed(byte[] bytes, int offset, int length) {
    try {
      MessageWalk.walk(bytes, offset, length, new Census());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Reads the message in a part of an array; null if it is none. */
  static @Nullable AggregateContent read(byte[] bytes, int offset, int length) {
    try {
      Census census = new Census();
      MessageWalk.walk(bytes, offset, length, census);
      AggregateContent content = new AggregateContent(bytes, census);
      MessageWalk.walk(bytes, offset, length, content);
      return content;
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * The user records if all of them lie from {@code first} to {@code last}, else none. One whose
   * keys cannot be found or read ends the list: what comes before it stays, as in the KCL.
   */
  List<AggregatedRecord> records(HashKey first, HashKey last) {
    List<AggregatedRecord> records = new ArrayList<>(recordCount);
    for (int i = 0; i < recordCount && hasKeys(i); i++) {
      try {
        if (!isInside(i, first, last)) {
          return List.of();
        }
      } catch (NumberFormatException e) {
        break;
      }
      records.add(record(i));
    }
    return Collections.unmodifiableList(records);
  }

  private boolean hasKeys(int i) {
    return partitionKeys.has(partitionKeyIndexes[i])
        && (!isExplicit(i) || explicitHashKeys.has(explicitHashKeyIndexes[i]));
  }

  private boolean isExplicit(int i) {
    return explicitHashKeyIndexes[i] != MessageWalk.NO_INDEX;
  }

  private boolean isInside(int i, HashKey first, HashKey last) {
    if (isExplicit(i)) {
      HashKey hashKey = explicitHashKeys.hashKeyOfNumber(explicitHashKeyIndexes[i]);
      return hashKey != null && isBetween(hashKey, first, last);
    }
    // Hashing is most of a decoder's work, and no partition key lies outside the whole ring.
    boolean wholeRing = first.equals(HashKey.MIN) && last.equals(HashKey.MAX);
    return wholeRing
        || isBetween(partitionKeys.hashKeyOfPartitionKey(partitionKeyIndexes[i]), first, last);
  }

  private static boolean isBetween(HashKey hashKey, HashKey first, HashKey last) {
    return hashKey.compareTo(first) >= 0 && hashKey.compareTo(last) <= 0;
  }

  private AggregatedRecord record(int i) {
    return new AggregatedRecord(
        source,
        dataOffsets[i],
        dataLengths[i],
        partitionKeys.text(partitionKeyIndexes[i]),
        isExplicit(i) ? explicitHashKeys.text(explicitHashKeyIndexes[i]) : null,
        i);
  }

  @Override
  public void partitionKey(int offset, int length) {
    partitionKeys.add(offset, length);
  }

  @Override
  public void explicitHashKey(int offset, int length) {
    explicitHashKeys.add(offset, length);
  }

  @Override
  public void record(int partitionKeyIndex, int explicitHashKeyIndex, int offset, int length) {
    partitionKeyIndexes[recordCount] = partitionKeyIndex;
    explicitHashKeyIndexes[recordCount] = explicitHashKeyIndex;
    dataOffsets[recordCount] = offset;
    dataLengths[recordCount] = length;
    recordCount++;
  }

  /** Counts what a message holds. Confined to one walk. */
  private static final class Census implements MessageWalk.Visitor {

    private int partitionKeys;
    private int explicitHashKeys;
    private int records;

    @Override
    public void partitionKey(int offset, int length) {
      partitionKeys++;
    }

    @Override
    public void explicitHashKey(int offset, int length) {
      explicitHashKeys++;
    }

    @Override
    public void record(int partitionKeyIndex, int explicitHashKeyIndex, int offset, int length) {
      records++;
    }
  }
}
