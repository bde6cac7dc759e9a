// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.internal.record.FlushMark;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a producer ends: the door is closed, the loop drains, what is left of results is delivered,
 * then everything of ours ends. Thread-safe.
 */
final class Shutdown {

  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

  /** How long a close waits for threads that have nothing left to do but end. */
  private static final Duration THREADS_PATIENCE = Duration.ofSeconds(1);

  private final StreamContext context;
  private final MonotonicClock clock;
  private final Streams streams;
  private final ProducerLoop loop;
  private final Flushes flushes;
  private final End end;
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * What ends with the producer.
   *
   * @param atEnd ends everything of ours, on the loop's thread, when all is delivered
   * @param threads all threads of the producer
   */
  record End(Runnable atEnd, ProducerThreads threads) {}

  Shutdown(
      StreamContext context,
      MonotonicClock clock,
      Streams streams,
      ProducerLoop loop,
      Flushes flushes,
      End end) {
    this.context = context;
    this.clock = clock;
    this.streams = streams;
    this.loop = loop;
    this.flushes = flushes;
    this.end = end;
  }

  /** Begins to close, or shortens the time of a close that has begun, and waits for its end. */
  void close(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("timeout is " + timeout + ", at least 0");
    }
    streams.close();
    Waiters.wake(context.budget().close());
    context.inbox().offer(loop.closeMessage(after(timeout)));
    if (!context.publisher().inCallback() && !loop.isLoopThread()) {
      awaitEnd();
    }
  }

  private long after(Duration timeout) {
    long now = clock.nanos();
    long nanos;
    try {
      nanos = timeout.toNanos();
    } catch (ArithmeticException longerThanLongest) {
      nanos = Long.MAX_VALUE;
    }
    return nanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + nanos;
  }

  /** An interrupt ends the draining at once, but not the wait for the orderly end. */
  private void awaitEnd() {
    boolean interrupted = false;
    while (true) {
      try {
        ended.await();
        end.threads().join(THREADS_PATIENCE);
        break;
      } catch (InterruptedException now) {
        interrupted = true;
        context.inbox().offer(loop.closeMessage(clock.nanos()));
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  boolean ended() {
    return ended.getCount() == 0;
  }

  /** The loop's last act: what is left of results is delivered, then everything of ours ends. */
  void end() {
    boolean handedOver = false;
    try {
      awaitDelivery();
      deliverTheRest();
      handedOver = true;
    } finally {
      // Whatever is thrown here, who closes is not left waiting.
      try {
        end.atEnd().run();
      } finally {
        ended.countDown();
        flushes.loopEnds();
        if (handedOver) {
          flushes.completeAll();
        } else {
          // No thread was to be had for it. This one has nothing else to do.
          context.publisher().deliverTheRestHere(flushes::completeAll);
        }
      }
    }
  }

  /** Callbacks have the time that is left; a close that comes meanwhile may shorten it. */
  private void awaitDelivery() {
    AtomicBoolean delivered = new AtomicBoolean();
    FlushMark mark =
        new FlushMark(
            () -> {
              delivered.set(true);
              context.inbox().offer(new Wake());
            });
    context.publisher().mark(mark);
    mark.release();
    loop.turnUntil(delivered::get);
  }

  /** Says nothing; the loop looks. */
  private static final class Wake extends Inbox.Message {
    @Override
    void run(long nowNanos) {}
  }

  /** What the executor has not taken, or a callback holds up: it alone is left behind. */
  private void deliverTheRest() {
    flushes.loopEnds();
    if (context.publisher().idle() && flushes.isEmpty()) {
      return;
    }
    CountDownLatch done = new CountDownLatch(1);
    context
        .publisher()
        .deliverTheRest(
            () -> {
              try {
                flushes.completeAll();
              } finally {
                done.countDown();
              }
            });
    try {
      if (!done.await(THREADS_PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.debug("A callback holds up the thread that delivers what is left");
      }
    } catch (InterruptedException nobodyDoesThis) {
      Thread.currentThread().interrupt();
    }
  }
}
