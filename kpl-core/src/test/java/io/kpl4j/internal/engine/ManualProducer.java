// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.kpl4j.AdmissionPolicy;
import io.kpl4j.KinesisProducer;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import io.kpl4j.internal.record.AdmissionBudget;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * A producer without threads of its own, whose service never answers: a test runs the loop turn by
 * turn, delivers results and lets time pass. Its budget takes 10,000 bytes, 100 records and 100
 * bytes of undelivered results; its waiting room ten records.
 */
final class ManualProducer {

  static final long MAX_BLOCK_NANOS = 1_000;
  static final int RECORD_BYTES = 100;

  final AdmissionBudget budget = new AdmissionBudget(10_000, 100, 100);
  final Streams streams;
  final StreamContext context;
  final Admission admission;
  final Pipelines pipelines;
  final KinesisProducer producer;
  long nowNanos = 1;
  Runnable whenClockIsRead = () -> {};
  private final Queue<Runnable> deliveries = new ArrayDeque<>();
  private final AdmissionBudget.Account filler = new AdmissionBudget.Account();
  private long filledBytes;

  ManualProducer(AdmissionPolicy policy) {
    this.context = Engines.context(budget, deliveries::add);
    this.streams = new Streams(name -> new StreamPipeline(name, context, nowNanos));
    Intake intake = new Intake(budget, context.settings());
    this.admission = Engines.admission(context, intake, policy, MAX_BLOCK_NANOS);
    this.pipelines = new Pipelines(context, streams, admission.room(), InstantSource.system());
    this.producer =
        new DefaultKinesisProducer(
            context,
            this::clock,
            admission,
            streams,
            pipelines,
            new DefaultKinesisProducer.Lifetimes(
                Duration.ZERO, new Shutdown.End(() -> {}, new ProducerThreads())));
  }

  private long clock() {
    whenClockIsRead.run();
    return nowNanos;
  }

  static UserRecord record(String stream, int number) {
    return UserRecord.of(stream, "key-" + number, new byte[RECORD_BYTES]);
  }

  @CanIgnoreReturnValue
  CompletableFuture<RecordResult> put(int number) {
    return producer.put(record("s", number));
  }

  Optional<CompletableFuture<RecordResult>> tryPut(int number) {
    return producer.tryPut(record("s", number));
  }

  /** The stream that records go to, made if there is none yet. */
  StreamPipeline stream() {
    return requireNonNull(streams.knownOrNew("s"));
  }

  /** Runs as a callback does. */
  void inCallback(Runnable callback) {
    context.publisher().execute(callback);
    deliver();
  }

  /** Leaves no room but so many bytes. */
  void fillBut(long freeBytes) {
    filledBytes = budget.maxBytes() - budget.heldBytes() - freeBytes;
    budget.tryAcquire(filler, filledBytes, false);
  }

  /** Makes the room again that {@link #fillBut} took. */
  void makeRoom() {
    Waiters.wake(budget.release(filler, filledBytes, 1));
  }

  /** As many undelivered results as there may be. */
  void fillUndelivered() {
    budget.undelivered(1, 100);
  }

  void undeliveredAreDelivered() {
    Waiters.wake(budget.delivered(1, 100));
  }

  /** The loop runs until it has nothing to do. */
  void turn() {
    do {
      pipelines.runOnce(nowNanos);
    } while (!context.inbox().isEmpty());
  }

  /** The completion executor does what it was given. */
  void deliver() {
    for (Runnable next; (next = deliveries.poll()) != null; ) {
      next.run();
    }
  }

  long pipelineHolds() {
    return streams.all().stream().mapToLong(StreamPipeline::liveRecords).sum();
  }
}
