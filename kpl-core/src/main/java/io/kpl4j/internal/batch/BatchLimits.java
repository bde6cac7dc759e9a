// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.batch;

/**
 * How large a call may be. Immutable.
 *
 * @param maxRecords most Kinesis records, 1 to 500 (PutRecords)
 * @param maxBytes most bytes of data and partition keys; a larger record goes alone
 * @param lingerNanos how long a record waits for company
 */
public record BatchLimits(int maxRecords, long maxBytes, long lingerNanos) {

  /** More than this in one call gains no CPU and costs memory: measured, see docs/decisions.md. */
  public static final long GOOD_BYTES = 1 << 20;

  /** Of one shard at most this much in a call, as long as others have something to send. */
  public static final long SHARD_BYTES = 256 << 10;

  /**
   * While a stream has calls under way, the next waits so long, unless it is full or the last one
   * left something behind: what a call costs whatever its size would else be paid for every handful
   * of records.
   */
  public static final long SPACING_NANOS = 2_000_000L;

  /** Where a call that is not forced to be smaller stops growing. */
  long targetBytes() {
    return Math.min(maxBytes, GOOD_BYTES);
  }
}
