// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

/** Why a record was given up. */
public enum FailureReason {
  /** Its time to live passed before an attempt succeeded. It may be sent again as it is. */
  EXPIRED,
  /** The shard was throttled and {@code FailIfThrottled} is set. */
  THROTTLED,
  /** The service refused this record as invalid. Sending it again as it is will fail again. */
  INVALID,
  /** The stream does not exist. */
  NO_SUCH_STREAM,
  /** The credentials do not permit {@code kinesis:PutRecords} on the stream, or its key. */
  ACCESS_DENIED,
  /** The credentials were expired, missing or not accepted for 60 seconds. */
  CREDENTIALS,
  /** The attempts that the configured retry policy allows were used up. */
  ATTEMPTS_EXHAUSTED,
  /** The producer was closed before the record was sent. */
  PRODUCER_CLOSED,
  /** The producer was closed while the record was in flight: it may have been stored. */
  OUTCOME_UNKNOWN,
  /**
   * The record was stored as part of an aggregate, but whether consumers will see it could not be
   * learnt in time. The message names the shard and the sequence number.
   */
  PLACEMENT_UNKNOWN,
  /**
   * An earlier record of its key was given up, and {@code KeyOrder} is {@code halt}. Put it again
   * once the key is resumed.
   */
  KEY_HALTED,
  /** A fault inside the producer. The cause has the details. */
  INTERNAL
}
