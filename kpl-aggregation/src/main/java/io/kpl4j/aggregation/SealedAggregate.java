// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A closed aggregate, or a lone user record, whose parts are not joined yet. Immutable until
 * released, and thread-safe: chunks go back to their pool only when it is released and nobody reads
 * them any more, so a reader that was given up cannot meet another aggregate's bytes.
 */
public final class SealedAggregate {

  /** The partition key under which Amazon's KPL sends aggregates; it places nothing. */
  public static final String OUTER_PARTITION_KEY = "a";

  private static final int RELEASED = 1;
  private static final int ONE_READER = 2;

  private final int count;
  private final int sizeBytes;
  private final First first;
  private final KeyTable partitionKeys;
  private final KeyTable explicitHashKeys;
  private final ChunkedBytes records;

  /** Two for each reader, plus one once released. */
  private final AtomicInteger readers = new AtomicInteger();

  /** The keys of the first user record, which outlive the memory of the pool. */
  @SuppressWarnings("ArrayRecordComponent") // an internal carrier; never compared
  record First(byte[] partitionKey, byte @Nullable [] explicitHashKey) {
    static First copyOf(byte[] partitionKey, byte @Nullable [] explicitHashKey) {
      return new First(
          partitionKey.clone(), explicitHashKey == null ? null : explicitHashKey.clone());
    }
  }

  SealedAggregate(
      int count,
      int sizeBytes,
      First first,
      KeyTable partitionKeys,
      KeyTable explicitHashKeys,
      ChunkedBytes records) {
    this.count = count;
    this.sizeBytes = sizeBytes;
    this.first = first;
    this.partitionKeys = partitionKeys;
    this.explicitHashKeys = explicitHashKeys;
    this.records = records;
  }

  /** {@return number of user records, at least 1} */
  public int count() {
    return count;
  }

  /** {@return number of distinct partition keys, at least 1} */
  public int partitionKeys() {
    return partitionKeys.size();
  }

  /** {@return exact size in bytes of what {@link #join} returns} */
  public int sizeBytes() {
    return sizeBytes;
  }

  /**
   * Joins the parts in a new array of exactly the right size.
   *
   * @return the data of the Kinesis record: an aggregate with its magic and MD5, or the lone user
   *     record's data as it is
   * @throws IllegalStateException if released
   */
  public byte[] join() {
    startReading();
    try {
      byte[] out = new byte[sizeBytes];
      if (count == 1) {
        records.copyTo(records.sizeBytes() - sizeBytes, out, 0);
        return out;
      }
      writeMagic(out);
      int messageSize = sizeBytes - Wire.ENVELOPE_SIZE;
      writeMessage(out, Wire.MAGIC_SIZE);
      Md5.ofThread().append(out, Wire.MAGIC_SIZE, messageSize);
      return out;
    } finally {
      stopReading();
    }
  }

  /**
   * Reads the user records back, in their order, into memory of their own.
   *
   * @return as many as {@link #count}
   * @throws IllegalStateException if released
   */
  public List<AggregatedRecord> records() {
    startReading();
    try {
      byte[] message = new byte[messageSizeBytes()];
      writeMessage(message, 0);
      AggregateContent content = AggregateContent.read(message, 0, message.length);
      if (content == null) {
        throw new IllegalStateException("an aggregate of our own cannot be read");
      }
      return content.records(HashKey.MIN, HashKey.MAX);
    } finally {
      stopReading();
    }
  }

  private static void writeMagic(byte[] out) {
    for (int i = 0; i < Wire.MAGIC_SIZE; i++) {
      out[i] = (byte) (Wire.MAGIC >>> (24 - 8 * i));
    }
  }

  private int messageSizeBytes() {
    return Math.toIntExact(
        (long) partitionKeys.wireSizeBytes()
            + explicitHashKeys.wireSizeBytes()
            + records.sizeBytes());
  }

  private void writeMessage(byte[] out, int offset) {
    int at = explicitHashKeys.writeTo(out, partitionKeys.writeTo(out, offset));
    records.copyTo(0, out, at);
  }

  /**
   * Returns the first user record's hash key.
   *
   * @return for an aggregate, the outer explicit hash key that Amazon's KPL sends
   */
  public HashKey firstHashKey() {
    byte[] explicit = first.explicitHashKey;
    return explicit == null
        ? HashKey.ofPartitionKey(first.partitionKey)
        : HashKey.parse(new String(explicit, ISO_8859_1));
  }

  /**
   * Returns the partition key of a lone user record.
   *
   * @return UTF-8; not to be changed
   * @throws IllegalStateException if there are more user records
   */
  public byte[] lonePartitionKeyUtf8() {
    requireLone();
    return first.partitionKey;
  }

  /**
   * Returns the explicit hash key of a lone user record.
   *
   * @return decimal as it was added, or null; not to be changed
   * @throws IllegalStateException if there are more user records
   */
  public byte @Nullable [] loneExplicitHashKeyAscii() {
    requireLone();
    return first.explicitHashKey;
  }

  private void requireLone() {
    if (count != 1) {
      throw new IllegalStateException("not a lone user record: " + count + " are aggregated");
    }
  }

  /** Gives the chunks back to their pool, once all readers are done. Further calls do nothing. */
  public void release() {
    int before = readers.getAndUpdate(state -> state | RELEASED);
    if (before == 0) {
      giveBack();
    }
  }

  private void startReading() {
    int before =
        readers.getAndUpdate(state -> (state & RELEASED) == 0 ? state + ONE_READER : state);
    if ((before & RELEASED) != 0) {
      throw new IllegalStateException("the aggregate is released");
    }
  }

  private void stopReading() {
    if (readers.addAndGet(-ONE_READER) == RELEASED) {
      giveBack();
    }
  }

  private void giveBack() {
    records.release();
    partitionKeys.release();
    explicitHashKeys.release();
  }
}
