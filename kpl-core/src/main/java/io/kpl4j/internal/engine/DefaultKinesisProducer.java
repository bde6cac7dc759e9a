// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.util.Objects.requireNonNull;

import io.kpl4j.KinesisProducer;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordRefusedException.Reason;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import io.kpl4j.internal.record.FlushMark;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The producer: callers' threads go through here into the pipeline, and park nowhere but here,
 * while the budget is full. Thread-safe.
 */
final class DefaultKinesisProducer implements KinesisProducer {

  /** How long a close waits for threads that have nothing left to do but end. */
  private static final Duration THREADS_PATIENCE = Duration.ofSeconds(1);

  private final StreamContext context;
  private final MonotonicClock clock;
  private final Intake intake;
  private final Pipelines pipelines;
  private final ProducerLoop loop;
  private final Lifetimes lifetimes;
  private final Map<String, StreamPipeline> streams;
  private final Set<FlushFuture> flushes = ConcurrentHashMap.newKeySet();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Inbox.Message admissionWaits =
      new Inbox.Message() {
        @Override
        void run(long nowNanos) {
          streams.values().forEach(StreamPipeline::touch);
        }
      };

  /** A stream is created under this lock, which a close takes first. */
  private final ReentrantLock creation = new ReentrantLock();

  private volatile boolean closed;

  /** What the producer was built with that callers and the close need. */
  record Lifetimes(
      Duration maxBlockTime, Duration closeTimeout, Runnable atEnd, ProducerThreads threads) {}

  DefaultKinesisProducer(
      StreamContext context,
      MonotonicClock clock,
      Intake intake,
      Map<String, StreamPipeline> streams,
      Pipelines pipelines,
      Lifetimes lifetimes) {
    this.context = context;
    this.clock = clock;
    this.intake = intake;
    this.streams = streams;
    this.pipelines = pipelines;
    this.lifetimes = lifetimes;
    this.loop = new ProducerLoop(pipelines, context.inbox(), clock, this::end);
  }

  /** The body of the loop's thread. */
  Runnable loop() {
    return loop;
  }

  @Override
  public CompletableFuture<RecordResult> put(UserRecord record) {
    requireNonNull(record, "record");
    refuseIfClosed(record);
    if (loop.isLoopThread()) {
      throw new IllegalStateException(
          "put inside a receiver of producer events would stop the producer's loop");
    }
    boolean exempt = context.publisher().inCallback();
    Intake.Checked checked = intake.check(record, this::stream);
    Waiter waiter = intake.admit(checked, exempt);
    if (waiter != null) {
      await(waiter, checked);
    }
    return intake.append(checked, clock.nanos());
  }

  private void refuseIfClosed(UserRecord record) {
    Throwable failure = pipelines.failure();
    if (failure != null) {
      throw new RecordRefusedException(
          record, Reason.PRODUCER_FAILED, "the producer failed: " + failure, failure);
    }
    if (closed) {
      throw Intake.closed(record);
    }
  }

  private StreamPipeline stream(UserRecord record) {
    StreamPipeline known = streams.get(record.streamName());
    if (known != null) {
      return known;
    }
    creation.lock();
    try {
      refuseIfClosed(record);
      StreamPipeline stream =
          streams.computeIfAbsent(
              record.streamName(), name -> new StreamPipeline(name, context, clock.nanos()));
      stream.nudge();
      return stream;
    } finally {
      creation.unlock();
    }
  }

  /** Parks until the permit is granted. The only place where a caller's thread waits. */
  private void await(Waiter waiter, Intake.Checked checked) {
    long deadlineNanos = clock.nanos() + lifetimes.maxBlockTime().toNanos();
    waiter.parkedBy(Thread.currentThread());
    context.inbox().offer(admissionWaits);
    while (waiter.state() == Waiter.State.WAITING) {
      long leftNanos = deadlineNanos - clock.nanos();
      if (Thread.interrupted()) {
        giveUp(waiter, checked, true);
      } else if (leftNanos <= 0) {
        giveUp(waiter, checked, false);
      } else {
        LockSupport.parkNanos(this, leftNanos);
      }
    }
    if (waiter.state() == Waiter.State.REFUSED) {
      refuseIfClosed(checked.record());
      throw Intake.closed(checked.record());
    }
  }

