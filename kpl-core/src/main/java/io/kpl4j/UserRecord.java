// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a caller puts: a stream, a partition key, optionally an explicit hash key, and data.
 * Immutable but for the data, which is not copied here: it is read during {@code put} and may be
 * changed after it returns. Limits are checked by {@code put}, where the stream's own are known.
 */
public final class UserRecord {

  private final String streamName;
  private final String partitionKey;
  private final @Nullable String explicitHashKey;
  private final ByteBuffer data;

  private UserRecord(
      String streamName, String partitionKey, @Nullable String explicitHashKey, ByteBuffer data) {
    this.streamName = requireNonNull(streamName, "streamName");
    this.partitionKey = requireNonNull(partitionKey, "partitionKey");
    this.explicitHashKey = explicitHashKey;
    this.data = requireNonNull(data, "data").slice().asReadOnlyBuffer();
  }

  /**
   * Creates a record whose shard follows from its partition key.
   *
   * @param streamName name of the stream
   * @param partitionKey 1 to 256 Unicode characters
   * @param data the payload, from the buffer's position to its limit; the position is left as it is
   * @return the record
   */
  public static UserRecord of(String streamName, String partitionKey, ByteBuffer data) {
    return new UserRecord(streamName, partitionKey, null, data);
  }

  /**
   * Creates a record whose shard follows from its partition key.
   *
   * @param streamName name of the stream
   * @param partitionKey 1 to 256 Unicode characters
   * @param data the payload
   * @return the record
   */
  public static UserRecord of(String streamName, String partitionKey, byte[] data) {
    return new UserRecord(
        streamName, partitionKey, null, ByteBuffer.wrap(requireNonNull(data, "data")));
  }

  /**
   * Returns the same record with an explicit hash key.
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

  /** {@return the partition key} */
  public String partitionKey() {
    return partitionKey;
  }

  /** {@return the explicit hash key in decimal; empty if the partition key decides} */
  public Optional<String> explicitHashKey() {
    return Optional.ofNullable(explicitHashKey);
  }

  /** {@return the payload: a read-only view with a position of its own} */
  public ByteBuffer data() {
    return data.duplicate();
  }

  /** Names the stream and the size only: keys and payload do not belong in logs. */
  @Override
  public String toString() {
    return "UserRecord[" + streamName + ", " + data.remaining() + " bytes]";
  }
}
