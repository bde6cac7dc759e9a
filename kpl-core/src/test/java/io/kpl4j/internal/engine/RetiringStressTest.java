// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.AdmissionPolicy;
import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import io.kpl4j.internal.record.PendingRecord;
import io.kpl4j.internal.result.ResultPublisher;
import io.kpl4j.internal.send.PutRecordsReply;
import io.kpl4j.internal.shard.ShardListing;
import io.kpl4j.internal.shard.ShardRange;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Callers put while the loop retires every stream that is free at the moment: its time leaps by 20
 * minutes a turn. They put in rounds and wait for each to complete, so that streams do come free
 * under any scheduling, and go on until enough were retired. No record is lost, and none stays in a
 * retired stream. With threads, as Lincheck's model checker cannot follow an append.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RetiringStressTest {

  private static final int CALLERS = 3;
  private static final int RECORDS = 8_000;
  private static final int ROUND = 100;
  private static final int STREAMS_MADE = 10;
  private static final long LEAP_NANOS = 1_200_000_000_000L;

  private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
  private final ExecutorService completion = Executors.newSingleThreadExecutor();
  private final AtomicLong nowNanos = new AtomicLong(1);
  private final AtomicLong made = new AtomicLong();
  private final AdmissionBudget budget = new AdmissionBudget(1 << 20, 50, 1 << 20);
  private final StreamContext context = context();
  private final Streams streams =
      new Streams(
          name -> {
            made.incrementAndGet();
            return new StreamPipeline(name, context, nowNanos.get());
          });
  private final Intake intake = new Intake(budget, new SimulationSettings().pipeline());
  private final Pipelines pipelines =
      new Pipelines(
          context,
          streams,
          Engines.admission(context, intake, AdmissionPolicy.BLOCK, 0).room(),
          InstantSource.system());

  private StreamContext context() {
    SimulationSettings settings = new SimulationSettings();
    settings.ttlNanos = Long.MAX_VALUE;
    settings.lingerNanos = 0;
    ShardRange all = new ShardRange("shard", HashKey.MIN, HashKey.MAX, true);
    return new StreamContext(
        settings.pipeline(),
        new Inbox(() -> {}),
        budget,
        new ResultPublisher(
            completion,
            completion,
            (count, keptBytes) -> Waiters.wake(budget.delivered(count, keptBytes))),
        new StreamContext.Ports(
            (stream, openOnly, onReply) ->
                onReply.accept(new ShardListing.Listed(List.of(all), true)),
            (stream, onReply) -> {},
            (batch, onReply) ->
                onReply.accept(
                    new PutRecordsReply.Answered(
                        Collections.nCopies(
                            batch.records().size(), new PutRecordsReply.Accepted("shard", "1")))),
            ProducerEvents.none()),
        new StreamContext.LoopState(bound -> 0));
  }

  private List<PendingRecord> putAll(int caller) throws Exception {
    List<PendingRecord> accepted = new ArrayList<>();
    byte[] data = new byte[20];
    for (int i = 0; i < RECORDS || made.get() <= STREAMS_MADE; i++) {
      if (i % ROUND == ROUND - 1) {
        accepted.get(i - 1).get();
      }
      UserRecord record = UserRecord.of("stream-" + (i + caller) % 2, "key", data);
      Intake.Admitted admitted =
          intake.admit(intake.check(record, this::stream), this::stream, false);
      Waiter waiter = admitted.waiter();
      while (waiter != null && waiter.state() == Waiter.State.WAITING) {
        waiter.parkedBy(Thread.currentThread());
        LockSupport.parkNanos(1_000_000);
      }
      accepted.add(intake.append(admitted.checked(), nowNanos.get()));
    }
    return accepted;
  }

  private StreamPipeline stream(UserRecord record) {
    return requireNonNull(streams.knownOrNew(record.streamName()));
  }

  @AfterEach
  void end() {
    callers.shutdownNow();
    completion.shutdownNow();
  }

  @Test
  void put_againstRetiring_losesNothing() throws Exception {
    List<Future<List<PendingRecord>>> putting = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      int caller = i;
      putting.add(callers.submit(() -> putAll(caller)));
    }
    while (!putting.stream().allMatch(Future::isDone) || !pipelines.drained()) {
      pipelines.runOnce(nowNanos.addAndGet(LEAP_NANOS));
      assertThat(pipelines.failure()).isNull();
      assertThat(Thread.interrupted()).as("timed out").isFalse();
    }
    for (Future<List<PendingRecord>> accepted : putting) {
      for (PendingRecord record : accepted.get()) {
        assertThat(record.get().shardId()).isEqualTo("shard");
      }
    }
    pipelines.runOnce(nowNanos.addAndGet(LEAP_NANOS));
    pipelines.runOnce(nowNanos.addAndGet(LEAP_NANOS));
    assertThat(streams.all()).isEmpty();
    assertThat(budget.heldBytes()).isZero();
    assertThat(made.get()).as("streams made, of two names").isGreaterThan(STREAMS_MADE);
  }
}
