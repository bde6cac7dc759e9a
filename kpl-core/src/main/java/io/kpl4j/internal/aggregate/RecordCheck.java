// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.RecordDistributionStrategy;
import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.HashKey;
import java.nio.ByteBuffer;

/**
 * What a user record must be like, in the steps of a {@code put}: its key, its size, its content,
 * its permit. What is not allowed is refused with an {@link IllegalArgumentException} that names
 * what, the value and the limit, never payload or key. Immutable.
 *
 * @param maxDataBytes of data alone, as configured; {@code Long.MAX_VALUE} if it is not
 * @param maxRecordBytes of data and partition key together, unless the stream says more
 * @param serviceRouted whether the service places the records, so that they need no key
 */
public record RecordCheck(long maxDataBytes, long maxRecordBytes, boolean serviceRouted) {

  /** A partition key has 1 to 256 Unicode characters (PutRecords API reference). */
  private static final int MAX_KEY_CHARACTERS = 256;

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

  /** The record's partition key in UTF-8; empty if it has none and needs none. */
  public byte[] key(UserRecord record) {
    if (record.hasPartitionKey()) {
      return encodedKey(record.partitionKey());
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

  /** How many bytes data and key have together; to be held against the record limit. */
  public long size(ByteBuffer data, byte[] key) {
    int dataBytes = data.remaining();
    if (dataBytes > maxDataBytes) {
      throw new IllegalArgumentException(
          "data has " + dataBytes + " bytes, at most MaxUserRecordSize = " + maxDataBytes);
    }
    return (long) dataBytes + key.length;
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

  /** The record's bytes and hash key. */
  public UserContent content(UserRecord record, ByteBuffer data, byte[] key) {
    String explicit = record.explicitHashKey().orElse(null);
    if (explicit == null) {
      HashKey hashKey = serviceRouted ? HashKey.MIN : HashKey.ofPartitionKey(key);
      return new UserContent(key, null, data, hashKey);
    }
    HashKey hashKey = parsed(explicit);
    return new UserContent(key, hashKey.toDecimal().getBytes(UTF_8), data, hashKey);
  }

  /**
   * What the permit of a record weighs.
   *
   * @param mayAggregate whether the record may be put into an aggregate
   * @param bufferBytes what the whole buffer may hold
   */
  public static int permitBytes(UserContent content, boolean mayAggregate, long bufferBytes) {
    byte[] explicit = content.explicitHashKey();
    long wire = (long) content.loneSizeBytes() + (explicit == null ? 0 : explicit.length);
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
        ? HashKey.ofPartitionKey(encodedKey(record.partitionKey()))
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

  private static byte[] encodedKey(String key) {
    if (key.length() > 2 * MAX_KEY_CHARACTERS) {
      // Before memory is taken for it.
      checkCharacters(characters(key));
    }
    byte[] encoded = key.getBytes(UTF_8);
    checkCharacters(isAscii(key, encoded) ? encoded.length : characters(key));
    return encoded;
  }

  private static void checkCharacters(int characters) {
    if (characters < 1 || characters > MAX_KEY_CHARACTERS) {
      throw new IllegalArgumentException(
          "partitionKey has " + characters + " characters, allowed are 1 to " + MAX_KEY_CHARACTERS);
    }
  }

  /** Whether it surely is; a question mark may stand for what has no encoding. */
  private static boolean isAscii(String key, byte[] encoded) {
    if (encoded.length != key.length()) {
      return false;
    }
    for (byte each : encoded) {
      if (each == '?') {
        return false;
      }
    }
    return true;
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
