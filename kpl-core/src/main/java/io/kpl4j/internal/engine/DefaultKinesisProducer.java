// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.util.Objects.requireNonNull;

import io.kpl4j.KinesisProducer;
import io.kpl4j.ProducerHealth;
import io.kpl4j.ProducerMetrics;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordRefusedException.Reason;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import io.kpl4j.WarmUpReport;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.event.ProducerState;
import io.kpl4j.internal.aggregate.RecordCheck;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import io.kpl4j.internal.record.HaltedKeys;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The producer: callers' threads go through here into the pipeline, and park nowhere but here,
 * while the budget is full. Thread-safe.
 */
final class DefaultKinesisProducer implements KinesisProducer {

  private final StreamContext context;
  private final MonotonicClock clock;
  private final Admission admission;
  private final Pipelines pipelines;
  private final ProducerLoop loop;
  private final Lifetimes lifetimes;
  private final Streams streams;
  private final Flushes flushes;
  private final WarmUps warmUps;
  private final Shutdown shutdown;
  private final HealthCheck healthCheck;
  private final ProducerState state;
  private final ProducerMetrics metrics;

  /** One for all puts. */
  private final Function<UserRecord, StreamPipeline> streamOf = this::stream;

  /** What the producer was built with that the close needs. */
  record Lifetimes(Duration closeTimeout, Shutdown.End end) {}

  DefaultKinesisProducer(
      StreamContext context,
      MonotonicClock clock,
      Admission admission,
      Streams streams,
      Pipelines pipelines,
      Lifetimes lifetimes) {
    this.context = context;
    this.clock = clock;
    this.admission = admission;
    this.streams = streams;
    this.pipelines = pipelines;
    this.lifetimes = lifetimes;
    this.loop = new ProducerLoop(pipelines, context.inbox(), clock, this::end);
    this.flushes = new Flushes(context, streams, pipelines, loop::isLoopThread);
    this.warmUps = new WarmUps(context, streams);
    this.shutdown = new Shutdown(context, clock, streams, loop, flushes, lifetimes.end());
    this.healthCheck = new HealthCheck(context, clock, streams, pipelines, loop, shutdown);
    this.state = new LiveState(context, clock, streams, pipelines, healthCheck);
    this.metrics = context.ports().events().metrics().orElse(NoMetrics.INSTANCE);
  }

  private void end() {
    try {
      shutdown.end();
    } finally {
      warmUps.end();
    }
  }

  /** The body of the loop's thread. */
  Runnable loop() {
    return loop;
  }

  @Override
  public CompletableFuture<RecordResult> put(UserRecord record) {
    try (CheckedRecord checked = check(record)) {
      return put(checked);
    }
  }

  private CompletableFuture<RecordResult> put(CheckedRecord unadmitted) {
    Intake intake = admission.intake();
    Intake.Tried tried = tryAdmit(unadmitted);
    CheckedRecord checked = tried.checked();
    if (!tried.admitted()) {
      refuseIfClosed(checked.record());
      switch (admission.policy()) {
        case BLOCK -> checked = await(checked);
        case FAIL -> throw missed(checked);
        case ASYNC -> {
          return wait(checked);
        }
        case DROP -> {
          intake.missed(checked);
          checked.stream().dropped();
          return admission.dropped().drop(checked.record(), clock.nanos());
        }
      }
    }
    return intake.append(checked, clock.nanos());
  }

  @Override
  public Optional<CompletableFuture<RecordResult>> tryPut(UserRecord record) {
    Intake intake = admission.intake();
    try (CheckedRecord checked = check(record)) {
      Intake.Tried tried = tryAdmit(checked);
      if (!tried.admitted()) {
        refuseIfClosed(record);
        intake.missed(tried.checked());
        return Optional.empty();
      }
      return Optional.of(intake.append(tried.checked(), clock.nanos()));
    }
  }

  /** Whether the caller is exempt is looked up only without room: each look costs every put. */
  private Intake.Tried tryAdmit(CheckedRecord checked) {
    Intake intake = admission.intake();
    Intake.Tried tried = intake.tryAdmit(checked, streamOf, false);
    return tried.admitted() || !inCallback()
        ? tried
        : intake.tryAdmit(tried.checked(), streamOf, true);
  }

