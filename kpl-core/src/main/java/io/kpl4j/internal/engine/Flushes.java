// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.internal.record.FlushMark;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The flushes that were asked for and are not over. Thread-safe.
 *
 * <p>A flush is a message to the loop, behind the offers of earlier puts; the loop marks what was
 * accepted before, and the future completes where callbacks run when the last mark is gone. When
 * the producer has ended every flush is over.
 */
final class Flushes {

  private final StreamContext context;
  private final Pipelines pipelines;
  private final BooleanSupplier onLoop;
  private final Set<FlushFuture> pending = ConcurrentHashMap.newKeySet();
  private volatile boolean loopEnds;

  /**
   * Creates a set without flushes.
   *
   * @param onLoop whether the calling thread is the loop's
   */
  Flushes(StreamContext context, Pipelines pipelines, BooleanSupplier onLoop) {
    this.context = context;
    this.pipelines = pipelines;
    this.onLoop = onLoop;
  }

  /**
   * Begins a flush.
   *
   * @param flushed which streams are meant; asked on the loop, when the message is read
   */
  CompletableFuture<Void> begin(Supplier<Collection<StreamPipeline>> flushed) {
    FlushFuture future = new FlushFuture();
    pending.add(future);
    FlushMark mark = new FlushMark(() -> context.publisher().execute(() -> complete(future)));
    context
        .inbox()
        .offer(
            new Inbox.Message() {
              @Override
              void run(long nowNanos) {
                try {
                  pipelines.flush(flushed.get(), mark, nowNanos);
                } finally {
                  mark.release();
                }
              }
            });
    if (loopEnds) {
      completeUnread(future);
    }
    return future;
  }

  private void completeUnread(FlushFuture future) {
    if (context.publisher().idle()) {
      complete(future);
    } else {
      context.publisher().deliverTheRest(() -> complete(future));
    }
  }

  /** From now on nobody may read the messages; what the pipeline held has its verdict. */
  void loopEnds() {
    loopEnds = true;
  }

  boolean isEmpty() {
    return pending.isEmpty();
  }

  /** Everything is over, whether its message was read or not. */
  void completeAll() {
    pending.forEach(this::complete);
  }

  private void complete(FlushFuture future) {
    pending.remove(future);
    future.complete(null);
  }

  /** Waiting for a flush inside a callback would wait for the callback itself. */
  private final class FlushFuture extends CompletableFuture<Void> {
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new CompletableFuture<>();
    }

    @Override
    @SuppressWarnings("NullAway") // Void has no value but null
    public Void join() {
      refuseInCallback();
      return super.join();
    }

    @Override
    public Void get() throws InterruptedException, ExecutionException {
      refuseInCallback();
      return super.get();
    }

    @Override
    public Void get(long timeout, TimeUnit unit)
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
