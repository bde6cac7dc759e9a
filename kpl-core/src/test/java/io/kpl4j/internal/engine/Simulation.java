// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.AdmissionPolicy;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import io.kpl4j.internal.record.PendingRecord;
import io.kpl4j.internal.result.ResultPublisher;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The real pipeline on one thread, in virtual time, against a {@link KinesisModel}. Callers are its
 * {@link Waiter}s and never park; the completion executor is a queue of events. Everything follows
 * from one seed. What must hold at every step is checked at every step. Several producers may share
 * time and model: whichever of them runs, all of them do, and each is checked.
 */
final class Simulation {

  final SimulationSettings settings;
  final SplittableRandom random;
  final VirtualTime time;
  final KinesisModel kinesis;
  final ModelClient client;
  final List<SimulatedPut> puts = new ArrayList<>();
  final Map<String, StreamPipeline> streams;
  final StreamContext context;
  final AdmissionBudget budget;
  final Pipelines pipelines;
  final TokenLedger tokens;
  final DefaultKinesisProducer producer;
  private final Streams registry;
  private final Intake intake;
  private final WaitingRoom room;
  private final List<Waiting> waiting = new ArrayList<>();
  private final Map<String, Long> busySince = new HashMap<>();
  private final Map<String, Long> lastVerdict = new HashMap<>();
  private long scheduledTurn;
  private long lastTurnNanos = -1;
  private int turnsAtOnce;
  private long grantedNotAppended;
  private long notYetCalled;
  private long pausedToNanos = -1;

  /** By how much the wall clock is wrong. */
  long wallClockOffNanos;

  private long openFutures;
  private long closeByNanos = Long.MAX_VALUE;
  private boolean closing;
  private boolean ended;
  private boolean inTurn;
  private @Nullable AssertionError violation;
  private long lastAppended;
  private long lastCompleted;
  private long lastCompletionNanos;
  int turns;
  private long steps;

  /** What does not hold, and in which run, when. */
  private static final class Located extends AssertionError {
    private static final long serialVersionUID = 1;

    Located(String where, AssertionError failed) {
      super(where + ": " + failed.getMessage(), failed);
    }
  }

  /** What of the world outside the pipeline may call. */
  enum Port {
    SENDER,
    LISTER,
    DESCRIBER,
    EVENTS,
    EXECUTOR,
    LAST_RESORT,
    RANDOM,
    BACKOFF,
    WALL_CLOCK
  }

  /** Told of each call of a port before it is made; may throw in its place. */
  @FunctionalInterface
  interface PortWatcher {
    void called(Port port);
  }

  /** A caller that waits for room. */
  private record Waiting(SimulatedPut put, CheckedRecord checked, Waiter waiter, boolean exempt) {}

  /** A producer on a model of its own. */
  Simulation(SimulationSettings settings) {
    this(settings, new VirtualTime());
  }

  private Simulation(SimulationSettings settings, VirtualTime time) {
    this(settings, time, new KinesisModel(time, new SplittableRandom(~settings.seed)));
  }

  /** One more producer on a model that others use; its settings have a seed of their own. */
  Simulation(SimulationSettings settings, VirtualTime time, KinesisModel kinesis) {
    this.settings = settings;
    this.random = new SplittableRandom(settings.seed);
    this.time = time;
    this.kinesis = kinesis;
    this.client = new ModelClient(kinesis, settings, this::watchSend);
    this.budget =
        new AdmissionBudget(settings.bufferBytes, settings.bufferRecords, settings.bufferRecords);
    Inbox inbox = new Inbox(() -> scheduleTurn(time.nowNanos() + random.nextLong(20_000)));
    ResultPublisher publisher =
        new ResultPublisher(
            this::complete, this::completeAtLast, new DeliveryNews(budget, inbox, () -> {}));
    SplittableRandom chance = random.split();
    PipelineSettings pipeline = settings.pipeline();
    this.context =
        new StreamContext(
            pipeline,
            inbox,
            budget,
            publisher,
            new StreamContext.Ports(
                client,
                client,
                client,
                settings.eventsGuarded
                    ? new GuardedEvents(List.of(settings.events), time::nowNanos)
                    : settings.events,
                new FailureHook(settings.onFailure, time::nowNanos)),
            new StreamContext.LoopState(
                bound -> {
                  settings.ports.called(Port.RANDOM);
                  return chance.nextLong(bound);
                }));
    this.intake = new Intake(budget, pipeline);
    this.registry = new Streams(name -> new StreamPipeline(name, context, time.nowNanos()));
    this.streams = registry.byName();
    this.room =
        new WaitingRoom(
            context,
            intake,
            new WaitingRoom.Limits(
                settings.maxWaiting, settings.bufferBytes / 4, settings.maxBlockNanos));
    this.pipelines =
        new Pipelines(
            context,
            registry,
            room,
            () -> {
              settings.ports.called(Port.WALL_CLOCK);
              return Instant.EPOCH.plusNanos(time.nowNanos() + wallClockOffNanos);
            });
    this.producer =
        new DefaultKinesisProducer(
            context,
            time::nowNanos,
            new Admission(
                intake, settings.policy, settings.maxBlockNanos, room, new DroppedRecords()),
            registry,
            pipelines,
            new DefaultKinesisProducer.Lifetimes(
                Duration.ZERO, new Shutdown.End(() -> {}, new ProducerThreads())));
    this.tokens = new TokenLedger(settings.ratePercent, settings.adaptiveRate);
    time.afterEach(this::afterStep);
    scheduleTurn(time.nowNanos());
  }

