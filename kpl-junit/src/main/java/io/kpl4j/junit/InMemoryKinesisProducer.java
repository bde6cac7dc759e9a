// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kpl4j.AdmissionPolicy;
import io.kpl4j.FailureReason;
import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricWindow;
import io.kpl4j.ProducerHealth;
import io.kpl4j.ProducerHealth.State;
import io.kpl4j.ProducerMetrics;
import io.kpl4j.RecordDistributionStrategy;
import io.kpl4j.RecordFailedException;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordRefusedException.Reason;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import io.kpl4j.WarmUpFailedException;
import io.kpl4j.WarmUpReport;
import io.kpl4j.internal.check.PutCheck;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A producer for unit tests of services: it keeps what is put, and answers as the test says.
 * Thread-safe. It opens no socket, starts no thread, reads no clock but the test's, and waits for
 * nothing.
 *
 * <p>It refuses what the real producer refuses, and ends, flushes and counts as that does. What is
 * different:
 *
 * <ul>
 *   <li>Futures complete, and callbacks run, on the thread that brings the answer about: the one
 *       that calls {@code put}, {@code flush}, {@code close} or an {@code answer} method, or that
 *       moves the clock.
 *   <li>A record for which there is no room is refused at once, as if {@code MaxBlockTime} had
 *       passed.
 *   <li>Each user record is a Kinesis record of its own, and each has one attempt at most.
 *   <li>Every stream exists, and its own record limit is not asked for.
 *   <li>There are no metrics.
 * </ul>
 *
 * <pre>{@code
 * InMemoryKinesisProducer producer = InMemoryKinesisProducer.create();
 * producer.nextAnswers(Answer.failed(FailureReason.EXPIRED));
 * new ClickService(producer).clicked("user-1");
 * }</pre>
 */
public final class InMemoryKinesisProducer implements KinesisProducer {

  private final KinesisProducerConfig config;
  private final PutCheck check;
  private final Completion completion;
  private final boolean drainsAtClose;
  private final Placements placements;
  private final ManualClock clock;
  private final Runnable onAdvance = this::clockMoved;
  private final Callbacks callbacks;
  private final Ledger ledger;
  private final AtomicLong dropped = new AtomicLong();

  @GuardedBy("script")
  private final Queue<Answer> script = new ArrayDeque<>();

  private volatile Function<? super UserRecord, Answer> otherAnswers = record -> Answer.stored();
  private volatile List<String> warmUpProblems = List.of();
  private volatile @Nullable ProducerHealth reportedHealth;

  InMemoryKinesisProducer(InMemoryKinesisProducerBuilder builder) {
    this.config = builder.config;
    this.check = new PutCheck(config);
    this.completion = builder.completion;
    this.drainsAtClose = builder.drainsAtClose;
    this.placements = new Placements(builder.shards);
    this.clock = builder.clock == null ? new ManualClock() : builder.clock;
    this.ledger = new Ledger(config);
    this.callbacks = new Callbacks(builder.onFailure, ledger::told);
    clock.addListener(onAdvance);
  }

  /** {@return a builder with the default configuration, which completes records at once} */
  public static InMemoryKinesisProducerBuilder builder() {
    return new InMemoryKinesisProducerBuilder();
  }

  /** {@return a producer with the default configuration that stores records at once} */
  public static InMemoryKinesisProducer create() {
    return builder().build();
  }

  /** {@return the clock by which records become due and expire} */
  public ManualClock clock() {
    return clock;
  }

  // What was put.

  /** {@return every record that was accepted, in order, with the data that it had at the call} */
  public List<UserRecord> accepted() {
    return ledger.accepted();
  }

  /**
   * {@return every record of a stream that was accepted, in order}
   *
   * @param streamName name of the stream, as it was put to
   */
  public List<UserRecord> accepted(String streamName) {
    return of(streamName, ledger.accepted());
  }

  /** {@return every record that was stored, in the order of the answers} */
  public List<UserRecord> stored() {
    return ledger.stored();
  }

  /**
   * {@return every record of a stream that was stored, in the order of the answers}
   *
   * @param streamName name of the stream, as it was put to
   */
  public List<UserRecord> stored(String streamName) {
    return of(streamName, ledger.stored());
  }

