// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.lane;

/**
 * A shard's allowance in records and in bytes. Confined to the loop.
 *
 * <p>What has grown is looked at in steps, at the same moments for all shards. If each lane that
 * lacks tokens went at the moment that its next record can be paid for, every record would make a
 * call of its own just when there is most to send; so they gather, and share calls.
 */
final class ShardTokens {

  /** What a shard takes: 1,000 records a second (Kinesis Data Streams quotas). */
  static final int SHARD_RECORDS_PER_SECOND = 1_000;

  /** What a shard takes: 1 MiB a second (Kinesis Data Streams quotas). */
  static final int SHARD_BYTES_PER_SECOND = 1 << 20;

  /** Between two steps. */
  static final long STEP_NANOS = 20_000_000L;

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

  private static long lastStep(long nanos) {
    return nanos - Math.floorMod(nanos, STEP_NANOS);
  }

  private static long nextStep(long nanos) {
    return lastStep(nanos + STEP_NANOS - 1);
  }

  /** How long a shard at its limits takes for so much. */
  static double shardSeconds(int records, long bytes) {
    return Math.max(
        records / (double) SHARD_RECORDS_PER_SECOND, bytes / (double) SHARD_BYTES_PER_SECOND);
  }

  /** When a record can be paid for: {@code nowNanos} if it can now. */
  long payableAtNanos(int sizeBytes, long nowNanos) {
    long step = lastStep(nowNanos);
    long payable = Math.max(records.payableAtNanos(1, step), bytes.payableAtNanos(sizeBytes, step));
    return payable == step ? nowNanos : nextStep(payable);
  }

  void take(int sizeBytes, long nowNanos) {
    take(records, 1, nowNanos);
    take(bytes, sizeBytes, nowNanos);
  }

  /** A full bucket must not grow as if it had been taken from at the last step. */
  private static void take(TokenBucket bucket, double cost, long nowNanos) {
    bucket.take(cost, bucket.fullAt(nowNanos) ? nowNanos : lastStep(nowNanos));
  }

  /** From now on it grows by that share of what a shard takes. */
  void changeShare(double share, long nowNanos) {
    records.changeRate(SHARD_RECORDS_PER_SECOND * share, lastStep(nowNanos));
    bytes.changeRate(SHARD_BYTES_PER_SECOND * share, lastStep(nowNanos));
  }

  /** What was saved up is void; a debt stays. */
  void empty(long nowNanos) {
    records.keepAtMost(0, nowNanos);
    bytes.keepAtMost(0, nowNanos);
  }

  /** Half of what can be saved up is left at most; a debt stays. */
  void halve(long nowNanos) {
    records.keepAtMost(0.5, nowNanos);
    bytes.keepAtMost(0.5, nowNanos);
  }
}
