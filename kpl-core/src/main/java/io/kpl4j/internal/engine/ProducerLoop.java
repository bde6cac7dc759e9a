// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The producer's one loop thread: runs the pipeline, parks until the next deadline or message, and
 * at the end of a close runs what ends the producer. Thread-safe; its run is confined to its
 * thread.
 */
final class ProducerLoop implements Runnable {

  private final Pipelines pipelines;
  private final Inbox inbox;
  private final MonotonicClock clock;
  private final Runnable atEnd;
  private volatile @Nullable Thread thread;
  private long closeByNanos = Long.MAX_VALUE;
  private boolean closing;

  /**
   * Creates a loop.
   *
   * @param atEnd run on the loop's thread when the pipeline has ended
   */
  ProducerLoop(Pipelines pipelines, Inbox inbox, MonotonicClock clock, Runnable atEnd) {
    this.pipelines = pipelines;
    this.inbox = inbox;
    this.clock = clock;
    this.atEnd = atEnd;
  }

  /** Makes its next park return at once. Any thread. */
  static Runnable waker(ThreadRef ref) {
    return () -> LockSupport.unpark(ref.thread);
  }

  /** Where a thread is found that starts later. Thread-safe. */
  static final class ThreadRef {
    private volatile @Nullable Thread thread;

    void set(Thread started) {
      thread = started;
    }
  }

  /** What makes the loop drain and end; to be offered to the inbox. */
  Inbox.Message closeMessage(long byNanos) {
    return new Inbox.Message() {
      @Override
      void run(long nowNanos) {
        closing = true;
        closeByNanos = Math.min(closeByNanos, byNanos);
        pipelines.hurry(nowNanos);
      }
    };
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    try {
      while (true) {
        long now = clock.nanos();
        long next = Math.min(pipelines.runOnce(now), closeByNanos);
        if (closing && (pipelines.drained() || now >= closeByNanos)) {
          break;
        }
        if (inbox.fallAsleep(next)) {
          park(next);
        }
        inbox.awake();
      }
      pipelines.giveUp();
    } finally {
      atEnd.run();
    }
  }

  /** Until when a close may take; loop only. */
  long closeByNanos() {
    return closeByNanos;
  }

  boolean isLoopThread() {
    return Thread.currentThread() == thread;
  }

  private void park(long untilNanos) {
    if (untilNanos == Long.MAX_VALUE) {
      LockSupport.park(this);
    } else {
      long nanos = untilNanos - clock.nanos();
      if (nanos > 0) {
        LockSupport.parkNanos(this, nanos);
      }
    }
    // Nobody interrupts this thread on purpose; a stray interrupt must not make parking return for
    // ever.
    Thread.interrupted();
  }
}