  /** {@return the failures of all records that were given up, in the order of the answers} */
  public List<RecordFailedException> failures() {
    return ledger.failures();
  }

  /** {@return every record that has no answer yet, the oldest first} */
  public List<UserRecord> pending() {
    return ledger.pending().stream().map(Held::record).toList();
  }

  /** Forgets what was accepted, stored and given up so far; what is pending stays so. */
  public void forget() {
    ledger.forget();
  }

  private static List<UserRecord> of(String streamName, List<UserRecord> records) {
    requireNonNull(streamName, "streamName");
    return records.stream().filter(record -> record.streamName().equals(streamName)).toList();
  }

  // What is answered.

  /**
   * Appends answers for the records that are answered next, one for each.
   *
   * @param answers the answers, in order
   */
  public void nextAnswers(Answer... answers) {
    List<Answer> appended = List.of(answers);
    synchronized (script) {
      script.addAll(appended);
    }
  }

  /**
   * Sets the answer of every record for which {@link #nextAnswers} has none; {@link
   * Answer#stored()} unless set.
   *
   * @param answers the answer for a record; called by the thread that answers. If it throws, the
   *     record fails with {@link FailureReason#INTERNAL}
   */
  public void otherAnswers(Function<? super UserRecord, Answer> answers) {
    otherAnswers = requireNonNull(answers, "answers");
  }

  /**
   * Answers the oldest pending record.
   *
   * @return whether there was one
   */
  public boolean answerNext() {
    return answerFirst(held -> true);
  }

  /** Answers every record that is pending, the oldest first. */
  public void answerAll() {
    answer(ledger.pending());
  }

  /**
   * Answers the oldest pending record of this kind, perhaps before those put earlier.
   *
   * @param which which record
   * @return whether there was one
   * @throws IllegalStateException if an earlier record of its key is pending and its stream keeps
   *     the order of keys
   */
  public boolean answerFirst(Predicate<? super UserRecord> which) {
    requireNonNull(which, "which");
    List<Held> candidates =
        ledger.pending().stream().filter(held -> which.test(held.record())).toList();
    return candidates.stream().anyMatch(this::answer);
  }

  private void answer(List<Held> records) {
    records.forEach(this::answer);
  }

  private boolean answer(Held held) {
    boolean taken = ledger.take(held);
    if (taken) {
      settle(held, answerFor(held.record()));
    }
    return taken;
  }

  private Answer answerFor(UserRecord record) {
    synchronized (script) {
      Answer scripted = script.poll();
      if (scripted != null) {
        return scripted;
      }
    }
    try {
      return requireNonNull(otherAnswers.apply(record), "answer");
    } catch (RuntimeException | Error fault) {
      return Answer.failed(FailureReason.INTERNAL, "no answer: " + fault, fault);
    }
  }

  private void fail(List<Held> records, FailureReason reason, String message) {
    records.stream()
        .filter(ledger::take)
        .forEach(held -> settle(held, Answer.failed(reason, message, null)));
  }

  private void settle(Held held, Answer answer) {
    if (answer.failure() == null) {
      RecordResult result =
          answer.result(
              placements.shardId(held.streamName(), held.hashKey()),
              placements.nextSequenceNumber(),
              clock.instant());
      ledger.stored(held);
      callbacks.stored(held, result);
    } else {
      RecordFailedException failure = answer.exception(held.record(), clock.instant());
      List<Held> behind = ledger.failed(held, failure);
      callbacks.failed(held, failure);
      behind.forEach(
          next ->
              settle(
                  next,
                  Answer.failed(
                      FailureReason.KEY_HALTED,
                      "an earlier record of the same key was given up, and KeyOrder is halt",
                      null)));
    }
  }

  private void clockMoved() {
    if (completion == Completion.WHEN_DUE) {
      answer(ledger.pending().stream().filter(held -> held.due(clock.instant())).toList());
    }
    for (Held held : ledger.pending()) {
      if (held.expired(clock.instant())) {
        fail(
            List.of(held),
            FailureReason.EXPIRED,
            "not stored within RecordTtl ("
                + held.own().recordTtl().toMillis()
                + " ms); no attempt was made");
      }
    }
  }

