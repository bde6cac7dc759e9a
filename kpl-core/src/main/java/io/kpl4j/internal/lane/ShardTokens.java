// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.lane;

/** A shard's allowance in records and in bytes. Confined to the loop. */
final class ShardTokens {

  /** What a shard takes: 1,000 records a second (Kinesis Data Streams quotas). */
  static final int SHARD_RECORDS_PER_SECOND = 1_000;

  /** What a shard takes: 1 MiB a second (Kinesis Data Streams quotas). */
  static final int SHARD_BYTES_PER_SECOND = 1 << 20;

  private final TokenBucket records;
  private final TokenBucket bytes;

  /**
   * Creates a full allowance.
   *
   * @param percent of what a shard takes, at least 1
   */
  ShardTokens(long percent, long nowNanos) {
    this.records = new TokenBucket(SHARD_RECORDS_PER_SECOND * (percent / 100.0), nowNanos);
    this.bytes = new TokenBucket(SHARD_BYTES_PER_SECOND * (percent / 100.0), nowNanos);
  }

  long payableAtNanos(int sizeBytes, long nowNanos) {
    return Math.max(records.payableAtNanos(1, nowNanos), bytes.payableAtNanos(sizeBytes, nowNanos));
  }

  void take(int sizeBytes, long nowNanos) {
    records.take(1, nowNanos);
    bytes.take(sizeBytes, nowNanos);
  }
}
