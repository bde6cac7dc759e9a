// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

import org.jspecify.annotations.Nullable;

/**
 * One entry of a put call and its outcome: lives as long as the call. Confined to its call.
 *
 * <p>The data is absent where the endpoint only counts.
 */
public final class PutEntry {

  private final @Nullable String partitionKey;
  private final @Nullable String explicitHashKey;
  private final Content content;

  private @Nullable HashKey hashKey;
  private @Nullable String shardId;
  private @Nullable String sequenceNumber;
  private @Nullable String errorCode;
  private @Nullable String errorMessage;

  /** An entry as it was read. */
  public PutEntry(
      @Nullable String partitionKey, @Nullable String explicitHashKey, Content content) {
    this.partitionKey = partitionKey;
    this.explicitHashKey = explicitHashKey;
    this.content = content;
  }

  /**
   * What it carries.
   *
   * @param bytes how many there are
   * @param userRecords how many user records it holds, if it is an aggregate; else 1
   * @param data the bytes; null where the endpoint only counts
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Content(int bytes, int userRecords, byte @Nullable [] data) {}

  /** The partition key; only a stream that spreads records itself takes one without. */
  public @Nullable String partitionKey() {
    return partitionKey;
  }

  /** The explicit hash key, if one was given. */
  public @Nullable String explicitHashKey() {
    return explicitHashKey;
  }

  byte @Nullable [] data() {
    return content.data();
  }

  /** What the limits count: the data and the partition key in UTF-8. */
  public int costBytes() {
    return content.bytes() + (partitionKey == null ? 0 : utf8Length(partitionKey));
  }

  int userRecords() {
    return content.userRecords();
  }

  @Nullable HashKey hashKey() {
    return hashKey;
  }

  void hashKey(HashKey key) {
    hashKey = key;
  }

  void stored(String shard, String number) {
    shardId = shard;
    sequenceNumber = number;
  }

  /** Refuses this entry; what is refused before the stream sees it is not stored. */
  public void refuse(String code, String message) {
    errorCode = code;
    errorMessage = message;
  }

  /** Where it was stored, if it was. */
  public @Nullable String shardId() {
    return shardId;
  }

  /** As what it was stored, if it was. */
  public @Nullable String sequenceNumber() {
    return sequenceNumber;
  }

  /** Why it was refused, if it was. */
  public @Nullable String errorCode() {
    return errorCode;
  }

  /** The text beside the error code. */
  public @Nullable String errorMessage() {
    return errorMessage;
  }

  private static int utf8Length(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Each half of a surrogate pair stands for two of its four bytes.
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }
}
