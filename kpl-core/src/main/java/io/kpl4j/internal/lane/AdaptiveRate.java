// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.lane;

/**
 * How fast a lane may send, learnt from what its shard takes: lowered when it throttles, raised as
 * it accepts. Confined to the loop; reads no clock and draws no random numbers.
 *
 * <p>The rate is a share of one shard's limits, 1 for all of them. A throttle takes a fifth of it.
 * Then it rises along a cubic curve (as TCP CUBIC and the SDK's adaptive retries do): fast at
 * first, flat around where the throttle came, and ever faster when none comes, so that it stays
 * near what the shard has left for this producer and finds out soon when that has become more.
 * Producers that know nothing of each other settle near equal shares, because who sends more is
 * throttled more often, and because the curve is run through faster at a lower rate.
 *
 * <p>The curve's time is not the clock's but what was accepted: one second is what the rate allows
 * in a second. So a rate that is not used is not raised, and a shard that accepts nothing says
 * nothing about the rate; to wait for it is the business of the lane's backoff.
 *
 * <p>A lane whose records go to shards that are not known may need the rate of any number of them:
 * it has a ceiling far above one shard's, and until the first throttle its rate doubles and more in
 * a second of full use.
 */
final class AdaptiveRate {

  /** Never lower: from a hundred saturated producers to a shard on, backoff must do the rest. */
  static final double FLOOR = 0.01;

  /** A lane without a map may come to this many times the ceiling of one shard. */
  static final double UNKNOWN_SHARDS = 1_000;

  /** What a throttle leaves of the rate. */
  static final double KEPT = 0.8;

  /**
   * How steep the curve is: the rate after t seconds is the former one times exp(this x (t -
   * plateau)^3). Chosen, with {@link #KEPT}, so that eight saturated producers of 25 KiB records
   * are throttled in 1.6 % of their attempts: each is told once in ten seconds.
   */
  static final double STEEPNESS = 2.2e-6;

  private final double floor;
  private final double ceiling;
  private double share;
  private double formerShare;
  private double plateauSeconds;
  private double seconds;
  private boolean doubling;
  private boolean acceptedSinceLowered = true;
  private long loweredNanos = Long.MIN_VALUE;

  /**
   * Creates a rate of all that one shard takes, or of the ceiling if that is less; a fixed one at
   * the ceiling.
   *
   * @param unknownShards whether the records go to any number of shards
   */
  AdaptiveRate(RateLimit limit, boolean unknownShards) {
    double most = limit.percent() / 100.0;
    boolean adaptive = limit.adaptive();
    this.ceiling = adaptive && unknownShards ? most * UNKNOWN_SHARDS : most;
    this.floor = adaptive ? FLOOR : most;
    this.share = adaptive ? Math.min(1, most) : most;
    this.formerShare = share;
    this.doubling = unknownShards;
  }

  /** The rate, as a share of what one shard takes. */
  double share() {
    return share;
  }

  /**
   * The shard took something.
   *
   * @param shardSeconds how long a shard at its limits takes for as much
   */
  void accepted(double shardSeconds) {
    acceptedSinceLowered = true;
    if (doubling) {
      share = Math.min(ceiling, share + shardSeconds);
      formerShare = share;
      return;
    }
    seconds += shardSeconds / share / Math.sqrt(Math.min(1, share));
    double beyond = seconds - plateauSeconds;
    double onCurve = formerShare * Math.exp(STEEPNESS * beyond * beyond * beyond);
    share = Math.min(ceiling, Math.max(share, onCurve));
  }

  /**
   * The shard refused something of a call. That tells of the rate at which the call was sent: if
   * the rate was lowered since, or nothing was accepted since, it is no news.
   *
   * @return whether the rate is lower now
   */
  boolean throttled(long sentNanos, long nowNanos) {
    doubling = false;
    if (sentNanos < loweredNanos || !acceptedSinceLowered) {
      return false;
    }
    loweredNanos = nowNanos;
    acceptedSinceLowered = false;
    formerShare = share;
    share = Math.max(floor, share * KEPT);
    plateauSeconds = Math.cbrt(Math.log(formerShare / share) / STEEPNESS);
    seconds = 0;
    return share < formerShare;
  }
}
