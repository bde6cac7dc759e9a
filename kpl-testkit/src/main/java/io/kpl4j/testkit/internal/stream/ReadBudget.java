// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

/**
 * What may still be read of one shard: 5 calls and 2 MiB a second, with a burst of one second.
 * Confined to the lock of its stream.
 */
final class ReadBudget {

  private static final long BYTES_PER_SECOND = 2 << 20;
  private static final long CALLS_PER_SECOND = 5;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private double bytes = BYTES_PER_SECOND;
  private double calls = CALLS_PER_SECOND;
  private long lastNanos;

  ReadBudget(long nowNanos) {
    this.lastNanos = nowNanos;
  }

  /**
   * Takes one call that reads this much, or answers false and takes nothing. A read passes whole
   * while there is anything left, and may leave a debt, which keeps others waiting.
   */
  boolean tryTake(long readBytes, long nowNanos) {
    refill(nowNanos);
    if (calls < 1 || bytes <= 0) {
      return false;
    }
    calls -= 1;
    bytes -= readBytes;
    return true;
  }

  private void refill(long nowNanos) {
    long elapsedNanos = nowNanos - lastNanos;
    if (elapsedNanos > 0) {
      double seconds = (double) elapsedNanos / NANOS_PER_SECOND;
      bytes = Math.min(BYTES_PER_SECOND, bytes + seconds * BYTES_PER_SECOND);
      calls = Math.min(CALLS_PER_SECOND, calls + seconds * CALLS_PER_SECOND);
      lastNanos = nowNanos;
    }
  }
}
