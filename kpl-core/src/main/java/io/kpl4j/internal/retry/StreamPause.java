// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.retry;

import java.util.function.IntToLongFunction;

/**
 * Holds back a stream whose calls fail as a whole: from the second failure in a row it sends
 * nothing for a while, then one batch at a time until one is answered. That is the retry budget:
 * attempts stay bounded whatever is buffered. Confined to the loop.
 *
 * <p>Each round that ends at the time limit halves what the next batch may hold, as the call may
 * have been too large for the endpoint to answer in time; each answer doubles it again.
 */
public final class StreamPause {

  /** How long credentials, or the clock, may be wrong before records are given up for it. */
  static final long CREDENTIALS_PATIENCE_NANOS = 60_000_000_000L;

  /** How long a stream that was there may be missing, or forbidden, before records are given up. */
  static final long REFUSAL_GRACE_NANOS = 5_000_000_000L;

  /** A heap that is exhausted gets at least this long to recover. */
  static final long OUT_OF_MEMORY_LEAST_NANOS = 100_000_000L;

  /** The most entries of a call (PutRecords API reference): no limit of ours. */
  private static final int MAX_RECORDS = 500;

  private final IntToLongFunction delayNanos;
  private final Spell credentialsWrong = new Spell(CREDENTIALS_PATIENCE_NANOS);
  private final Spell refused = new Spell(REFUSAL_GRACE_NANOS);
  private boolean seen;
  private int failuresInRow;
  private int rounds;
  private boolean probing;
  private int maxRecords = MAX_RECORDS;
  private long roundBeganNanos = Long.MIN_VALUE;
  private long untilNanos = Long.MIN_VALUE;

  /**
   * Creates a pause that holds nothing back.
   *
   * @param delayNanos a random delay for so many rounds without an answer, from 1
   */
  public StreamPause(IntToLongFunction delayNanos) {
    this.delayNanos = delayNanos;
  }

  /**
   * A call was answered for each entry.
   *
   * @return whether the stream was missing or forbidden until now
   */
  public boolean answered() {
    boolean wasRefused = refused.end();
    seen = true;
    failuresInRow = 0;
    rounds = 0;
    probing = false;
    maxRecords = Math.min(MAX_RECORDS, maxRecords * 2);
    untilNanos = Long.MIN_VALUE;
    credentialsWrong.end();
    return wasRefused;
  }

  /** The stream's shards were listed: it exists. */
  public void listed() {
    seen = true;
  }

  /**
   * A call failed as a whole.
   *
   * @param kind of what
   * @param records how many Kinesis records it had
   * @param sentNanos when it was sent
   */
  public void failed(ErrorCode kind, int records, long sentNanos, long nowNanos) {
    switch (kind) {
      case CREDENTIALS -> {
        credentialsWrong.met(nowNanos);
        pause(sentNanos, nowNanos);
      }
      case NO_SUCH_STREAM, ACCESS_DENIED -> refused(sentNanos, nowNanos);
      case OUT_OF_MEMORY -> {
        if (pause(sentNanos, nowNanos)) {
          untilNanos = Math.max(untilNanos, nowNanos + OUT_OF_MEMORY_LEAST_NANOS);
        }
      }
      case TIMED_OUT -> {
        if (pauseFromSecond(sentNanos, nowNanos)) {
          maxRecords = Math.max(1, Math.min(maxRecords, records) / 2);
        }
      }
      case AMBIGUOUS, THROTTLED -> pauseFromSecond(sentNanos, nowNanos);
      case INVALID -> {}
    }
  }

  private void refused(long sentNanos, long nowNanos) {
    refused.met(nowNanos);
    if (standing(nowNanos).refusedForGood()) {
      // What was sent is given up and not sent again: the delay has no reason to grow.
      rounds = 0;
    }
    pause(sentNanos, nowNanos);
  }

  private boolean pauseFromSecond(long sentNanos, long nowNanos) {
    return ++failuresInRow >= 2 && pause(sentNanos, nowNanos);
  }

  /**
   * Calls that were sent before this round tell nothing new: a volley of failures is one round.
   *
   * @return whether a round begins
   */
  private boolean pause(long sentNanos, long nowNanos) {
    if (sentNanos < roundBeganNanos) {
      return false;
    }
    probing = true;
    roundBeganNanos = nowNanos;
    untilNanos = nowNanos + delayNanos.applyAsLong(++rounds);
    return true;
  }

  /** How the stream stands, as far as verdicts hang on it. */
  public Standing standing(long nowNanos) {
    return new Standing(!seen || refused.outlasted(nowNanos), credentialsWrong.outlasted(nowNanos));
  }

  /** Until when nothing is sent; in the past if nothing is held back. */
  public long untilNanos() {
    return untilNanos;
  }

  /** Whether batches go one at a time, until one is answered. */
  public boolean probing() {
    return probing;
  }

  /** How many Kinesis records the next batch may hold. */
  public int maxRecords() {
    return maxRecords;
  }

  /** Whether a batch may be sent beside those in flight. */
  public boolean allows(int inFlight, long nowNanos) {
    return nowNanos >= untilNanos && (!probing || inFlight == 0);
  }
}
