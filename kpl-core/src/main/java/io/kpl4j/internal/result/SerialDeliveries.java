// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.result;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of one stream whose records have an order: one after the other, in the order in
 * which they were published, however many threads the completion executor has. Thread-safe.
 *
 * <p>It has no thread of its own: at most one task of it is with the executor, which delivers one
 * and hands the next over. So streams that share an executor take turns.
 */
public final class SerialDeliveries {

  private final ResultPublisher publisher;
  private final Queue<Delivery> waiting = new ConcurrentLinkedQueue<>();

  /** Those that wait, and the one under way; who counts the first in hands over. */
  private final AtomicInteger left = new AtomicInteger();

  /** A task that found no thread, not even one of ours: to be handed over again. Loop only. */
  private @Nullable Turn stranded;

  /** Creates a line that is empty. */
  public SerialDeliveries(ResultPublisher publisher) {
    this.publisher = publisher;
  }

  /** Hands a delivery over, behind those before it. Loop only; never blocks. */
  public void publish(Delivery delivery) {
    if (delivery.count() == 0) {
      publisher.publish(delivery);
      return;
    }
    publisher.expect(delivery);
    try {
      // Before it is counted: who counts the first in must have a turn to hand over.
      Turn first = new Turn(null);
      waiting.add(delivery);
      Turn turn = left.getAndIncrement() == 0 ? first : stranded;
      if (turn != null) {
        stranded = turn;
        publisher.execute(turn);
        stranded = null;
      }
    } catch (RuntimeException | Error noThread) {
      publisher.strand();
      throw noThread;
    }
  }

  /** One task of the executor: delivers the first, and hands the next over. */
  private final class Turn implements Runnable {

    /** The thread that hands this one over, for as long as it does; read by that thread only. */
    private @Nullable Thread handingOver;

    private boolean inPlace;

    /** An executor may take a task and throw all the same; then it is handed over twice. */
    private final AtomicBoolean taken = new AtomicBoolean();

    Turn(@Nullable Thread handingOver) {
      this.handingOver = handingOver;
    }

    @Override
    public void run() {
      if (!taken.compareAndSet(false, true)) {
        return;
      }
      if (Thread.currentThread() == handingOver) {
        // The executor runs it at once, where turns would pile up on the stack.
        inPlace = true;
        return;
      }
      deliverInTurn();
    }

    private void deliverInTurn() {
      boolean again;
      do {
        try {
          deliverFirst();
        } finally {
          again = left.decrementAndGet() > 0 && handOver();
        }
      } while (again);
    }
  }

  /** Hands the next one over; true if it is for this thread after all. */
  private boolean handOver() {
    Turn next;
    try {
      next = new Turn(Thread.currentThread());
    } catch (OutOfMemoryError noMemoryForIt) {
      return true;
    }
    try {
      publisher.execute(next);
    } catch (RuntimeException | Error noThread) {
      return next.taken.compareAndSet(false, true);
    } finally {
      next.handingOver = null;
    }
    return next.inPlace;
  }

  private void deliverFirst() {
    Delivery first = waiting.poll();
    if (first != null) {
      publisher.deliver(first);
    }
  }
}
