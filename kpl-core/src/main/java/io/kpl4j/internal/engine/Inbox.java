// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the loop has to look at: many producers, one consumer. Thread-safe.
 *
 * <p>Everything that changes the loop's answer goes through {@link #offer}, the only place that
 * wakes the loop. The loop says when it will wake, looks into the inbox again, then parks; an offer
 * first leaves its message, then reads when the loop will wake. So either the loop sees the message
 * or the offer sees the sleeper: no message is slept through, and nobody wakes the loop for
 * something later.
 *
 * <p>A message is a link of the queue itself, and is in the queue at most once: an offer allocates
 * nothing, and so cannot fail half way.
 */
final class Inbox {

  /** Something to look at. May be offered again and again, by any thread. */
  abstract static class Message {
    private final AtomicBoolean queued = new AtomicBoolean();

    /** The earliest due of the offers that were not read. */
    private final AtomicLong dueNanos = new AtomicLong(Long.MAX_VALUE);

    private @Nullable Message below;

    /** Looks at it, on the loop. */
    abstract void run(long nowNanos);
  }

  private static final long AWAKE = Long.MIN_VALUE;

  private final AtomicReference<@Nullable Message> top = new AtomicReference<>();
  private final Runnable wakeUp;

  /** Taken out, in order, and not yet read. Loop only. */
  private @Nullable Message unread;

  private volatile long sleepsUntilNanos = AWAKE;

  /**
   * Creates an empty inbox of a loop that is awake.
   *
   * @param wakeUp wakes the loop, or makes its next park return at once
   */
  Inbox(Runnable wakeUp) {
    this.wakeUp = wakeUp;
  }

  /**
   * Leaves a message.
   *
   * @param dueNanos the loop may sleep until then
   */
  void offer(Message message, long dueNanos) {
    long earliestNanos = message.dueNanos.accumulateAndGet(dueNanos, Math::min);
    if (!message.queued.getAndSet(true)) {
      Message below;
      do {
        below = top.get();
        message.below = below;
      } while (!top.compareAndSet(below, message));
      // Another offer, due earlier, may have found it queued before it could be seen.
      earliestNanos = Math.min(dueNanos, message.dueNanos.get());
    }
    if (earliestNanos < sleepsUntilNanos) {
      wakeUp.run();
    }
  }

  /** Leaves a message that is due now. */
  void offer(Message message) {
    offer(message, AWAKE + 1);
  }

  /** Takes out all messages, in the order in which they were left. Loop only. */
  void drainTo(Consumer<Message> reader) {
    // What a fault left unread comes first.
    readTo(reader);
    Message taken = top.getAndSet(null);
    while (taken != null) {
      Message below = taken.below;
      taken.below = unread;
      unread = taken;
      taken = below;
    }
    readTo(reader);
  }

  private void readTo(Consumer<Message> reader) {
    for (Message message; (message = unread) != null; ) {
      unread = message.below;
      message.below = null;
      // From here on it may be offered again, and is then read again.
      message.dueNanos.set(Long.MAX_VALUE);
      message.queued.set(false);
      reader.accept(message);
    }
  }

  /**
   * Says that the loop will sleep. Loop only.
   *
   * @return whether it may: no message has come
   */
  boolean fallAsleep(long untilNanos) {
    sleepsUntilNanos = untilNanos;
    return top.get() == null;
  }

  /** Says that the loop is awake. Loop only. */
  void awake() {
    sleepsUntilNanos = AWAKE;
  }

  /**
   * By how much the loop is late. Any thread.
   *
   * @param turnBeganNanos when its turn began, if it is awake
   */
  long delayNanos(long turnBeganNanos, long nowNanos) {
    long dueNanos = sleepsUntilNanos;
    return Math.max(0, nowNanos - (dueNanos == AWAKE ? turnBeganNanos : dueNanos));
  }

  /** Whether no message waits. */
  boolean isEmpty() {
    return top.get() == null;
  }
}