  private void complete(Runnable task) {
    settings.ports.called(Port.EXECUTOR);
    if (random.nextInt(100) < settings.rejectPercent) {
      kinesis.faults.count(Faults.Kind.HAND_OVER_REJECTED);
      if (settings.executorThrows != null) {
        throw settings.executorThrows;
      }
      throw new StagedFault.Rejection();
    }
    lastCompletionNanos =
        Math.max(lastCompletionNanos, time.nowNanos() + random.nextLong(MILLI / 2));
    time.at(lastCompletionNanos, () -> unlessPaused(task));
  }

  private void completeAtLast(Runnable task) {
    settings.ports.called(Port.LAST_RESORT);
    time.after(random.nextLong(MILLI), () -> unlessPaused(task));
  }

  /** What the process would do now, or when it goes on. */
  private void unlessPaused(Runnable task) {
    if (time.nowNanos() < pausedToNanos) {
      time.at(pausedToNanos, () -> unlessPaused(task));
    } else {
      task.run();
    }
  }

  DefaultKinesisProducer producer() {
    return producer;
  }

  // --- callers ---

  SimulatedPut put(String stream, String key, int size) {
    long id = kinesis.nextPut();
    return put(id, UserRecord.of(stream, key, SimulatedPut.payload(id, size)));
  }

  SimulatedPut put(String stream, String key, String explicitHashKey, int size) {
    long id = kinesis.nextPut();
    return put(
        id,
        UserRecord.of(stream, key, SimulatedPut.payload(id, size))
            .withExplicitHashKey(explicitHashKey));
  }

  /** For a stream whose records the service spreads itself. */
  SimulatedPut putWithoutKey(String stream, int size) {
    long id = kinesis.nextPut();
    return put(id, UserRecord.withoutPartitionKey(stream, SimulatedPut.payload(id, size)));
  }

  /** Puts, and runs something in the callback of the record's completion. */
  SimulatedPut putThen(String stream, String key, int size, Runnable callback) {
    SimulatedPut put = put(stream, key, size);
    put.callback = callback;
    return put;
  }

  /** A caller who is that slow between looking its stream up and asking for a permit. */
  SimulatedPut checkThenPut(String stream, String key, int size, long nanos) {
    long id = kinesis.nextPut();
    SimulatedPut put = called(id, UserRecord.of(stream, key, SimulatedPut.payload(id, size)));
    CheckedRecord checked = intake.check(put.record, this::stream);
    time.after(nanos, () -> admit(put, checked));
    return put;
  }

  private SimulatedPut called(long id, UserRecord record) {
    SimulatedPut put = new SimulatedPut(id, record, time.nowNanos());
    puts.add(put);
    return put;
  }

  private SimulatedPut put(long id, UserRecord record) {
    SimulatedPut put = called(id, record);
    notYetCalled++;
    unlessPaused(
        () -> {
          notYetCalled--;
          call(put);
        });
    return put;
  }

  private void call(SimulatedPut put) {
    if (closing || pipelines.failure() != null) {
      put.refused = true;
      return;
    }
    try {
      if (settings.policy == AdmissionPolicy.BLOCK) {
        admit(put, intake.check(put.record, this::stream));
      } else {
        putWithoutWaiting(put);
      }
    } catch (RecordRefusedException refused) {
      put.refused = true;
    }
  }

