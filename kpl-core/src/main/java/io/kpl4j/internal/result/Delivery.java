// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.result;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.kpl4j.internal.record.FlushMark;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The results of some user records on their way to their futures, and to what else is told of them.
 * Thread-safe: at a close a second thread may take over from one that a user's callback blocks;
 * each step is taken once, by one of them.
 *
 * <p>A completion that memory lacks for is not given up: it is owed, and the next {@link #run}
 * tries it again.
 */
public final class Delivery {

  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private final String streamName;
  private final int count;
  private final long keptBytes;

  /** What is done with each result, in this order. */
  private final List<IntConsumer> steps;

  private final AtomicInteger next = new AtomicInteger();

  /** Completions that memory lacked for. A count needs no memory; which they are is not known. */
  private final AtomicInteger owed = new AtomicInteger();

  private final AtomicInteger done = new AtomicInteger();
  private final List<FlushMark> marks;

  /** Marks that threads are about to release. */
  private int releasing;

  private long number;

  /** Hand-overs of it that no thread has begun with. */
  private final AtomicInteger handedOver = new AtomicInteger();

  /** Whether it is one that any thread may take a part of. Loop only. */
  private boolean divisible;

  /** Threads that are at it. */
  private final AtomicInteger running = new AtomicInteger();

  /** Steps that were over when last looked at. Loop only. */
  private int seenOver = Integer.MIN_VALUE;

  /** As below, with completion as the only step. */
  public Delivery(
      String streamName, int count, long keptBytes, IntConsumer completer, List<FlushMark> marks) {
    this(streamName, count, keptBytes, List.of(completer), marks);
  }

  /**
   * Creates a delivery.
   *
   * @param streamName whose results they are
   * @param count how many results
   * @param keptBytes what each of them keeps in memory until it is delivered
   * @param steps what is done with the result at an index, at least one thing: first its future is
   *     completed, which may be tried again, then whatever comes of it
   * @param marks flushes that wait for them, held already
   */
  public Delivery(
      String streamName,
      int count,
      long keptBytes,
      List<IntConsumer> steps,
      List<FlushMark> marks) {
    this.streamName = streamName;
    this.count = count;
    this.keptBytes = keptBytes;
    this.steps = List.copyOf(steps);
    this.marks = new ArrayList<>(marks);
  }

  /** The loop counts them before anybody else sees them. */
  void number(long counted) {
    number = counted;
  }

  /** Which one it is, from 1; 0 before it was counted. */
  long number() {
    return number;
  }

  String streamName() {
    return streamName;
  }

  int count() {
    return count;
  }

  long keptBytes() {
    return keptBytes;
  }

  /** A task for it is given to the executor. Loop only. */
  void handOver() {
    divisible = true;
    handedOver.incrementAndGet();
  }

  /** A thread begins with such a task. */
  void begin() {
    handedOver.decrementAndGet();
  }

  /**
   * Whether nothing came of it since it was last asked, although a thread has begun: a callback
   * holds up the results behind its own. Loop only.
   */
  boolean heldUp() {
    int overBefore = seenOver;
    int taken = next.get();
    // Each thread is at the last one that it has taken.
    seenOver = taken - running.get();
    return divisible
        && handedOver.get() == 0
        && seenOver == overBefore
        && taken < count * steps.size();
  }

  /** Takes the steps that nobody else takes, and says how many results had their last one. */
  int run() {
    running.incrementAndGet();
    int delivered = completeOwed();
    int taken = 0;
    for (int step; (step = next.getAndIncrement()) < count * steps.size(); ) {
      int which = step % steps.size();
      if (take(which, step / steps.size())) {
        taken++;
        delivered += which == steps.size() - 1 ? 1 : 0;
      }
    }
    // At once: one more count of all threads for each would be half of what a completion costs.
    done.addAndGet(taken);
    running.decrementAndGet();
    return delivered;
  }

  private boolean take(int step, int index) {
    try {
      steps.get(step).accept(index);
    } catch (RuntimeException | Error fault) {
      // The others, and who waits for room, must not suffer from it.
      say(fault);
      if (step == 0 && fault instanceof VirtualMachineError) {
        owed.incrementAndGet();
        return false;
      }
    }
    return true;
  }

  private static void say(Throwable fault) {
    try {
      LOG.error("A result could not be delivered", fault);
    } catch (RuntimeException | Error unspeakable) {
      // No memory even to say it: the others matter more.
    }
  }

  /**
   * Tries again what is owed, and says how many results had their last step by it. To complete a
   * future twice changes nothing, so all are completed: what else depends on one goes on, too.
   */
  private int completeOwed() {
    int left = owed.getAndSet(0);
    if (left == 0) {
      return 0;
    }
    try {
      for (int index = 0; index < count; index++) {
        steps.get(0).accept(index);
      }
    } catch (VirtualMachineError stillNoMemory) {
      owed.addAndGet(left);
      return 0;
    }
    done.addAndGet(left);
    return steps.size() == 1 ? left : 0;
  }

  /** Whether it has to be run again, as memory lacked for a completion. */
  boolean owes() {
    return owed.get() > 0;
  }

  boolean isDone() {
    return done.get() == count * steps.size();
  }

  /** A flush waits for it, if it is not delivered yet. */
  synchronized void mark(FlushMark mark) {
    if (!isDone() && !mark.coveredBy(marks)) {
      mark.hold();
      marks.add(mark);
    }
  }

  /**
   * Lets the flushes go; after the last result. Idempotent. One that throws stays, to be released
   * again. Not under the lock: what ends a flush may be the user's executor.
   *
   * @return whether none is left, nor is being released by another thread
   */
  @CanIgnoreReturnValue
  boolean releaseMarks() {
    for (FlushMark mark; (mark = takeMark()) != null; ) {
      boolean released = false;
      try {
        mark.release();
        released = true;
      } finally {
        putBack(mark, released);
      }
    }
    return noneIsReleased();
  }

  private synchronized @Nullable FlushMark takeMark() {
    if (marks.isEmpty()) {
      return null;
    }
    releasing++;
    return marks.remove(marks.size() - 1);
  }

  private synchronized void putBack(FlushMark mark, boolean released) {
    releasing--;
    if (!released) {
      marks.add(mark);
    }
  }

  private synchronized boolean noneIsReleased() {
    return marks.isEmpty() && releasing == 0;
  }
}
