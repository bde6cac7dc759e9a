// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.result;

import io.kpl4j.internal.record.FlushMark;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands results to the completion executor, where futures complete and users' callbacks run.
 * Thread-safe.
 *
 * <p>A hand-over that the executor rejects runs on a thread of ours. An executor that runs tasks on
 * the loop's thread would let a callback stop the pipeline: it is replaced, with a warning.
 *
 * <p>What a thread or memory lacks for stays with the publisher: the loop is told, and has it tried
 * again until it is delivered. A callback of the user's may throw what it likes.
 */
public final class ResultPublisher {

  private static final Logger LOG = LoggerFactory.getLogger(ResultPublisher.class);

  /** The publisher whose callbacks run on this thread, if any. */
  private static final ThreadLocal<@Nullable ResultPublisher> RUNNING = new ThreadLocal<>();

  /** After so long what memory lacked for is tried again where no loop does. */
  private static final long AGAIN_NANOS = 100_000_000L;

  /** Told of deliveries, by the thread that made them. */
  @FunctionalInterface
  public interface Listener {
    /** So many results were delivered, which kept so many bytes. */
    void delivered(int count, long keptBytes);

    /** Something is left to be delivered again: {@link #deliverAgain}. Needs no memory. */
    default void stranded() {}

    /** Results wait, and may be held up by a callback: {@link #passBlocked}. */
    default void waiting() {}
  }

  private final Executor fallback;
  private final Listener delivered;
  private final Set<Delivery> undelivered = ConcurrentHashMap.newKeySet();
  private long lastNumber;

  /** Whether there was no thread, not even one of ours, or no memory to deliver all. */
  private volatile boolean stranded;

  private volatile Executor executor;
  private volatile boolean rejectionSeen;

  /**
   * Creates a publisher.
   *
   * @param executor where futures complete
   * @param fallback used when the executor rejects, or runs tasks on the thread that hands over;
   *     runs everything on a thread of its own
   * @param delivered told what was delivered
   */
  public ResultPublisher(Executor executor, Executor fallback, Listener delivered) {
    this.executor = executor;
    this.fallback = fallback;
    this.delivered = delivered;
  }

  /** Knows of a delivery before it is handed over: a close delivers it in any case. Loop only. */
  public void expect(Delivery delivery) {
    if (delivery.count() > 0) {
      if (delivery.number() == 0) {
        delivery.number(++lastNumber);
      }
      undelivered.add(delivery);
    }
  }

  /** Hands a delivery over. Loop only; never blocks, unless the executor does. */
  public void publish(Delivery delivery) {
    if (delivery.count() == 0) {
      delivery.releaseMarks();
      return;
    }
    expect(delivery);
    handOver(delivery);
  }

  private void handOver(Delivery delivery) {
    delivery.handOver();
    try {
      execute(
          () -> {
            delivery.begin();
            deliver(delivery);
          });
    } catch (RuntimeException | Error noThread) {
      strand();
      throw noThread;
    }
  }

  /**
   * Hands over what is left of deliveries that a callback has held up since the last call: a thread
   * that is free goes on with it. To be called now and then while not {@link #idle}. Loop only.
   */
  public void passBlocked() {
    for (Delivery delivery : undelivered) {
      if (delivery.heldUp()) {
        handOver(delivery);
      }
    }
    delivered.waiting();
  }

  /** Whether something is to be delivered again, in a while. */
  public boolean stranded() {
    return stranded;
  }

  /** Delivers what was delivered in vain, if a thread can be had for it now. Loop only. */
  public void deliverAgain() {
    stranded = false;
    try {
      fallback.execute(() -> runCallbacks(this::deliverAll));
    } catch (RuntimeException | Error stillNoThread) {
      // It was said when it was first handed over.
      stranded = true;
    }
  }

  /** Runs a task where callbacks run. Loop, or a completion thread. */
  public void execute(Runnable task) {
    Thread loop = Thread.currentThread();
    boolean[] handingOver = {!inCallback()};
    Runnable guarded =
        () -> {
          // Another thread may read the flag late, but is told by being another thread.
          if (Thread.currentThread() == loop && handingOver[0]) {
            LOG.warn(
                "The completion executor runs tasks on the thread that submits them, where a callback"
                    + " would stop the producer; a thread of the producer's own is used instead");
            executor = fallback;
            fallback.execute(() -> runCallbacks(task));
          } else {
            runCallbacks(task);
          }
        };
    try {
      executor.execute(guarded);
    } catch (RuntimeException | Error rejected) {
      if (!rejectionSeen) {
        rejectionSeen = true;
        LOG.warn(
            "The completion executor rejects tasks; a thread of the producer's own completes futures",
            rejected);
      }
      fallback.execute(() -> runCallbacks(task));
    } finally {
      handingOver[0] = false;
    }
  }

  /** Makes a flush wait for what is not delivered yet. Loop only. */
  public void mark(FlushMark mark) {
    undelivered.forEach(delivery -> delivery.mark(mark));
  }

  /** Makes a flush wait for what is not delivered yet of some streams. Loop only. */
  public void mark(FlushMark mark, Set<String> streamNames) {
    undelivered.stream()
        .filter(delivery -> streamNames.contains(delivery.streamName()))
        .forEach(delivery -> delivery.mark(mark));
  }

  /**
   * Completes what the executor has not delivered, on a thread of ours. At the end of a close.
   *
   * @param afterwards run there too, as a callback would be
   */
  public void deliverTheRest(Runnable afterwards) {
    fallback.execute(() -> deliverTheRestHere(afterwards));
  }

  /** As {@link #deliverTheRest}, on this thread, which has nothing else to do any more. */
  public void deliverTheRestHere(Runnable afterwards) {
    runCallbacks(
        () -> {
          // The loop is over, so nobody else would try again.
          while (!deliverAll()) {
            LockSupport.parkNanos(AGAIN_NANOS);
          }
          afterwards.run();
        });
  }

  /** Whether nothing has to be tried again. */
  private boolean deliverAll() {
    stranded = false;
    try {
      undelivered.stream()
          .sorted(Comparator.comparingLong(Delivery::number))
          .forEach(this::deliver);
    } catch (VirtualMachineError noMemory) {
      strand();
    }
    return !stranded;
  }

  /** What was expected and found no thread or no memory is to be delivered again. */
  void strand() {
    stranded = true;
    delivered.stranded();
  }

  /** Whether everything handed over was delivered. */
  public boolean idle() {
    return undelivered.isEmpty();
  }

  /** Whether the calling thread runs a callback of this producer. */
  public boolean inCallback() {
    return RUNNING.get() == this;
  }

  /** Takes the steps of it that nobody else takes. Where callbacks run. */
  void deliver(Delivery delivery) {
    boolean over = false;
    try {
      int count = delivery.run();
      delivered.delivered(count, count * delivery.keptBytes());
      if (delivery.isDone() && delivery.releaseMarks()) {
        undelivered.remove(delivery);
      }
      over = !delivery.owes();
    } finally {
      if (!over) {
        strand();
      }
    }
  }

  /** Whatever runs here completes futures, a flush's too, and so the user's callbacks. */
  private void runCallbacks(Runnable task) {
    ResultPublisher outer = RUNNING.get();
    RUNNING.set(this);
    try {
      task.run();
    } finally {
      if (outer == null) {
        RUNNING.remove();
      } else {
        RUNNING.set(outer);
      }
    }
  }
}
