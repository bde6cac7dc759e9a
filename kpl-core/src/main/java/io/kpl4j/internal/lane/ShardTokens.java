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
   * @param share of what a shard takes, above 0
   */
  ShardTokens(double share, long nowNanos) {
    this.records = new TokenBucket(SHARD_RECORDS_PER_SECOND * share, nowNanos);
    this.bytes = new TokenBucket(SHARD_BYTES_PER_SECOND * share, nowNanos);
  }

  /** How long a shard at its limits takes for so much. */
  static double shardSeconds(int records, long bytes) {
    return Math.max(
        records / (double) SHARD_RECORDS_PER_SECOND, bytes / (double) SHARD_BYTES_PER_SECOND);
  }

  long payableAtNanos(int sizeBytes, long nowNanos) {
    return Math.max(records.payableAtNanos(1, nowNanos), bytes.payableAtNanos(sizeBytes, nowNanos));
  }

  void take(int sizeBytes, long nowNanos) {
    records.take(1, nowNanos);
    bytes.take(sizeBytes, nowNanos);
  }

  /** From now on it grows by that share of what a shard takes. */
  void changeShare(double share, long nowNanos) {
    records.changeRate(SHARD_RECORDS_PER_SECOND * share, nowNanos);
    bytes.changeRate(SHARD_BYTES_PER_SECOND * share, nowNanos);
  }

  /** What was saved up is void; a debt stays. */
  void empty(long nowNanos) {
    records.empty(nowNanos);
    bytes.empty(nowNanos);
  }
}
