// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.retry;

import java.util.function.IntToLongFunction;

/**
 * Holds back a stream whose calls fail as a whole: from the second failure in a row it sends
 * nothing for a while, then one batch at a time until one is answered. That is the retry budget:
 * attempts stay bounded whatever is buffered. Confined to the loop.
 */
public final class StreamPause {

  private final IntToLongFunction delayNanos;
  private int failuresInRow;
  private int rounds;
  private boolean probing;
  private long roundBeganNanos = Long.MIN_VALUE;
  private long untilNanos = Long.MIN_VALUE;
  private long credentialsWrongSinceNanos = Long.MAX_VALUE;
  private long lastCredentialsWrongNanos;

  /**
   * Creates a pause that holds nothing back.
   *
   * @param delayNanos a random delay for so many rounds without an answer, from 1
   */
  public StreamPause(IntToLongFunction delayNanos) {
    this.delayNanos = delayNanos;
  }

  /** A call was answered for each entry. */
  public void answered() {
    failuresInRow = 0;
    rounds = 0;
    probing = false;
    untilNanos = Long.MIN_VALUE;
    credentialsWrongSinceNanos = Long.MAX_VALUE;
  }

  /** A call failed in a way that speaks against the stream. */
  public void failed(long sentNanos, long nowNanos) {
    if (++failuresInRow >= 2) {
      pause(sentNanos, nowNanos);
    }
  }

  /** A call failed for credentials or clock: each one pauses. */
  public void credentialsWrong(long sentNanos, long nowNanos) {
    if (nowNanos - lastCredentialsWrongNanos > RetryDecider.CREDENTIALS_PATIENCE_NANOS) {
      // Nothing was tried in between: this is a new fault, not an old one that goes on.
      credentialsWrongSinceNanos = nowNanos;
    }
    lastCredentialsWrongNanos = nowNanos;
    credentialsWrongSinceNanos = Math.min(credentialsWrongSinceNanos, nowNanos);
    pause(sentNanos, nowNanos);
  }

  /** A call failed for good: others go one at a time until one is answered. */
  public void probe() {
    probing = true;
  }

  /** For how long credentials have been wrong, or 0. */
  public long credentialsWrongNanos(long nowNanos) {
    return Math.max(0, nowNanos - Math.min(nowNanos, credentialsWrongSinceNanos));
  }

  /** Until when nothing is sent; in the past if nothing is held back. */
  public long untilNanos() {
    return untilNanos;
  }

  /** Whether batches go one at a time, until one is answered. */
  public boolean probing() {
    return probing;
  }

  /** Whether a batch may be sent beside those in flight. */
  public boolean allows(int inFlight, long nowNanos) {
    return nowNanos >= untilNanos && (!probing || inFlight == 0);
  }

  /** Calls that were sent before this round tell nothing new: a volley of failures is one round. */
  private void pause(long sentNanos, long nowNanos) {
    if (sentNanos >= roundBeganNanos) {
      probing = true;
      roundBeganNanos = nowNanos;
      untilNanos = nowNanos + delayNanos.applyAsLong(++rounds);
    }
  }
}