  private boolean inCallback() {
    return context.publisher().inCallback();
  }

  private CheckedRecord check(UserRecord record) {
    requireNonNull(record, "record");
    refuseIfClosed(record);
    if (loop.isLoopThread()) {
      throw new IllegalStateException(
          "put inside a receiver of producer events would stop the producer's loop");
    }
    return admission.intake().check(record, streamOf);
  }

  private void refuseIfClosed(UserRecord record) {
    Throwable failure = pipelines.failure();
    if (failure != null || streams.closed()) {
      throw Intake.ended(record, failure);
    }
  }

  private RecordRefusedException missed(CheckedRecord checked) {
    admission.intake().missed(checked);
    return new RecordRefusedException(
        checked.record(), Reason.BUFFER_FULL, admission.intake().full());
  }

  private CompletableFuture<RecordResult> wait(CheckedRecord checked) {
    CompletableFuture<RecordResult> future =
        admission.room().enter(checked, streamOf, inCallback(), clock.nanos());
    if (future == null) {
      refuseIfClosed(checked.record());
      throw new RecordRefusedException(
          checked.record(),
          Reason.BUFFER_FULL,
          "no room in the buffer, and as many records wait for it as may");
    }
    return future;
  }

  private StreamPipeline stream(UserRecord record) {
    StreamPipeline stream = streams.knownOrNew(record.streamName());
    if (stream == null) {
      refuseIfClosed(record);
      throw Intake.closed(record);
    }
    return stream;
  }

  @Override
  public CompletableFuture<WarmUpReport> warmUp(String... streamNames) {
    return warmUps.begin(List.of(streamNames));
  }

  /**
   * Parks until the permit is granted. The only place where a caller's thread waits.
   *
   * @return the record, of the stream whose permit it holds
   */
  private CheckedRecord await(CheckedRecord unadmitted) {
    Intake.Admitted admitted = admission.intake().admit(unadmitted, streamOf, inCallback());
    CheckedRecord checked = admitted.checked();
    Waiter waiter = admitted.waiter();
    if (waiter == null) {
      return checked;
    }
    long deadlineNanos = clock.nanos() + admission.maxBlockNanos();
    waiter.parkedBy(Thread.currentThread());
    checked.stream().nudge();
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
    return checked;
  }

  private void giveUp(Waiter waiter, CheckedRecord checked, boolean interrupted) {
    AdmissionBudget budget = context.budget();
    boolean cancelled = budget.cancel(waiter);
    if (cancelled) {
      Waiters.wake(budget.serve());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      if (!cancelled) {
        admission.intake().giveBack(checked);
      }
      throw new RecordRefusedException(
          checked.record(), Reason.INTERRUPTED, "interrupted while waiting for room in the buffer");
    }
    if (cancelled && waiter.state() == Waiter.State.CANCELLED) {
      throw new RecordRefusedException(
          checked.record(),
          Reason.BUFFER_FULL,
          admission.intake().fullFor(admission.maxBlockNanos()));
    }
  }

  @Override
  public CompletableFuture<Void> flush() {
    return flushes.begin();
  }

  @Override
  public CompletableFuture<Void> flush(String streamName) {
    return flushes.begin(requireNonNull(streamName, "streamName"));
  }

  @Override
  public void resumeKey(UserRecord record) {
    HashKey key = RecordCheck.hashKeyOf(record);
    resume(record.streamName(), halted -> halted.resume(key));
  }

  @Override
  public void resumeKeys(String streamName) {
    resume(requireNonNull(streamName, "streamName"), HaltedKeys::resumeAll);
  }

  private void resume(String streamName, Consumer<HaltedKeys> how) {
    StreamPipeline stream = streams.known(streamName);
    HaltedKeys halted = stream == null ? null : stream.haltedKeys();
    if (halted != null) {
      how.accept(halted);
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
  public long droppedRecords() {
    return admission.dropped().count();
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
  public ProducerMetrics metrics() {
    return metrics;
  }

  /** What receivers of events may ask for at any time. */
  ProducerState state() {
    return state;
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
