// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.internal.record.FlushMark;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The flushes that were asked for and are not over. Thread-safe.
 *
 * <p>A flush is a message to the loop, which marks what was accepted before; its future completes
 * where callbacks run when the last mark is gone. Flushes that the loop reads at once are one round
 * for each set of streams: who flushes after every put does not keep the loop busy with marking.
 * When the producer has ended, or failed and all results are delivered, every flush is over.
 */
final class Flushes {

  /** No stream has this name. */
  private static final String ALL = "";

  private final StreamContext context;
  private final Streams streams;
  private final Pipelines pipelines;
  private final BooleanSupplier onLoop;

  /** The last of those that the loop has not read; each knows the one below it. */
  private final AtomicReference<@Nullable FlushFuture> unread = new AtomicReference<>();

  private final Set<Round> rounds = ConcurrentHashMap.newKeySet();

  /** The mark of the last round of each set of streams, unless it is over. Loop only. */
  private final Map<String, FlushMark> last = new HashMap<>();

  private final Inbox.Message message =
      new Inbox.Message() {
        @Override
        void run(long nowNanos) {
          read(nowNanos);
        }
      };

  /** Taken from the unread, and not known to be in rounds. Written by the loop only. */
  private volatile @Nullable FlushFuture reading;

  private volatile boolean loopEnds;

  /**
   * Creates a set without flushes.
   *
   * @param onLoop whether the calling thread is the loop's
   */
  Flushes(StreamContext context, Streams streams, Pipelines pipelines, BooleanSupplier onLoop) {
    this.context = context;
    this.streams = streams;
    this.pipelines = pipelines;
    this.onLoop = onLoop;
    pipelines.whenFailedAndOver(this::endAll);
  }

  /** Begins a flush of all streams. */
  CompletableFuture<Void> begin() {
    return begin(ALL);
  }

  /** Begins a flush of one stream. */
  CompletableFuture<Void> begin(String streamName) {
    FlushFuture future = new FlushFuture(streamName);
    do {
      future.below = unread.get();
    } while (!unread.compareAndSet(future.below, future));
    context.inbox().offer(message);
    if (loopEnds) {
      completeUnread();
    }
    return future;
  }

  private void completeUnread() {
    if (context.publisher().idle()) {
      completeAll();
    } else {
      context.publisher().deliverTheRest(this::completeAll);
    }
  }

  private void read(long nowNanos) {
    last.values().removeIf(FlushMark::isOver);
    FlushFuture taken = joined(unread.getAndSet(null), reading);
    // Until rounds have them: memory may lack for those.
    reading = taken;
    Map<String, Round> read = new LinkedHashMap<>();
    for (FlushFuture next = taken; next != null; next = next.below) {
      read.computeIfAbsent(next.streamName, name -> new Round()).futures.add(next);
    }
    rounds.addAll(read.values());
    reading = null;
    Iterator<Map.Entry<String, Round>> left = read.entrySet().iterator();
    try {
      while (left.hasNext()) {
        Map.Entry<String, Round> next = left.next();
        next.getValue().begin(next.getKey(), nowNanos);
      }
    } finally {
      // If one throws, nobody else would begin the others.
      left.forEachRemaining(next -> context.publisher().execute(next.getValue()::end));
    }
  }

  private static @Nullable FlushFuture joined(
      @Nullable FlushFuture chain, @Nullable FlushFuture rest) {
    if (chain == null || rest == null) {
      return chain == null ? rest : chain;
    }
    FlushFuture lowest = chain;
    for (FlushFuture next; (next = lowest.below) != null; ) {
      lowest = next;
    }
    lowest.below = rest;
    return chain;
  }

  private Collection<StreamPipeline> meant(String streamName) {
    if (streamName.equals(ALL)) {
      return streams.all();
    }
    StreamPipeline stream = streams.known(streamName);
    return stream == null ? List.of() : List.of(stream);
  }

  /** From now on nobody may read the messages; what the pipeline held has its verdict. */
  void loopEnds() {
    loopEnds = true;
  }

  boolean isEmpty() {
    return unread.get() == null && reading == null && rounds.isEmpty();
  }

  /** Everything is over, whether it was read or not; the loop, which alone adds to it, is over. */
  void completeAll() {
    complete(unread.getAndSet(null));
    complete(reading);
    for (Round round : rounds) {
      round.futures.forEach(future -> future.complete(null));
    }
    rounds.clear();
  }

  private static void complete(@Nullable FlushFuture chain) {
    for (FlushFuture next = chain; next != null; next = next.below) {
      next.complete(null);
    }
  }

  /** Ends what a fault has left; the producer has failed and holds nothing more. Loop only. */
  private void endAll() {
    FlushFuture left = reading;
    if (left != null) {
      context.publisher().execute(() -> complete(left));
      reading = null;
    }
    for (Round round : rounds) {
      if (!round.ending) {
        context.publisher().execute(round::end);
        round.ending = true;
      }
    }
  }

  /** Flushes of the same streams that were read at once: they are over together. */
  private final class Round {
    private final List<FlushFuture> futures = new ArrayList<>(1);
    private final AtomicInteger completed = new AtomicInteger();
    private final AtomicBoolean ended = new AtomicBoolean();

    /** Ended without its mark. Loop only. */
    private boolean ending;

    void begin(String streamName, long nowNanos) {
      FlushMark mark = new FlushMark(() -> context.publisher().execute(this::end));
      try {
        FlushMark before = last.put(streamName, mark);
        if (before != null) {
          before.followedBy(mark);
        }
        pipelines.flush(meant(streamName), mark, nowNanos);
      } finally {
        mark.release();
      }
    }

    /** Each by a task of its own: callbacks of one flush must not hold up another. */
    void end() {
      if (ended.getAndSet(true)) {
        return;
      }
      for (int i = 1; i < futures.size(); i++) {
        FlushFuture future = futures.get(i);
        // Nothing runs for one that its user has ended, but it counts.
        if (future.isDone() || !handOver(future)) {
          complete(future);
        }
      }
      complete(futures.get(0));
    }

    private boolean handOver(FlushFuture future) {
      try {
        context.publisher().execute(() -> complete(future));
        return true;
      } catch (RuntimeException | Error noThread) {
        // Better on this one than never.
        return false;
      }
    }

    private void complete(FlushFuture future) {
      future.complete(null);
      if (completed.incrementAndGet() == futures.size()) {
        rounds.remove(this);
      }
    }
  }

  private final class FlushFuture extends FutureOfCallbacks<Void> {
    private final String streamName;
    private @Nullable FlushFuture below;

    FlushFuture(String streamName) {
      this.streamName = streamName;
    }
  }

  /**
   * Waiting for a flush inside a callback would wait for the callback itself, and so would waiting
   * for what is composed on the flush.
   */
  private class FutureOfCallbacks<T> extends CompletableFuture<T> {
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new FutureOfCallbacks<>();
    }

    @Override
    public T join() {
      refuseInCallback();
      return super.join();
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
      refuseInCallback();
      return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit)
        throws InterruptedException, ExecutionException, TimeoutException {
      refuseInCallback();
      return super.get(timeout, unit);
    }

    private void refuseInCallback() {
      if (!isDone() && (context.publisher().inCallback() || onLoop.getAsBoolean())) {
        throw new IllegalStateException(
            "waiting for a flush inside a callback of the same producer never ends;"
                + " compose on the future instead");
      }
    }
  }
}
