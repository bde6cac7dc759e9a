// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.RecordDistributionStrategy;
import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.record.Payloads;

/**
 * What a user record must be like, in the steps of a {@code put}: its key and size, its shard, its
 * permit. What is not allowed is refused with an {@link IllegalArgumentException} that names what,
 * the value and the limit, never payload or key. Immutable.
 *
 * @param maxDataBytes of data alone, as configured; {@code Long.MAX_VALUE} if it is not
 * @param maxRecordBytes of data and partition key together, unless the stream says more
 * @param serviceRouted whether the service places the records, so that they need no key
 */
public record RecordCheck(long maxDataBytes, long maxRecordBytes, boolean serviceRouted) {

  /** A partition key has 1 to 256 Unicode characters (PutRecords API reference). */
  private static final int MAX_KEY_CHARACTERS = 256;

  private static final int ASCII_END = 0x80;

  private static final byte[] NO_KEY = {};

  /** What a permit weighs beside the record's bytes. */
  private static final int PERMIT_OVERHEAD_BYTES = 256;

  /** What the configuration asks of records: of all, or of those of one stream. */
  public static RecordCheck of(KinesisProducerConfig config) {
    return new RecordCheck(
        config.maxUserRecordSizeIfSet().orElse(Long.MAX_VALUE),
        config.maxKinesisRecordSize(),
        config.recordDistributionStrategyDefault() == RecordDistributionStrategy.AUTO);
  }

  /**
   * Fills in the key and the payload of a record.
   *
   * @return how many bytes both have together; to be held against the record limit
   */
  public long read(UserRecord record, UserContent into) {
    into.key(key(record, into.partitionKey()));
    into.data(Payloads.of(record));
    int dataBytes = into.dataBytes();
    if (dataBytes > maxDataBytes) {
      throw new IllegalArgumentException(
          "data has " + dataBytes + " bytes, at most MaxUserRecordSize = " + maxDataBytes);
    }
    return into.loneSizeBytes();
  }

  private byte[] key(UserRecord record, byte[] array) {
    if (record.hasPartitionKey()) {
      return encodedKey(record.partitionKey(), array);
    }
    if (!serviceRouted) {
      throw new IllegalArgumentException(
          "the record has no partition key, which stream "
              + record.streamName()
              + " needs: only streams with RecordDistributionStrategyDefault=AUTO take records"
              + " without");
    }
    return NO_KEY;
  }

  /** Holds the size of a record against the limit that holds for its stream. */
  public static void checkSize(long sizeBytes, long limitBytes) {
    if (sizeBytes > limitBytes) {
      throw new IllegalArgumentException(
          "data and partition key have "
              + sizeBytes
              + " bytes, at most the stream's record limit of "
              + limitBytes);
    }
  }

  /** Fills in what decides the shard of a record whose key and payload are in. */
  public void place(UserRecord record, UserContent into) {
    String explicit = record.explicitHashKey().orElse(null);
    if (explicit != null) {
      HashKey hashKey = parsed(explicit);
      into.explicitHashKey(hashKey.toDecimal().getBytes(UTF_8));
      into.place(hashKey);
    } else {
      into.explicitHashKey(null);
      into.place(serviceRouted ? HashKey.MIN : HashKey.ofPartitionKey(into.partitionKey()));
    }
  }

  /**
   * What the permit of a record weighs.
   *
   * @param mayAggregate whether the record may be put into an aggregate
   * @param bufferBytes what the whole buffer may hold
   */
  public static int permitBytes(UserContent content, boolean mayAggregate, long bufferBytes) {
    byte[] explicit = content.explicitHashKey();
    long wire = content.loneSizeBytes() + (explicit == null ? 0 : explicit.length);
    long permit = (mayAggregate ? 2 * wire : wire) + PERMIT_OVERHEAD_BYTES;
    if (permit > bufferBytes) {
      throw new IllegalArgumentException(
          "the record takes "
              + permit
              + " bytes of the buffer, which has BufferMaxBytes = "
              + bufferBytes
              + " in all");
    }
    return (int) permit;
  }

  /** The key that decides the shard of a record. */
  public static HashKey hashKeyOf(UserRecord record) {
    String explicit = record.explicitHashKey().orElse(null);
    return explicit == null
        ? HashKey.ofPartitionKey(encodedKey(record.partitionKey(), NO_KEY))
        : parsed(explicit);
  }

  private static HashKey parsed(String explicitHashKey) {
    try {
      return HashKey.parse(explicitHashKey);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "explicitHashKey is not a decimal number from 0 to 2^128-1, digits only", e);
    }
  }

  /** In UTF-8: in the array that is given, if it has the right length. */
  private static byte[] encodedKey(String key, byte[] array) {
    int length = key.length();
    if (length > 0 && length <= MAX_KEY_CHARACTERS) {
      byte[] encoded = array.length == length ? array : new byte[length];
      if (writeAscii(key, encoded)) {
        return encoded;
      }
    }
    // Before memory is taken for it.
    int characters = characters(key);
    if (characters < 1 || characters > MAX_KEY_CHARACTERS) {
      throw new IllegalArgumentException(
          "partitionKey has " + characters + " characters, allowed are 1 to " + MAX_KEY_CHARACTERS);
    }
    return key.getBytes(UTF_8);
  }

  /** Whether it is all ASCII, and is written now. */
  private static boolean writeAscii(String key, byte[] to) {
    int bits = 0;
    for (int i = 0; i < to.length; i++) {
      char character = key.charAt(i);
      bits |= character;
      to[i] = (byte) character;
    }
    return bits < ASCII_END;
  }

  private static int characters(String key) {
    int characters = 0;
    for (int i = 0; i < key.length(); characters++) {
      int character = key.codePointAt(i);
      if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
        throw new IllegalArgumentException(
            "partitionKey has an unpaired surrogate at " + i + ", which has no encoding");
      }
      i += Character.charCount(character);
    }
    return characters;
  }
}
