// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.result;

import io.kpl4j.internal.record.FlushMark;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The results of some user records on their way to their futures, and to what else is told of them.
 * Thread-safe: at a close a second thread may take over from one that a user's callback blocks;
 * each step is taken once, by one of them.
 */
public final class Delivery {

  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private final int count;
  private final long keptBytes;

  /** What is done with each result, in this order. */
  private final List<IntConsumer> steps;

  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final List<FlushMark> marks;
  private long number;

  /** As below, with completion as the only step. */
  public Delivery(int count, long keptBytes, IntConsumer completer, List<FlushMark> marks) {
    this(count, keptBytes, List.of(completer), marks);
  }

  /**
   * Creates a delivery.
   *
   * @param count how many results
   * @param keptBytes what each of them keeps in memory until it is delivered
   * @param steps what is done with the result at an index, at least one thing: first its future is
   *     completed
   * @param marks flushes that wait for them, held already
   */
  public Delivery(int count, long keptBytes, List<IntConsumer> steps, List<FlushMark> marks) {
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

  int count() {
    return count;
  }

  long keptBytes() {
    return keptBytes;
  }

  /** Takes the steps that nobody else takes, and says how many results had their last one. */
  int run() {
    int delivered = 0;
    for (int step; (step = next.getAndIncrement()) < count * steps.size(); ) {
      int which = step % steps.size();
      take(which, step / steps.size());
      delivered += which == steps.size() - 1 ? 1 : 0;
    }
    return delivered;
  }

  private void take(int step, int index) {
    try {
      steps.get(step).accept(index);
    } catch (RuntimeException | Error fault) {
      // The others, and who waits for room, must not suffer from it.
      LOG.error("A result could not be delivered", fault);
    } finally {
      done.incrementAndGet();
    }
  }

  boolean isDone() {
    return done.get() == count * steps.size();
  }

  /** A flush waits for it, if it is not delivered yet. */
  synchronized void mark(FlushMark mark) {
    if (!isDone()) {
      mark.hold();
      marks.add(mark);
    }
  }

  /** Lets the flushes go; after the last result. Idempotent. */
  synchronized void releaseMarks() {
    marks.forEach(FlushMark::release);
    marks.clear();
  }
}