  private void giveUp(Waiter waiter, Intake.Checked checked, boolean interrupted) {
    AdmissionBudget budget = context.budget();
    boolean cancelled = budget.cancel(waiter);
    if (cancelled) {
      Waiters.wake(budget.serve());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      if (!cancelled) {
        intake.giveBack(checked);
      }
      throw new RecordRefusedException(
          checked.record(), Reason.INTERRUPTED, "interrupted while waiting for room in the buffer");
    }
    if (cancelled && waiter.state() == Waiter.State.CANCELLED) {
      throw new RecordRefusedException(
          checked.record(),
          Reason.BUFFER_FULL,
          "no room in the buffer within MaxBlockTime ("
              + lifetimes.maxBlockTime().toMillis()
              + " ms): it holds "
              + budget.heldBytes()
              + " of "
              + budget.maxBytes()
              + " bytes and "
              + budget.heldRecords()
              + " of "
              + budget.maxRecords()
              + " records");
    }
  }

  @Override
  public CompletableFuture<Void> flush() {
    return flush(streams.values());
  }

  @Override
  public CompletableFuture<Void> flush(String streamName) {
    StreamPipeline stream = streams.get(requireNonNull(streamName, "streamName"));
    return flush(stream == null ? List.of() : List.of(stream));
  }

  private CompletableFuture<Void> flush(Collection<StreamPipeline> flushed) {
    FlushFuture future = new FlushFuture();
    flushes.add(future);
    FlushMark mark = new FlushMark(() -> context.publisher().execute(() -> complete(future)));
    context
        .inbox()
        .offer(
            new Inbox.Message() {
              @Override
              void run(long nowNanos) {
                try {
                  pipelines.flush(flushed, mark, nowNanos);
                } finally {
                  mark.release();
                }
              }
            });
    if (ended.getCount() == 0) {
      complete(future);
    }
    return future;
  }

  private void complete(FlushFuture future) {
    flushes.remove(future);
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
    public Void get() throws InterruptedException, java.util.concurrent.ExecutionException {
      refuseInCallback();
      return super.get();
    }

    @Override
    public Void get(long timeout, TimeUnit unit)
        throws InterruptedException,
            java.util.concurrent.ExecutionException,
            java.util.concurrent.TimeoutException {
      refuseInCallback();
      return super.get(timeout, unit);
    }

    private void refuseInCallback() {
      if (!isDone() && (context.publisher().inCallback() || loop.isLoopThread())) {
        throw new IllegalStateException(
            "waiting for a flush inside a callback of the same producer never ends;"
                + " compose on the future instead");
      }
    }
  }

  @Override
  public long outstandingRecords() {
    return context.budget().outstandingRecords();
  }

  @Override
  public long outstandingBytes() {
    return context.budget().heldBytes();
  }

  @Override
  public Duration oldestRecordAge() {
    long oldest = Long.MAX_VALUE;
    for (StreamPipeline stream : streams.values()) {
      oldest = Math.min(oldest, stream.oldestAdmittedNanos());
    }
    return oldest == Long.MAX_VALUE
        ? Duration.ZERO
        : Duration.ofNanos(Math.max(0, clock.nanos() - oldest));
  }

  @Override
  public void close() {
    close(lifetimes.closeTimeout());
  }

  @Override
  public void close(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("timeout is " + timeout + ", at least 0");
    }
    creation.lock();
    try {
      closed = true;
    } finally {
      creation.unlock();
    }
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
        lifetimes.threads().join(THREADS_PATIENCE);
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

  /** The loop's last act: what is left of results is delivered, then everything of ours ends. */
  private void end() {
    try {
      CountDownLatch delivered = new CountDownLatch(1);
      FlushMark mark = new FlushMark(delivered::countDown);
      context.publisher().mark(mark);
      mark.release();
      long leftNanos = loop.closeByNanos() - clock.nanos();
      if (leftNanos > 0 && delivered.getCount() > 0) {
        delivered.await(leftNanos, TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException nobodyDoesThis) {
      Thread.currentThread().interrupt();
    } finally {
      deliverAndEnd();
    }
  }

  /** Whatever is thrown here, who closes is not left waiting. */
  private void deliverAndEnd() {
    try {
      context.publisher().deliverTheRest();
    } finally {
      try {
        lifetimes.atEnd().run();
      } finally {
        ended.countDown();
        flushes.forEach(this::complete);
      }
    }
  }
}
