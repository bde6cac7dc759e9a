// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stored record. Immutable by convention: nobody writes to the data.
 *
 * @param number its number in the stream
 * @param sequenceNumber the same as the service writes it
 * @param partitionKey the partition key, if one was given
 * @param explicitHashKey the explicit hash key, if one was given
 * @param data the data
 * @param arrival when it came
 * @param receipt whether the client was told
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LogEntry(
    long number,
    String sequenceNumber,
    @Nullable String partitionKey,
    @Nullable String explicitHashKey,
    byte[] data,
    Instant arrival,
    Receipt receipt) {}
