// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import io.kpl4j.Attempt;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What was tried with one Kinesis record. Confined to the loop. Of many attempts the first 4 and
 * the last 12 are kept, so that a record that is retried for hours stays small.
 */
public final class AttemptHistory {

  private static final int FIRST_KEPT = 4;
  private static final int LAST_KEPT = 12;

  private final List<Attempt> first = new ArrayList<>(1);
  private final ArrayDeque<Attempt> last = new ArrayDeque<>(0);
  private int count;
  private int misplaced;
  private long misplacedNanos;
  private long lastEndNanos;
  private boolean mayBeDuplicated;

  /** The same history for a piece of the record. */
  AttemptHistory copy() {
    AttemptHistory copy = new AttemptHistory();
    copy.first.addAll(first);
    copy.last.addAll(last);
    copy.count = count;
    copy.misplaced = misplaced;
    copy.misplacedNanos = misplacedNanos;
    copy.lastEndNanos = lastEndNanos;
    copy.mayBeDuplicated = mayBeDuplicated;
    return copy;
  }

  /** Adds an attempt that ended now. */
  public void add(Attempt attempt, long nowNanos) {
    count++;
    lastEndNanos = nowNanos;
    if (first.size() < FIRST_KEPT) {
      first.add(attempt);
      return;
    }
    if (last.size() == LAST_KEPT) {
      last.removeFirst();
    }
    last.addLast(attempt);
  }

  /** The outcome of the latest attempt never became known. */
  public void ambiguous() {
    mayBeDuplicated = true;
  }

  /** The latest attempt stored the record where consumers drop it. */
  public void misplaced(long repliedNanos) {
    mayBeDuplicated = true;
    misplaced++;
    misplacedNanos = repliedNanos;
  }

  /** The attempts kept, in order. */
  public List<Attempt> kept() {
    List<Attempt> kept = new ArrayList<>(first.size() + last.size());
    kept.addAll(first);
    kept.addAll(last);
    return kept;
  }

  /** How many attempts there were. */
  public int count() {
    return count;
  }

  /** When the latest attempt ended; meaningless before the first. */
  public long lastEndNanos() {
    return lastEndNanos;
  }

  /** How often the record was stored where consumers drop it. */
  public int misplacedCount() {
    return misplaced;
  }

  /** When the latest such reply came; meaningless before the first. */
  public long misplacedNanos() {
    return misplacedNanos;
  }

  /** Whether a second copy may be on the stream. */
  public boolean mayBeDuplicated() {
    return mayBeDuplicated;
  }
}
