// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

/**
 * What one shard may still take: 1 MiB and 1,000 records a second, with a burst of one second.
 * Confined to the lock of its stream.
 */
final class ShardBudget {

  private static final long BYTES_PER_SECOND = 1 << 20;
  private static final long RECORDS_PER_SECOND = 1_000;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private double bytes = BYTES_PER_SECOND;
  private double records = RECORDS_PER_SECOND;
  private long lastNanos;

  ShardBudget(long nowNanos) {
    this.lastNanos = nowNanos;
  }

  /**
   * Takes the cost of a record, or answers false and takes nothing. A record dearer than the burst
   * passes when the budget is full, and leaves it in debt.
   */
  boolean tryTake(int costBytes, long nowNanos) {
    refill(nowNanos);
    if (records < 1 || bytes < Math.min(costBytes, BYTES_PER_SECOND)) {
      return false;
    }
    records -= 1;
    bytes -= costBytes;
    return true;
  }

  private void refill(long nowNanos) {
    long elapsedNanos = nowNanos - lastNanos;
    if (elapsedNanos > 0) {
      double seconds = (double) elapsedNanos / NANOS_PER_SECOND;
      bytes = Math.min(BYTES_PER_SECOND, bytes + seconds * BYTES_PER_SECOND);
      records = Math.min(RECORDS_PER_SECOND, records + seconds * RECORDS_PER_SECOND);
      lastNanos = nowNanos;
    }
  }
}
