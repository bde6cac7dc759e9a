// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts the holders that one flush waits for. Thread-safe: the loop adds holders, completion
 * threads take them off. It starts with one holder, the flush itself, which lets go when all are
 * marked.
 *
 * <p>Of flushes of the same streams a later one waits for all that an earlier one still waits for.
 * So it {@link #followedBy follows} the earlier one, and is put on nothing that has the earlier
 * one's mark: however many flushes begin while records wait, each record has one mark of them.
 */
public final class FlushMark {

  private final AtomicInteger holders = new AtomicInteger(1);
  private final Runnable whenDone;

  /** Its own, or that of the one it follows. Loop only, as is its place in it. */
  private Object sequence = new Object();

  private long number;

  @GuardedBy("this")
  private @Nullable FlushMark next;

  @GuardedBy("this")
  private boolean over;

  private boolean told;

  /**
   * Creates a mark that follows none.
   *
   * @param whenDone run by whoever takes off the last holder; once, unless it throws
   */
  public FlushMark(Runnable whenDone) {
    this.whenDone = whenDone;
  }

  /**
   * Makes another mark wait for this one, unless this one is over. Loop only; once, before the
   * other one is put on anything.
   */
  public synchronized void followedBy(FlushMark later) {
    if (!over) {
      later.sequence = sequence;
      later.number = number + 1;
      later.hold();
      next = later;
    }
  }

  /** Whether nothing follows it any more. */
  public synchronized boolean isOver() {
    return over;
  }

  /** Whether one of these is this mark, or one that it follows. Loop only. */
  public boolean coveredBy(Collection<FlushMark> marks) {
    for (FlushMark mark : marks) {
      if (mark.sequence == sequence && mark.number <= number) {
        return true;
      }
    }
    return false;
  }

  /** One holder more. Only while at least one holder is left. */
  public void hold() {
    holders.incrementAndGet();
  }

  /** One holder less. If this throws, say for want of memory, it is a holder still. */
  public void release() {
    if (holders.decrementAndGet() > 0) {
      return;
    }
    try {
      tell();
      // Not by recursion: thousands may follow each other, all at their end.
      for (FlushMark follower; (follower = end()) != null; ) {
        if (follower.holders.decrementAndGet() > 0) {
          return;
        }
        endFollower(follower);
      }
    } catch (RuntimeException | Error fault) {
      holders.incrementAndGet();
      throw fault;
    }
  }

  /** What waited for a follower waits for this one now, which ends it next. */
  private void endFollower(FlushMark follower) {
    try {
      follower.tell();
    } catch (RuntimeException | Error fault) {
      follower.hold();
      reopen(follower);
      throw fault;
    }
    FlushMark after = follower.end();
    if (after != null) {
      reopen(after);
    }
  }

  private void tell() {
    if (!told) {
      whenDone.run();
      told = true;
    }
  }

  /** Takes its follower off; without one, nothing follows any more. */
  private synchronized @Nullable FlushMark end() {
    FlushMark follower = next;
    next = null;
    over = true;
    return follower;
  }

  private synchronized void reopen(FlushMark follower) {
    next = follower;
  }
}
