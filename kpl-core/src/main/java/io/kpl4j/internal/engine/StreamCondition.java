// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.FailureReason;
import io.kpl4j.StreamHealth;
import io.kpl4j.StreamHealth.Condition;
import io.kpl4j.StreamHealth.FatalError;
import io.kpl4j.internal.engine.Settlement.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one stream suffers from: written by the loop, read by anyone. Each value by itself is as of
 * the loop's last turn for the stream.
 */
final class StreamCondition {

  /** For how long a stream counts as throttled after the last refusal. */
  private static final long THROTTLED_NANOS = 10_000_000_000L;

  private static final Set<FailureReason> FATAL =
      EnumSet.of(
          FailureReason.NO_SUCH_STREAM,
          FailureReason.ACCESS_DENIED,
          FailureReason.CREDENTIALS,
          FailureReason.INTERNAL);

  /** A fatal error and its moment. Immutable. */
  private record Fatal(String code, String message, long atNanos) {}

  private volatile boolean withoutMap = true;
  private volatile long pausedUntilNanos = Long.MIN_VALUE;
  private volatile long throttledUntilNanos = Long.MIN_VALUE;
  private volatile long lastAnsweredNanos = Long.MIN_VALUE;
  private volatile @Nullable Fatal lastFatal;

  /** A failure of this turn, which knows no time. Loop only. */
  private @Nullable Failure unstamped;

  // --- for the loop ---

  /** An entry was throttled. */
  void throttled(long nowNanos) {
    throttledUntilNanos = nowNanos + THROTTLED_NANOS;
  }

  /** A call was answered for each entry. */
  void answered(long nowNanos) {
    lastAnsweredNanos = nowNanos;
  }

  /** Records were given up. */
  void failed(Failure failure) {
    if (FATAL.contains(failure.reason())) {
      unstamped = failure;
    }
  }

  /**
   * Publishes what a turn came to.
   *
   * @param heldUntilNanos until when nothing, or one call at a time, is sent
   */
  void turned(boolean hasMap, long heldUntilNanos, long nowNanos) {
    Failure failure = unstamped;
    if (failure != null) {
      unstamped = null;
      lastFatal = new Fatal(failure.errorCode(), failure.message(), nowNanos);
    }
    // A write to a volatile costs more than a look.
    if (withoutMap == hasMap) {
      withoutMap = !hasMap;
    }
    if (pausedUntilNanos != heldUntilNanos) {
      pausedUntilNanos = heldUntilNanos;
    }
  }

  // --- for anyone ---

  /**
   * What there is to say.
   *
   * @param nowNanos the time
   * @param wallTime the same by the wall clock
   * @return empty if all is well
   */
  Optional<StreamHealth> health(String streamName, long nowNanos, Instant wallTime) {
    Fatal fatal = lastFatal;
    Set<Condition> conditions = EnumSet.noneOf(Condition.class);
    if (pausedUntilNanos > nowNanos) {
      conditions.add(Condition.PAUSED);
    }
    if (withoutMap) {
      conditions.add(Condition.WITHOUT_SHARD_MAP);
    }
    if (throttledUntilNanos > nowNanos) {
      conditions.add(Condition.THROTTLED);
    }
    if (fatal != null && lastAnsweredNanos < fatal.atNanos) {
      conditions.add(Condition.FAILING);
    }
    return conditions.isEmpty() && fatal == null
        ? Optional.empty()
        : Optional.of(new StreamHealth(streamName, conditions, error(fatal, nowNanos, wallTime)));
  }

  private static @Nullable FatalError error(
      @Nullable Fatal fatal, long nowNanos, Instant wallTime) {
    return fatal == null
        ? null
        : new FatalError(
            fatal.code,
            fatal.message,
            wallTime.minus(Duration.ofNanos(Math.max(0, nowNanos - fatal.atNanos))));
  }
}