  // What else goes wrong.

  /**
   * Sets whether the buffer takes no more records, however little it holds; {@code put} then does
   * as the {@link AdmissionPolicy} says, and {@code tryPut} returns an empty value.
   *
   * @param full whether it is full
   */
  public void bufferFull(boolean full) {
    ledger.full(full);
  }

  /**
   * Fails the producer for good, as by a fault that it cannot survive: what is pending fails with
   * {@link FailureReason#INTERNAL}, and nothing is accepted any more.
   *
   * @param cause the fault
   */
  public void failProducer(Throwable cause) {
    ledger.fail(requireNonNull(cause, "cause"));
    ledger.pending().stream()
        .filter(ledger::take)
        .forEach(
            held ->
                settle(
                    held,
                    Answer.failed(
                        FailureReason.INTERNAL, "a fault inside the producer: " + cause, cause)));
  }

  /**
   * Makes warm-ups fail.
   *
   * @param problems each a text that names the stream and what is wrong with it; none, and they
   *     succeed again
   */
  public void failWarmUps(String... problems) {
    warmUpProblems = List.of(problems);
  }

  /**
   * Makes {@link #health()} return this, whatever the producer holds.
   *
   * @param health what to return
   */
  public void reportHealth(ProducerHealth health) {
    reportedHealth = requireNonNull(health, "health");
  }

  // The producer.

  @Override
  public CompletableFuture<RecordResult> put(UserRecord record) {
    Held held = checked(record);
    if (ledger.accept(held, record)) {
      return accepted(held);
    }
    String full = ledger.fullness();
    return switch (config.admissionPolicy()) {
      case BLOCK -> throw refusedInsteadOfBlocking(record, full);
      case FAIL -> throw new RecordRefusedException(record, Reason.BUFFER_FULL, full);
      case ASYNC ->
          CompletableFuture.failedFuture(
              new RecordRefusedException(record, Reason.BUFFER_FULL, full));
      case DROP -> {
        dropped.incrementAndGet();
        yield CompletableFuture.failedFuture(
            new RecordRefusedException(
                record, Reason.DROPPED, "no room in the buffer: AdmissionPolicy is drop"));
      }
    };
  }

  private static RecordRefusedException refusedInsteadOfBlocking(UserRecord record, String full) {
    return Thread.currentThread().isInterrupted()
        ? new RecordRefusedException(
            record, Reason.INTERRUPTED, "interrupted while waiting for room in the buffer")
        : new RecordRefusedException(record, Reason.BUFFER_FULL, full);
  }

  @Override
  public Optional<CompletableFuture<RecordResult>> tryPut(UserRecord record) {
    Held held = checked(record);
    return ledger.accept(held, record) ? Optional.of(accepted(held)) : Optional.empty();
  }

  private Held checked(UserRecord record) {
    requireNonNull(record, "record");
    ledger.refuseIfOver(record);
    PutCheck.Checked checked = check.check(record);
    return new Held(
        copied(record), checked, clock.instant(), config.forStream(record.streamName()));
  }

  private CompletableFuture<RecordResult> accepted(Held held) {
    if (completion == Completion.AT_ONCE) {
      answer(held);
    }
    return held.future();
  }

  /** The caller's data is the caller's again when a put returns. */
  private static UserRecord copied(UserRecord record) {
    ByteBuffer data = ByteBuffer.allocate(record.data().remaining());
    data.put(record.data()).flip();
    UserRecord copy =
        record.hasPartitionKey()
            ? UserRecord.of(record.streamName(), record.partitionKey(), data)
            : UserRecord.withoutPartitionKey(record.streamName(), data);
    return record.explicitHashKey().map(copy::withExplicitHashKey).orElse(copy);
  }

