// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static java.util.Objects.requireNonNull;

import io.kpl4j.internal.record.Payloads;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a caller puts: a stream, a partition key, optionally an explicit hash key, and data. Only a
 * stream whose records the service spreads itself ({@link RecordDistributionStrategy#AUTO}) takes
 * records without a partition key.
 *
 * <p>Immutable but for the data, which is not copied here: it is read during {@code put} and may be
 * changed after it returns. Limits are checked by {@code put}, where the stream's own are known.
 */
public final class UserRecord {

  static {
    Payloads.findBy(record -> record.data);
  }

  private final String streamName;
  private final @Nullable String partitionKey;
  private final @Nullable String explicitHashKey;

  /** A {@code byte[]}, of which no buffer is made before it is asked for, or a buffer. */
  private final Object data;

  private UserRecord(
      String streamName,
      @Nullable String partitionKey,
      @Nullable String explicitHashKey,
      Object data) {
    this.streamName = requireNonNull(streamName, "streamName");
    this.partitionKey = partitionKey;
    this.explicitHashKey = explicitHashKey;
    this.data = data;
  }

  /**
   * Creates a record whose shard follows from its partition key.
   *
   * @param streamName name of the stream, its ARN, or an alias for which an ARN is configured
   * @param partitionKey 1 to 256 Unicode characters
   * @param data the payload, from the buffer's position to its limit; the position is left as it is
   * @return the record
   */
  public static UserRecord of(String streamName, String partitionKey, ByteBuffer data) {
    return new UserRecord(
        streamName,
        requireNonNull(partitionKey, "partitionKey"),
        null,
        requireNonNull(data, "data").slice());
  }

  /**
   * Creates a record whose shard follows from its partition key.
   *
   * @param streamName name of the stream, its ARN, or an alias for which an ARN is configured
   * @param partitionKey 1 to 256 Unicode characters
   * @param data the payload
   * @return the record
   */
  public static UserRecord of(String streamName, String partitionKey, byte[] data) {
    return new UserRecord(
        streamName,
        requireNonNull(partitionKey, "partitionKey"),
        null,
        requireNonNull(data, "data"));
  }

  /**
   * Creates a record that the service places as it likes: for a stream that is configured with
   * {@link RecordDistributionStrategy#AUTO}; {@code put} refuses it for others.
   *
   * @param streamName name of the stream, its ARN, or an alias for which an ARN is configured
   * @param data the payload, from the buffer's position to its limit; the position is left as it is
   * @return the record
   */
  public static UserRecord withoutPartitionKey(String streamName, ByteBuffer data) {
    return new UserRecord(streamName, null, null, requireNonNull(data, "data").slice());
  }

  /**
   * Creates a record that the service places as it likes, as {@link #withoutPartitionKey(String,
   * ByteBuffer)}.
   *
   * @param streamName name of the stream, its ARN, or an alias for which an ARN is configured
   * @param data the payload
   * @return the record
   */
  public static UserRecord withoutPartitionKey(String streamName, byte[] data) {
    return new UserRecord(streamName, null, null, requireNonNull(data, "data"));
  }

  /**
   * Returns the same record with an explicit hash key. A stream whose records the service spreads
   * itself takes no notice of it.
   *
   * @param explicitHashKey decimal, 0 to 2^128 - 1
   * @return the record
   */
  public UserRecord withExplicitHashKey(String explicitHashKey) {
    return new UserRecord(
        streamName, partitionKey, requireNonNull(explicitHashKey, "explicitHashKey"), data);
  }

  /** {@return name of the stream} */
  public String streamName() {
    return streamName;
  }

  /** {@return the partition key; empty if the record has none} */
  public String partitionKey() {
    return partitionKey == null ? "" : partitionKey;
  }

  /** {@return whether the record has a partition key} */
  public boolean hasPartitionKey() {
    return partitionKey != null;
  }

  /** {@return the explicit hash key in decimal; empty if the partition key decides} */
  public Optional<String> explicitHashKey() {
    return Optional.ofNullable(explicitHashKey);
  }

  /** {@return the payload: a read-only view with a position of its own} */
  public ByteBuffer data() {
    ByteBuffer buffer = data instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : (ByteBuffer) data;
    return buffer.asReadOnlyBuffer();
  }

  /** Names the stream and the size only: keys and payload do not belong in logs. */
  @Override
  public String toString() {
    return "UserRecord[" + streamName + ", " + data().remaining() + " bytes]";
  }
}
