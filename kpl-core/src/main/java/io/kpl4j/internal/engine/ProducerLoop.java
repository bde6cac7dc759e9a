// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
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
  private volatile long turnBeganNanos;
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
    this.turnBeganNanos = clock.nanos();
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
      turnUntil(() -> closing && pipelines.drained());
      pipelines.giveUp();
      pipelines.retireEvents();
    } finally {
      atEnd.run();
    }
  }

  /** Turns until it is over, or the time to close is. Loop only. */
  void turnUntil(BooleanSupplier over) {
    while (true) {
      long now = clock.nanos();
      turnBeganNanos = now;
      long next = Math.min(pipelines.runOnce(now), closeByNanos);
      if (over.getAsBoolean() || now >= closeByNanos) {
        return;
      }
      if (inbox.fallAsleep(next)) {
        park(next);
      }
      inbox.awake();
    }
  }

  /** When its last turn began. Any thread. */
  long turnBeganNanos() {
    return turnBeganNanos;
  }

  /** By how much it is late. Any thread. */
  long delayNanos(long nowNanos) {
    return inbox.delayNanos(turnBeganNanos, nowNanos);
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
