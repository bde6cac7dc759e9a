// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import io.kpl4j.RecordFailedException;
import io.kpl4j.RecordResult;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells callers of outcomes, on the thread that brings them about. Thread-safe. Waiting inside a
 * callback for what that callback holds up is refused, as it would never end.
 */
final class Callbacks {

  private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);

  private final @Nullable Consumer<? super RecordFailedException> onFailure;
  private final Consumer<Held> afterwards;
  private final AtomicLong unhandledFailures = new AtomicLong();
  private final ThreadLocal<Boolean> running = ThreadLocal.withInitial(() -> false);

  /**
   * Creates callbacks.
   *
   * @param onFailure the user's, or null for none
   * @param afterwards takes each record whose caller was told
   */
  Callbacks(
      @Nullable Consumer<? super RecordFailedException> onFailure, Consumer<Held> afterwards) {
    this.onFailure = onFailure;
    this.afterwards = afterwards;
  }

  /** Whether the calling thread is inside a callback of this producer. */
  boolean running() {
    return running.get();
  }

  long unhandledFailures() {
    return unhandledFailures.get();
  }

  void stored(Held held, RecordResult result) {
    tell(held, () -> held.future().complete(result));
  }

  void failed(Held held, RecordFailedException failure) {
    tell(
        held,
        () -> {
          held.future().completeExceptionally(failure);
          handle(failure);
        });
  }

  private void tell(Held held, Runnable outcome) {
    boolean within = running.get();
    running.set(true);
    try {
      outcome.run();
    } finally {
      afterwards.accept(held);
      held.told().complete(null);
      if (!within) {
        running.remove();
      }
    }
  }

  private void handle(RecordFailedException failure) {
    try {
      if (onFailure != null) {
        onFailure.accept(failure);
      }
    } catch (RuntimeException | Error fault) {
      unhandledFailures.incrementAndGet();
      LOG.warn("A failed record was not handled: the failure handler threw", fault);
    }
  }

  /** A future that completes when the callers of all these were told. */
  CompletableFuture<Void> allTold(Collection<Held> records) {
    FlushFuture<Void> flush = new FlushFuture<>();
    var unused =
        CompletableFuture.allOf(records.stream().map(Held::told).toArray(CompletableFuture[]::new))
            .thenRun(() -> flush.complete(null));
    return flush;
  }

  /** A flush, or what is composed on one. */
  private final class FlushFuture<T> extends CompletableFuture<T> {

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new FlushFuture<>();
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
      if (!isDone() && running()) {
        throw new IllegalStateException(
            "waiting for a flush inside a callback of the same producer never ends;"
                + " compose on the future instead");
      }
    }
  }
}
