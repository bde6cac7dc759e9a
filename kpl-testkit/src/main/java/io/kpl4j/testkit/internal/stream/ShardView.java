// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A shard as it was at one moment. Immutable.
 *
 * @param shardId its id
 * @param range its hash keys
 * @param parents none, one after a split, two after a merge
 * @param startingSequenceNumber less than every record's
 * @param endingSequenceNumber greater than every record's; null while the shard is open
 * @param openedAt when it opened
 * @param closedAt when it closed; null while it is open
 * @param records how many records it took
 * @param bytes how many bytes of data and keys it took
 */
public record ShardView(
    String shardId,
    HashRange range,
    List<String> parents,
    String startingSequenceNumber,
    @Nullable String endingSequenceNumber,
    Instant openedAt,
    @Nullable Instant closedAt,
    long records,
    long bytes) {

  boolean openAt(Instant moment) {
    return !openedAt.isAfter(moment) && (closedAt == null || closedAt.isAfter(moment));
  }

  /** Whether it was open then or opened later; one that closed at that very moment counts. */
  boolean openSince(Instant moment) {
    return closedAt == null || !closedAt.isBefore(moment);
  }
}
