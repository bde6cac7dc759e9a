// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.AdmissionPolicy;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.result.ResultPublisher;
import io.kpl4j.internal.send.PutRecordsReply;
import io.kpl4j.internal.shard.ShardListing;
import io.kpl4j.internal.shard.ShardRange;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/**
 * Callers put without waiting to a producer whose buffer is always full, until it is closed under
 * them. With threads, as Lincheck's model checker cannot follow an append: what it does follow is
 * in {@code DeferredAdmissionLincheckTest}.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AsyncAdmissionStressTest {

  private static final int CALLERS = 3;

  private final ProducerLoop.ThreadRef loopThread = new ProducerLoop.ThreadRef();
  private final ProducerThreads threads = new ProducerThreads();
  private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
  private final ExecutorService completion = Executors.newSingleThreadExecutor();
  private final AdmissionBudget budget = new AdmissionBudget(1 << 20, 40, 1 << 20);
  private final AtomicLong stored = new AtomicLong();

  private StreamContext context() {
    SimulationSettings settings = new SimulationSettings();
    settings.lingerNanos = 0;
    ShardRange all = new ShardRange("shard", HashKey.MIN, HashKey.MAX, true);
    return new StreamContext(
        settings.pipeline(),
        new Inbox(ProducerLoop.waker(loopThread)),
        budget,
        new ResultPublisher(
            completion,
            threads.lastResort(),
            (count, keptBytes) -> Waiters.wake(budget.delivered(count, keptBytes))),
        new StreamContext.Ports(
            (stream, openOnly, onReply) ->
                onReply.accept(new ShardListing.Listed(List.of(all), true)),
            (stream, onReply) -> {},
            (batch, onReply) -> {
              stored.addAndGet(batch.userRecords());
              onReply.accept(
                  new PutRecordsReply.Answered(
                      Collections.nCopies(
                          batch.records().size(), new PutRecordsReply.Accepted("shard", "1"))));
            },
            ProducerEvents.none()),
        new StreamContext.LoopState(bound -> 0));
  }

  @AfterEach
  void end() {
    callers.shutdownNow();
    completion.shutdownNow();
  }

  /** What one caller's puts came to, in their order. */
  private static List<CompletableFuture<RecordResult>> putUntilClosed(
      DefaultKinesisProducer producer, int caller, CountDownLatch enough) {
    List<CompletableFuture<RecordResult>> futures = new ArrayList<>();
    while (true) {
      try {
        futures.add(producer.put(UserRecord.of("stream-" + caller % 2, "key", new byte[20])));
        enough.countDown();
      } catch (RecordRefusedException refused) {
        if (refused.reason() == RecordRefusedException.Reason.CLOSED) {
          return futures;
        }
        Thread.onSpinWait();
      }
    }
  }

  @RepeatedTest(5)
  void put_againstLoopAndClose_everyFutureCompletesAndNoPermitIsLeft() throws Exception {
    StreamContext context = context();
    MonotonicClock clock = MonotonicClock.system();
    Streams streams = new Streams(name -> new StreamPipeline(name, context, clock.nanos()));
    Intake intake = new Intake(budget, context.settings());
    Admission admission =
        Engines.admission(context, intake, AdmissionPolicy.ASYNC, Duration.ofHours(1).toNanos());
    Pipelines pipelines = new Pipelines(context, streams, admission.room(), InstantSource.system());
    DefaultKinesisProducer producer =
        new DefaultKinesisProducer(
            context,
            clock,
            admission,
            streams,
            pipelines,
            new DefaultKinesisProducer.Lifetimes(
                Duration.ofSeconds(60), new Shutdown.End(() -> {}, threads)));
    Thread loop = threads.thread("loop", producer.loop());
    loopThread.set(loop);
    loop.start();
    CountDownLatch enough = new CountDownLatch(20_000);
    List<Future<List<CompletableFuture<RecordResult>>>> putting = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      int caller = i;
      putting.add(callers.submit(() -> putUntilClosed(producer, caller, enough)));
    }
    enough.await();

    producer.close();

    long succeeded = 0;
    long refused = 0;
    for (Future<List<CompletableFuture<RecordResult>>> caller : putting) {
      for (CompletableFuture<RecordResult> future : caller.get()) {
        try {
          requireNonNull(future.get(30, TimeUnit.SECONDS));
          succeeded++;
        } catch (java.util.concurrent.ExecutionException failed) {
          assertThat(failed).hasCauseInstanceOf(RecordRefusedException.class);
          refused++;
        }
      }
    }
    assertThat(succeeded).as("stored, each once").isEqualTo(stored.get());
    assertThat(refused).as("waited when it was closed").isLessThanOrEqualTo(10);
    assertThat(budget.heldRecords()).isZero();
    assertThat(budget.heldBytes()).isZero();
    assertThat(pipelines.failure()).isNull();
  }
}
