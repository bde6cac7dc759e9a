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
 * The results of some user records on their way to their futures. Thread-safe: at a close a second
 * thread may take over from one that a user's callback blocks; each result is delivered once.
 */
public final class Delivery {

  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private final int count;
  private final long keptBytes;
  private final IntConsumer completer;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final List<FlushMark> marks;

  /**
   * Creates a delivery.
   *
   * @param count how many results
   * @param keptBytes what each of them keeps in memory until it is delivered
   * @param completer completes the future of the result at an index
   * @param marks flushes that wait for them, held already
   */
  public Delivery(int count, long keptBytes, IntConsumer completer, List<FlushMark> marks) {
    this.count = count;
    this.keptBytes = keptBytes;
    this.completer = completer;
    this.marks = new ArrayList<>(marks);
  }

  int count() {
    return count;
  }

  long keptBytes() {
    return keptBytes;
  }

  /** Delivers what nobody else delivers, and says how many that were. */
  int run() {
    int delivered = 0;
    for (int index; (index = next.getAndIncrement()) < count; delivered++) {
      try {
        completer.accept(index);
      } catch (RuntimeException | Error fault) {
        // The others, and who waits for room, must not suffer from it.
        LOG.error("A result could not be delivered", fault);
      } finally {
        done.incrementAndGet();
      }
    }
    return delivered;
  }

  boolean isDone() {
    return done.get() == count;
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
