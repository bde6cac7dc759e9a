// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of one PutRecords call. Immutable. */
public sealed interface PutRecordsReply {

  /**
   * The service answered for each entry.
   *
   * @param entries the answers, in the order of the reply; their number may be wrong
   */
  record Answered(List<Entry> entries) implements PutRecordsReply {
    /** Keeps a copy. */
    public Answered {
      entries = List.copyOf(entries);
    }
  }

  /**
   * The call failed as a whole.
   *
   * @param origin where it failed
   * @param errorCode the service's code, or the simple name of the client's exception
   * @param message the text beside it; may be empty
   * @param httpStatus the HTTP status, or 0 if there was none
   */
  record Failed(Origin origin, String errorCode, String message, int httpStatus)
      implements PutRecordsReply {}

  /** Where a call failed. */
  enum Origin {
    /** The service answered with an error. */
    SERVICE,
    /** No credentials could be had. */
    CREDENTIALS,
    /** The heap was exhausted while the call was made. */
    OUT_OF_MEMORY,
    /** There was no whole answer within the time limit. */
    TIME_LIMIT,
    /** The connection, an unreadable reply, or anything else on this side. */
    CLIENT
  }

  /** The answer for one entry. */
  sealed interface Entry {}

  /**
   * The entry was stored.
   *
   * @param shardId the shard that stored it
   * @param sequenceNumber its sequence number
   */
  record Accepted(String shardId, String sequenceNumber) implements Entry {}

  /**
   * The entry was not stored.
   *
   * @param errorCode the service's code; empty if it gave none
   * @param message the text beside it, or null
   */
  record Rejected(String errorCode, @Nullable String message) implements Entry {}
}