  private void admit(SimulatedPut put, CheckedRecord checked) {
    boolean exempt = context.publisher().inCallback();
    Intake.Admitted admitted = intake.admit(checked, this::stream, exempt);
    Waiter waiter = admitted.waiter();
    if (waiter == null) {
      granted(put, admitted.checked());
    } else {
      waiting.add(new Waiting(put, admitted.checked(), waiter, exempt));
      admitted.checked().stream().nudge();
      time.after(settings.maxBlockNanos, () -> waitsNoLonger(waiter));
      if (random.nextInt(100) < settings.interruptPercent) {
        kinesis.faults.count(Faults.Kind.CALLER_INTERRUPTED);
        time.after(random.nextLong(SECOND), () -> waitsNoLonger(waiter));
      }
    }
  }

  /** The names of all streams that a record was put to, retired ones too. */
  Set<String> streamsPutTo() {
    Set<String> names = new LinkedHashSet<>();
    puts.forEach(put -> names.add(put.record.streamName()));
    return names;
  }

  /** Only under the block policy does a caller wait: under the others the producer answers. */
  private void putWithoutWaiting(SimulatedPut put) {
    CompletableFuture<RecordResult> future = producer.put(put.record);
    put.appended = ++lastAppended;
    if (future instanceof PendingRecord pending) {
      put.future = pending;
      put.admittedNanos = pending.admittedNanos();
    }
    follow(put, future);
  }

  /** The stream is known before its first record, and its shards are listed if they can be. */
  void warmUp(String stream) {
    stream(stream);
    run(100 * MILLI);
  }

  private StreamPipeline stream(UserRecord record) {
    return stream(record.streamName());
  }

  StreamPipeline stream(String streamName) {
    return requireNonNull(registry.knownOrNew(streamName), "the simulation's door is never closed");
  }

  /** Some callers are slow between the permit and the append. */
  private void granted(SimulatedPut put, CheckedRecord checked) {
    if (random.nextInt(50) == 0) {
      grantedNotAppended++;
      time.after(
          random.nextLong(MILLI),
          () -> {
            grantedNotAppended--;
            append(put, checked);
          });
    } else {
      append(put, checked);
    }
  }

  private void append(SimulatedPut put, CheckedRecord checked) {
    String stream = put.record.streamName();
    busySince.putIfAbsent(stream, time.nowNanos());
    PendingRecord pending;
    try {
      pending = intake.append(checked, time.nowNanos());
    } catch (RecordRefusedException refused) {
      put.refused = true;
      return;
    }
    put.admittedNanos = time.nowNanos();
    put.appended = ++lastAppended;
    put.future = pending;
    follow(put, pending);
  }

  private void follow(SimulatedPut put, CompletableFuture<RecordResult> future) {
    openFutures++;
    var unused =
        future.whenComplete(
            (result, failure) -> {
              openFutures--;
              put.completions++;
              put.completed = ++lastCompleted;
              put.completedNanos = time.nowNanos();
              put.result = result;
              put.failure = failure;
              if (failure instanceof RecordRefusedException) {
                put.refused = true;
              } else if (put.future != null) {
                put.admittedNanos = put.future.admittedNanos();
              }
              lastVerdict.put(put.record.streamName(), time.nowNanos());
              put.callback.run();
            });
  }

  /** It waited too long, or was interrupted. */
  private void waitsNoLonger(Waiter waiter) {
    if (waiter.state() == Waiter.State.WAITING) {
      assertThat(budget.cancel(waiter)).as("a waiter that waits can be cancelled").isTrue();
      Waiters.wake(budget.serve());
    }
  }

  private void answerWaiters() {
    if (waiting.isEmpty()) {
      return;
    }
    // A permit that is given back may grant others.
    while (waiting.stream().anyMatch(next -> next.waiter.state() != Waiter.State.WAITING)) {
      answerAnswered();
    }
  }