  @Override
  public CompletableFuture<WarmUpReport> warmUp(String... streamNames) {
    List<String> names = List.of(streamNames);
    names.forEach(PutCheck::checkStream);
    if (ledger.closed() || ledger.fault() != null) {
      return CompletableFuture.failedFuture(
          new WarmUpFailedException(List.of("the producer is closed, or has failed")));
    }
    List<String> problems = warmUpProblems;
    if (!problems.isEmpty()) {
      return CompletableFuture.failedFuture(new WarmUpFailedException(problems));
    }
    return CompletableFuture.completedFuture(
        new WarmUpReport(new LinkedHashSet<>(names).stream().map(this::report).toList()));
  }

  private WarmUpReport.StreamReport report(String name) {
    boolean serviceRouted =
        config.forStream(name).recordDistributionStrategyDefault()
            == RecordDistributionStrategy.AUTO;
    return new WarmUpReport.StreamReport(
        name, serviceRouted ? null : placements.shards(name), null, List.of(), List.of());
  }

  @Override
  public CompletableFuture<Void> flush() {
    return flush(held -> true);
  }

  @Override
  public CompletableFuture<Void> flush(String streamName) {
    requireNonNull(streamName, "streamName");
    return flush(held -> held.streamName().equals(streamName));
  }

  private CompletableFuture<Void> flush(Predicate<Held> meant) {
    CompletableFuture<Void> flushed =
        callbacks.allTold(ledger.outstanding().stream().filter(meant).toList());
    if (completion == Completion.WHEN_DUE) {
      answer(ledger.pending().stream().filter(meant).toList());
    }
    return flushed;
  }

  @Override
  public void resumeKey(UserRecord record) {
    ledger.resume(record.streamName(), PutCheck.hashKeyOf(record));
  }

  @Override
  public void resumeKeys(String streamName) {
    ledger.resume(requireNonNull(streamName, "streamName"));
  }

  @Override
  public long outstandingRecords() {
    return ledger.outstandingRecords();
  }

  @Override
  public long outstandingBytes() {
    return ledger.heldBytes();
  }

  @Override
  public long droppedRecords() {
    return dropped.get();
  }

  @Override
  public Duration oldestRecordAge() {
    return ledger.oldestAge(clock.instant());
  }

  @Override
  public ProducerHealth health() {
    ProducerHealth reported = reportedHealth;
    return reported != null
        ? reported
        : ProducerHealth.builder(state())
            .failure(ledger.fault())
            .outstanding(outstandingRecords(), outstandingBytes(), oldestRecordAge())
            .unhandledFailures(callbacks.unhandledFailures())
            .build();
  }

  private State state() {
    if (ledger.fault() != null) {
      return State.FAILED;
    }
    if (!ledger.closed()) {
      return State.RUNNING;
    }
    return ledger.outstandingRecords() == 0 ? State.CLOSED : State.CLOSING;
  }

  @Override
  public ProducerMetrics metrics() {
    return NoMetrics.INSTANCE;
  }

  @Override
  public void close() {
    close(config.closeTimeout());
  }

  /**
   * Refuses new records, and answers what is pending, or gives it up, as the producer was built to.
   * Waits for callbacks that other threads run, unless it is called from a callback.
   */
  @Override
  public void close(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("timeout is " + timeout + ", at least 0");
    }
    ledger.close();
    clock.removeListener(onAdvance);
    if (drainsAtClose) {
      answerAll();
    } else {
      fail(
          ledger.pending(),
          FailureReason.PRODUCER_CLOSED,
          "the producer was closed before the record was sent");
    }
    if (!callbacks.running()) {
      await(callbacks.allTold(ledger.outstanding()), timeout);
    }
  }

  private static void await(CompletableFuture<Void> told, Duration timeout) {
    try {
      told.get(nanos(timeout), NANOSECONDS);
    } catch (TimeoutException e) {
      // Callbacks that others run may outlast it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static long nanos(Duration timeout) {
    try {
      return timeout.toNanos();
    } catch (ArithmeticException longerThanLongest) {
      return Long.MAX_VALUE;
    }
  }

  private enum NoMetrics implements ProducerMetrics {
    INSTANCE;

    @Override
    public List<MetricWindow> last(Duration window) {
      return List.of();
    }

    @Override
    public List<MetricWindow> sinceStart() {
      return List.of();
    }
  }
}
