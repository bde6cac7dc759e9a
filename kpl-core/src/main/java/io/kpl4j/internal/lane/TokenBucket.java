// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.lane;

/**
 * Tokens that grow with time up to a burst. Confined to the loop; reads no clock.
 *
 * <p>A cost above the burst goes when the bucket is full and leaves it in debt, so that a record
 * dearer than a second of the shard's rate still goes, and is paid for afterwards.
 */
final class TokenBucket {

  private static final double NANOS_PER_SECOND = 1e9;

  private double perSecond;
  private double tokens;
  private long lastNanos;

  /** Creates a full bucket with a burst of one second. */
  TokenBucket(double perSecond, long nowNanos) {
    this.perSecond = perSecond;
    this.tokens = perSecond;
    this.lastNanos = nowNanos;
  }

  /**
   * When the cost can be paid, if nothing else is taken: {@code nowNanos} if it can now. A time
   * before that of the last change sees what was left by it.
   */
  long payableAtNanos(double cost, long nowNanos) {
    grow(nowNanos);
    double missing = Math.min(cost, burst()) - tokens;
    return missing <= 0
        ? nowNanos
        : lastNanos + Math.max(1, (long) Math.ceil(missing / perSecond * NANOS_PER_SECOND));
  }

  /** Takes the cost, into debt if need be. */
  void take(double cost, long nowNanos) {
    grow(nowNanos);
    tokens -= cost;
  }

  /** From now on it grows by so much, up to a second of it. */
  void changeRate(double newPerSecond, long nowNanos) {
    grow(nowNanos);
    perSecond = newPerSecond;
    tokens = Math.min(tokens, burst());
  }

  /** Takes what is above a share of the burst; a debt stays. */
  void keepAtMost(double share, long nowNanos) {
    grow(nowNanos);
    tokens = Math.min(tokens, burst() * share);
  }

  /** Whether it will be full by then, if nothing is taken. */
  boolean fullAt(long nanos) {
    return tokensAt(nanos) >= burst();
  }

  private double burst() {
    return perSecond;
  }

  private void grow(long nowNanos) {
    tokens = tokensAt(nowNanos);
    lastNanos = Math.max(lastNanos, nowNanos);
  }

  private double tokensAt(long nanos) {
    double grown = Math.max(0, nanos - lastNanos) / NANOS_PER_SECOND * perSecond;
    return Math.min(burst(), tokens + grown);
  }
}