  private void answerAnswered() {
    List<Waiting> answered = new ArrayList<>();
    Set<String> stillWaiting = new HashSet<>();
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
      Waiting next = all.next();
      Waiter.State state = next.waiter.state();
      String stream = next.put.record.streamName();
      if (state == Waiter.State.WAITING) {
        stillWaiting.add(stream);
        continue;
      }
      all.remove();
      if (state == Waiter.State.GRANTED) {
        // Completion threads overtake: they are not held back by undelivered results.
        if (!next.exempt && stillWaiting.contains(stream)) {
          throw new AssertionError("granted before an earlier one of " + stream);
        }
        answered.add(next);
      } else {
        next.put.refused = true;
      }
    }
    for (Waiting next : answered) {
      if (random.nextInt(20) == 0) {
        // An interrupt that races the grant gives it back.
        kinesis.faults.count(Faults.Kind.CALLER_INTERRUPTED);
        intake.giveBack(next.checked);
        next.put.refused = true;
      } else {
        granted(next.put, next.checked);
      }
    }
  }

  /** How many records were appended. */
  long appended() {
    return lastAppended;
  }

  int waitingCallers() {
    return waiting.size();
  }

  /** Flushes, and checks when it is done that everything before it is. */
  CompletableFuture<Void> flush() {
    return flush(producer.flush(), List.copyOf(puts));
  }

  CompletableFuture<Void> flush(String stream) {
    return flush(
        producer.flush(stream),
        puts.stream().filter(put -> put.record.streamName().equals(stream)).toList());
  }

  private CompletableFuture<Void> flush(CompletableFuture<Void> flush, List<SimulatedPut> earlier) {
    List<SimulatedPut> meant = earlier.stream().filter(SimulatedPut::hasFuture).toList();
    return flush.thenRun(
        () ->
            assertThat(meant)
                .as("a flush is not over before what was accepted before it")
                .allMatch(SimulatedPut::done));
  }

  /** What a close does, but for the waiting. */
  void close(long timeoutNanos) {
    closing = true;
    Waiters.wake(budget.close());
    long by = time.nowNanos() + timeoutNanos;
    context
        .inbox()
        .offer(
            new Inbox.Message() {
              @Override
              void run(long nowNanos) {
                closeByNanos = Math.min(closeByNanos, by);
                pipelines.hurry(nowNanos);
              }
            });
  }

  /** Whether the loop is running, and nobody else. */
  boolean inTurn() {
    return inTurn;
  }

  boolean ended() {
    return ended;
  }

  /** The process stands still, while the world goes on: replies wait to be read. */
  void pause(long nanos) {
    kinesis.faults.count(Faults.Kind.PROCESS_SUSPENDED);
    pausedToNanos = Math.max(pausedToNanos, time.nowNanos() + nanos);
  }

  /** When the process last went on again; -1 if it never stood still. */
  private long suspendedToNanos() {
    return Math.max(pausedToNanos, time.skippedToNanos());
  }

  /** The process stands still, and so does the world. */
  void suspend(long nanos) {
    kinesis.faults.count(Faults.Kind.PROCESS_SUSPENDED);
    time.skip(nanos);
  }

  // --- the loop ---

  private void scheduleTurn(long atNanos) {
    long turn = ++scheduledTurn;
    time.at(
        atNanos,
        () -> {
          if (turn == scheduledTurn && !ended) {
            turn();
          }
        });
  }

  private void turn() {
    long now = time.nowNanos();
    if (now < pausedToNanos) {
      scheduleTurn(pausedToNanos);
      return;
    }
    turnsAtOnce = now == lastTurnNanos ? turnsAtOnce + 1 : 0;
    if (turnsAtOnce > 2_000) {
      throw new AssertionError("the loop turns and turns; " + state());
    }
    lastTurnNanos = now;
    turns++;
    context.inbox().awake();
    inTurn = true;
    long next = Math.min(pipelines.runOnce(now), closeByNanos);
    inTurn = false;
    if (closeByNanos != Long.MAX_VALUE && (pipelines.drained() || now >= closeByNanos)) {
      pipelines.giveUp();
      context.publisher().deliverTheRest(() -> {});
      ended = true;
      return;
    }
    if (context.inbox().fallAsleep(next)) {
      if (next == Long.MAX_VALUE && client.inFlight == 0 && liveRecords() > 0) {
        throw new AssertionError("the loop sleeps for ever although records are left; " + state());
      }
      if (next != Long.MAX_VALUE) {
        scheduleTurn(next);
      } else {
        scheduledTurn++;
      }
    } else {
      scheduleTurn(now);
    }
  }

  // --- running ---

  /** Runs for so long. */
  void run(long nanos) {
    long until = time.nowNanos() + nanos;
    boolean[] over = new boolean[1];
    time.at(until, () -> over[0] = true);
    while (!over[0] && step()) {}
  }

  /** Runs until it holds; fails if it does not within so long. */
  void runUntil(String what, long nanos, BooleanSupplier holds) {
    long until = time.nowNanos() + nanos;
    while (!holds.getAsBoolean()) {
      if (time.nextNanos() > until || !step()) {
        throw new AssertionError(
            describe() + ": not within " + nanos / MILLI + " ms: " + what + "; " + state());
      }
    }
  }

  private boolean step() {
    try {
      return time.step();
    } catch (AssertionError failed) {
      throw located(failed);
    }
  }

  private void afterStep() {
    try {
      if (violation != null) {
        throw violation;
      }
      answerWaiters();
      if (++steps % settings.checkEvery == 0) {
        checkHolders();
      }
    } catch (AssertionError failed) {
      throw located(failed);
    }
  }

  /** Says where it happened, once: another producer may have run when this one failed. */
  private Located located(AssertionError failed) {
    return failed instanceof Located located ? located : new Located(describe(), failed);
  }

  String describe() {
    return "seed " + settings.seed + " at " + time.nowNanos() / MILLI + " ms";
  }

  private String state() {
    return HolderCount.of(this)
        + ", held "
        + budget.heldRecords()
        + ", live "
        + liveRecords()
        + ", in flight "
        + client.inFlight
        + ", waiting callers "
        + waiting.size()
        + ", first open "
        + puts.stream().filter(put -> put.accepted() && !put.done()).findFirst().orElse(null);
  }

  long liveRecords() {
    long live = 0;
    for (StreamPipeline stream : streams.values()) {
      live += stream.liveRecords();
    }
    return live;
  }

  // --- what holds at every step ---

  /** What is held is what was granted, and no stream sits on it. */
  private void checkHolders() {
    long held = budget.heldRecords();
    long records = grantedNotAppended;
    boolean awake = time.nowNanos() > suspendedToNanos() && !ended;
    for (StreamPipeline stream : streams.values()) {
      long live = stream.liveRecords();
      records += live;
      if (live == 0) {
        busySince.remove(stream.name());
      } else if (awake && client.underWay(stream.name()) == 0) {
        checkProgress(stream.name());
      }
    }
    // What a fault of the machine left on its way is given up in the next turn.
    if (held != records && pipelines.failure() == null) {
      throw new AssertionError(
          held + " permits held for " + records + " records held or to be appended; " + state());
    }
  }

  private void checkProgress(String stream) {
    long now = time.nowNanos();
    long last =
        Math.max(
            Math.max(busySince.getOrDefault(stream, now), suspendedToNanos()),
            Math.max(client.lastActivity(stream), lastVerdict.getOrDefault(stream, 0L)));
    if (now - last > settings.patienceNanos + settings.lingerNanos) {
      throw new AssertionError("nothing happens to the records of " + stream + "; " + state());
    }
  }

  /**
   * The pipeline guards itself against what a sender throws: so it is kept until the step is over.
   */
  private void watchSend(PutRecordsBatch batch, long now) {
    settings.onSend.accept(batch);
    try {
      checkSend(batch, now);
    } catch (AssertionError failed) {
      violation = violation == null ? failed : violation;
    }
  }

  private void checkSend(PutRecordsBatch batch, long now) {
    assertThat(batch.records()).hasSizeBetween(1, settings.batchRecords);
    long bytes = 0;
    for (var record : batch.records()) {
      bytes += record.sizeBytes();
      assertThat(record.live()).as("user records without a verdict").isEqualTo(record.count());
      for (int i = 0; i < record.count(); i++) {
        long age = now - record.member(i).admittedNanos();
        boolean owed = suspendedToNanos() > 0 && record.history().count() == 0;
        if (age >= settings.ttlNanos && !owed && settings.ttlNanos != Long.MAX_VALUE) {
          throw new AssertionError("an attempt starts " + age + " ns after admission");
        }
      }
      tokens.sent(batch.streamName(), record, now);
    }
    assertThat(bytes).isEqualTo(batch.sizeBytes());
    assertThat(batch.records().size() == 1 || bytes <= settings.batchBytes).isTrue();
    assertThat(client.inFlight + 1).isLessThanOrEqualTo(settings.maxRequests);
    assertThat(client.inFlight == 0 || client.inFlightBytes + bytes <= settings.maxInFlightBytes)
        .as("bytes in flight: %s and %s", client.inFlightBytes, bytes)
        .isTrue();
    if (stream(batch.streamName()).lanes().aggregationSuspended()) {
      tokens.stopChecking();
    }
  }

  /** Everything accepted is done with, and nothing is held. */
  boolean drained() {
    return waiting.isEmpty()
        && notYetCalled == 0
        && (ended || time.nowNanos() >= pausedToNanos)
        && grantedNotAppended == 0
        && openFutures == 0
        && room.size() == 0
        && (ended || context.inbox().isEmpty())
        && budget.outstandingRecords() == 0
        && liveRecords() == 0;
  }

  /** Runs until all is done, and checks the end. */
  Outcome finish(long nanos) {
    runUntil("everything is done", nanos, this::drained);
    run(SECOND);
    assertThat(budget.heldBytes()).as("bytes held").isZero();
    assertThat(budget.heldRecords()).as("records held").isZero();
    assertThat(context.publisher().idle()).as("everything delivered").isTrue();
    puts.forEach(SimulatedPut::runIsOver);
    return Outcome.of(this);
  }
}
