// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes Kinesis records apart into user records. Stateless. For any bytes it gives the answer of
 * the KCL's own de-aggregator, and throws nothing:
 *
 * <table>
 *   <caption>What becomes of a Kinesis record's data</caption>
 *   <tr><th>data</th><th>user records</th></tr>
 *   <tr><td>less than 21 bytes, another magic, another MD5, or no message of the format</td>
 *       <td>one: the data as it is</td></tr>
 *   <tr><td>a user record's hash key lies outside the shard's range, or outside 0 to 2^128-1</td>
 *       <td>none: the whole aggregate is dropped</td></tr>
 *   <tr><td>a key's index is in no table, or an explicit hash key is no number</td>
 *       <td>those before it; the rest is lost</td></tr>
 *   <tr><td>an aggregate without user records</td><td>none</td></tr>
 *   <tr><td>an aggregate, also of one user record</td><td>all, in their order</td></tr>
 * </table>
 *
 * <p>Aggregates inside user records are left as they are. Keys that are no UTF-8 are read with
 * U+FFFD in place of what is wrong, and placed by that text.
 *
 * <p>Different from the KCL on purpose: the buffer's position stays where it is (the KCL moves it,
 * and delivers a plain record from the start of its buffer); payloads are views, not copies; a key
 * is hashed or read as a number once for an aggregate and in time that grows with its length only;
 * nothing is logged. What is allocated is at most 20 times the data and a few KiB.
 */
public final class AggregateDecoder {

  private AggregateDecoder() {}

  /**
   * Whether {@link #decode} finds an aggregate.
   *
   * @param data a Kinesis record's data from position to limit; the position stays
   * @return true if magic, length and MD5 are right and the message can be read
   */
  public static boolean isAggregate(ByteBuffer data) {
    ByteRange message = message(data);
    return message != null
        && AggregateContent.isWellFormed(message.array, message.offset, message.length);
  }

  /**
   * Reads an aggregate, whatever shard it comes from.
   *
   * @param data a Kinesis record's data from position to limit; the position stays
   * @return the user records, none if the aggregate is one that consumers drop; empty if it is no
   *     aggregate
   */
  public static Optional<List<AggregatedRecord>> decode(ByteBuffer data) {
    return Optional.ofNullable(decode(data, HashKey.MIN, HashKey.MAX));
  }

  /**
   * Takes a Kinesis record apart, whatever shard it comes from.
   *
   * @param partitionKey the Kinesis record's partition key; null, if the service gives none, counts
   *     as an empty one
   * @param data its data from position to limit; the position stays
   * @return the user records of an aggregate, or the record itself
   */
  public static List<AggregatedRecord> deaggregate(@Nullable String partitionKey, ByteBuffer data) {
    return deaggregate(partitionKey, data, HashKey.MIN, HashKey.MAX);
  }

  /**
   * Takes a Kinesis record apart that was read from a shard. An aggregate with a user record that
   * does not belong to the shard is dropped whole: after a reshard its producer sends it again to
   * where it belongs. A record that is no aggregate is never dropped.
   *
   * @param partitionKey the Kinesis record's partition key; null, if the service gives none, counts
   *     as an empty one
   * @param data its data from position to limit; the position stays
   * @param first the shard's least hash key
   * @param last the shard's greatest hash key
   * @return the user records of an aggregate, or the record itself
   */
  public static List<AggregatedRecord> deaggregate(
      @Nullable String partitionKey, ByteBuffer data, HashKey first, HashKey last) {
    List<AggregatedRecord> records =
        decode(data, requireNonNull(first, "first"), requireNonNull(last, "last"));
    return records != null ? records : List.of(plain(partitionKey, data));
  }

  private static @Nullable List<AggregatedRecord> decode(
      ByteBuffer data, HashKey first, HashKey last) {
    ByteRange message = message(data);
    if (message == null) {
      return null;
    }
    AggregateContent content = AggregateContent.read(message.array, message.offset, message.length);
    return content == null ? null : content.records(first, last);
  }

  /** What lies between magic and MD5; null if they are not there. */
  private static @Nullable ByteRange message(ByteBuffer data) {
    boolean begun =
        data.remaining() > Wire.ENVELOPE_SIZE && data.duplicate().getInt() == Wire.MAGIC;
    if (!begun) {
      return null;
    }
    ByteRange all = ByteRange.of(data);
    int offset = all.offset + Wire.MAGIC_SIZE;
    int length = all.length - Wire.ENVELOPE_SIZE;
    return Md5.ofThread().follows(all.array, offset, length)
        ? new ByteRange(all.array, offset, length)
        : null;
  }

  private static AggregatedRecord plain(@Nullable String partitionKey, ByteBuffer data) {
    ByteRange all = ByteRange.of(data);
    return AggregatedRecord.plain(
        all.array, all.offset, all.length, partitionKey == null ? "" : partitionKey);
  }

  /** A part of an array. Immutable but for the bytes. */
  private static final class ByteRange {

    private final byte[] array;
    private final int offset;
    private final int length;

    private ByteRange(byte[] array, int offset, int length) {
      this.array = array;
      this.offset = offset;
      this.length = length;
    }

    /** The buffer's own array where it shows one, else a copy. */
    static ByteRange of(ByteBuffer data) {
      int length = data.remaining();
      if (data.hasArray()) {
        return new ByteRange(data.array(), data.arrayOffset() + data.position(), length);
      }
      byte[] copy = new byte[length];
      data.get(data.position(), copy);
      return new ByteRange(copy, 0, length);
    }
  }
}
