// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One user record as a consumer finds it in a Kinesis record: inside an aggregate, or alone.
 * Immutable; its data is a view of the Kinesis record's bytes and as stable as they are.
 */
public final class AggregatedRecord {

  private static final int NOT_AGGREGATED = -1;

  private final byte[] source;
  private final int offset;
  private final int length;
  private final String partitionKey;
  private final @Nullable String explicitHashKey;

  /** Place in the aggregate, or {@link #NOT_AGGREGATED}: one field, as there may be millions. */
  private final int place;

  AggregatedRecord(
      byte[] source,
      int offset,
      int length,
      String partitionKey,
      @Nullable String explicitHashKey,
      int place) {
    this.source = source;
    this.offset = offset;
    this.length = length;
    this.partitionKey = partitionKey;
    this.explicitHashKey = explicitHashKey;
    this.place = place;
  }

  static AggregatedRecord plain(byte[] source, int offset, int length, String partitionKey) {
    return new AggregatedRecord(source, offset, length, partitionKey, null, NOT_AGGREGATED);
  }

  /** {@return the user record's partition key} */
  public String partitionKey() {
    return partitionKey;
  }

  /** {@return a new array with the partition key in UTF-8} */
  public byte[] partitionKeyUtf8() {
    return partitionKey.getBytes(UTF_8);
  }

  /**
   * Returns the user record's explicit hash key.
   *
   * @return decimal, as it was put; empty if it had none, or if it came alone, as Kinesis does not
   *     hand explicit hash keys to consumers
   */
  public Optional<String> explicitHashKey() {
    return Optional.ofNullable(explicitHashKey);
  }

  /** {@return a new array with the explicit hash key's digits, or null} */
  public byte @Nullable [] explicitHashKeyAscii() {
    return explicitHashKey == null ? null : explicitHashKey.getBytes(UTF_8);
  }

  /** {@return the payload: a new read-only buffer over the Kinesis record's bytes} */
  public ByteBuffer data() {
    return ByteBuffer.wrap(source, offset, length).slice().asReadOnlyBuffer();
  }

  /** {@return whether the user record came in an aggregate} */
  public boolean aggregated() {
    return place != NOT_AGGREGATED;
  }

  /** {@return number of the user record in its aggregate, from 0; 0 for one that came alone} */
  public int subSequenceNumber() {
    return Math.max(place, 0);
  }

  /**
   * Returns where the keys place the user record, computed anew.
   *
   * @return its explicit hash key, else the MD5 of its partition key
   */
  public HashKey hashKey() {
    return explicitHashKey == null
        ? HashKey.ofPartitionKey(partitionKey)
        : requireNonNull(LenientDecimal.parse(explicitHashKey), "explicitHashKey");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AggregatedRecord that
        && place == that.place
        && partitionKey.equals(that.partitionKey)
        && Objects.equals(explicitHashKey, that.explicitHashKey)
        && data().equals(that.data());
  }

  @Override
  public int hashCode() {
    return Objects.hash(place, partitionKey, explicitHashKey, length);
  }

  /** Place and size only: keys and payload do not belong in logs. */
  @Override
  public String toString() {
    return "AggregatedRecord[" + (aggregated() ? place + ", " : "alone, ") + length + " bytes]";
  }
}
