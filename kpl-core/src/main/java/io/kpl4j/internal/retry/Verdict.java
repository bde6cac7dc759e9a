// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.retry;

import io.kpl4j.FailureReason;

/** What is to be done after an outcome. Immutable. */
public sealed interface Verdict {

  /** The record is stored, and consumers see it. */
  enum Delivered implements Verdict {
    /** The map was right. */
    WHERE_PREDICTED,
    /** The map was wrong: list the shards again. */
    ELSEWHERE
  }

  /** The record is stored, but it cannot be said yet whether consumers see it. */
  enum AwaitRange implements Verdict {
    /** The only one. */
    UNTIL_LISTED
  }

  /**
   * The record is stored where consumers drop it: pack its user records anew and send them again.
   */
  enum SendAgain implements Verdict {
    /** Aggregated by a map that is newer than this reply. */
    BY_A_NEWER_MAP,
    /** Each alone: even a newer map was wrong. */
    EACH_ALONE
  }

  /**
   * Try again after the lane's backoff.
   *
   * @param throttled whether the shard said that it takes no more
   * @param ambiguous whether the record may have been stored
   */
  record Retry(boolean throttled, boolean ambiguous) implements Verdict {}

  /** Try again when credentials or clock are right; it does not count as an attempt. */
  enum Reauthenticate implements Verdict {
    /** The only one. */
    WITH_BACKOFF
  }

  /** Something in the call is not valid: send it in smaller parts until it is found. */
  enum Divide implements Verdict {
    /** Two halves of the call's records, each as it is. */
    THE_CALL,
    /** The user records of its only aggregate, each alone. */
    THE_AGGREGATE
  }

  /**
   * Give up.
   *
   * @param reason why
   * @param ambiguous whether the last attempt may have stored the record all the same
   */
  record GiveUp(FailureReason reason, boolean ambiguous) implements Verdict {
    /** Gives up what was not stored by the last attempt. */
    public GiveUp(FailureReason reason) {
      this(reason, false);
    }
  }
}
