// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.util.Objects.requireNonNull;

import io.kpl4j.KinesisProducer;
import io.kpl4j.ProducerHealth;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordRefusedException.Reason;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * The producer: callers' threads go through here into the pipeline, and park nowhere but here,
 * while the budget is full. Thread-safe.
 */
final class DefaultKinesisProducer implements KinesisProducer {

  private final StreamContext context;
  private final MonotonicClock clock;
  private final Intake intake;
  private final Pipelines pipelines;
  private final ProducerLoop loop;
  private final Lifetimes lifetimes;
  private final Streams streams;
  private final Flushes flushes;
  private final Shutdown shutdown;
  private final HealthCheck healthCheck;
  private final Inbox.Message admissionWaits =
      new Inbox.Message() {
        @Override
        void run(long nowNanos) {
          streams.all().forEach(StreamPipeline::touch);
        }
      };

  /** What the producer was built with that callers and the close need. */
  record Lifetimes(Duration maxBlockTime, Duration closeTimeout, Shutdown.End end) {}

  DefaultKinesisProducer(
      StreamContext context,
      MonotonicClock clock,
      Intake intake,
      Streams streams,
      Pipelines pipelines,
      Lifetimes lifetimes) {
    this.context = context;
    this.clock = clock;
    this.intake = intake;
    this.streams = streams;
    this.pipelines = pipelines;
    this.lifetimes = lifetimes;
    this.loop = new ProducerLoop(pipelines, context.inbox(), clock, this::end);
    this.flushes = new Flushes(context, pipelines, loop::isLoopThread);
    this.shutdown = new Shutdown(context, clock, streams, loop, flushes, lifetimes.end());
    this.healthCheck = new HealthCheck(context, clock, streams, pipelines, loop, shutdown);
  }

  private void end() {
    shutdown.end();
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
    Intake.Admitted admitted =
        intake.admit(intake.check(record, this::stream), this::stream, exempt);
    Waiter waiter = admitted.waiter();
    if (waiter != null) {
      await(waiter, admitted.checked());
    }
    return intake.append(admitted.checked(), clock.nanos());
  }

  private void refuseIfClosed(UserRecord record) {
    Throwable failure = pipelines.failure();
    if (failure != null) {
      throw new RecordRefusedException(
          record, Reason.PRODUCER_FAILED, "the producer failed: " + failure, failure);
    }
    if (streams.closed()) {
      throw Intake.closed(record);
    }
  }

  private StreamPipeline stream(UserRecord record) {
    StreamPipeline stream = streams.knownOrNew(record.streamName());
    if (stream == null) {
      refuseIfClosed(record);
      throw Intake.closed(record);
    }
    return stream;
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
    return flushes.begin(streams::all);
  }

  @Override
  public CompletableFuture<Void> flush(String streamName) {
    requireNonNull(streamName, "streamName");
    return flushes.begin(
        () -> {
          StreamPipeline stream = streams.known(streamName);
          return stream == null ? List.of() : List.of(stream);
        });
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
    return healthCheck.oldestRecordAge();
  }

  @Override
  public ProducerHealth health() {
    return healthCheck.health();
  }

  @Override
  public void close() {
    close(lifetimes.closeTimeout());
  }

  @Override
  public void close(Duration timeout) {
    shutdown.close(timeout);
  }
}
