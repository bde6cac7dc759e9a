// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.HashKey;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A user record's bytes as the pipeline handles them: keys encoded, hash key known. Immutable but
 * for the arrays, which nobody changes.
 *
 * @param partitionKey in UTF-8; empty if the user gave none
 * @param explicitHashKey in decimal digits, or null if the user gave none
 * @param data the payload from position to limit; its position is not moved
 * @param hashKey the explicit hash key, or the hash of the partition key; of no meaning where the
 *     service places records itself
 */
@SuppressWarnings("ArrayRecordComponent") // an internal carrier; never compared
public record UserContent(
    byte[] partitionKey, byte @Nullable [] explicitHashKey, ByteBuffer data, HashKey hashKey) {

  /** The bytes that it would take alone: data and partition key. */
  public int loneSizeBytes() {
    return data.remaining() + partitionKey.length;
  }

  /** The payload in an array of its own. */
  byte[] copyData() {
    byte[] copy = new byte[data.remaining()];
    data.duplicate().get(copy);
    return copy;
  }

  /** The record as its caller put it, with a payload of its own. */
  public UserRecord toUserRecord(String streamName) {
    UserRecord record =
        partitionKey.length == 0
            ? UserRecord.withoutPartitionKey(streamName, copyData())
            : UserRecord.of(streamName, new String(partitionKey, UTF_8), copyData());
    return explicitHashKey == null
        ? record
        : record.withExplicitHashKey(new String(explicitHashKey, UTF_8));
  }
}
