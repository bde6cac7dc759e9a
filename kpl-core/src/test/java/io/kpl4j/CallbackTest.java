// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callbacks that misbehave harm nothing and no other record. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CallbackTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  private final ScriptedKinesis kinesis = new ScriptedKinesis();
  private final CountDownLatch released = new CountDownLatch(1);
  private final List<ExecutorService> pools = new ArrayList<>();

  private KinesisProducerBuilder builder() {
    return kinesis.producer(config -> config.recordMaxBufferedTime(Duration.ofMillis(1)));
  }

  private static List<CompletableFuture<RecordResult>> put(KinesisProducer producer, int records) {
    List<CompletableFuture<RecordResult>> futures = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      futures.add(producer.put("stream", "key-" + i, new byte[50]));
    }
    return futures;
  }

  private ExecutorService pool(int threads) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    pools.add(pool);
    return pool;
  }

  private void block() {
    boolean interrupted = false;
    while (released.getCount() > 0) {
      try {
        released.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void end() {
    released.countDown();
    pools.forEach(ExecutorService::shutdownNow);
  }

  @Test
  void callback_throws_everyOtherRecordCompletes() {
    try (KinesisProducer producer = builder().build()) {
      for (CompletableFuture<RecordResult> future : put(producer, 100)) {
        var unused =
            future.thenRun(
                () -> {
                  throw new AssertionError("thrown by a callback");
                });
      }
      assertThat(put(producer, 100)).allSatisfy(it -> assertThat(it).succeedsWithin(LONG));
      assertThat(producer.flush()).succeedsWithin(LONG);
      assertThat(producer.outstandingRecords()).isZero();
    }
  }

  @Test
  void callback_blocksOurThreadForEver_recordsAreSentAndCompleteAtTheClose() {
    kinesis.hold();
    KinesisProducer producer = builder().build();
    var unused = put(producer, 1).get(0).thenRun(this::block);
    List<CompletableFuture<RecordResult>> others = put(producer, 100);
    kinesis.answerAll();

    await().atMost(LONG).until(() -> producer.outstandingBytes() == 0);
    producer.close(Duration.ofMillis(100));

    assertThat(others).allSatisfy(it -> assertThat(it).isCompleted());
  }

  @Test
  void callback_blocksOneThreadOfTheUsers_everyOtherRecordCompletes() {
    kinesis.hold();
    try (KinesisProducer producer = builder().completionExecutor(pool(2)).build()) {
      var unused = put(producer, 1).get(0).thenRun(this::block);
      await().atMost(LONG).until(() -> kinesis.callsHeld() > 0);
      kinesis.answerAll();

      assertThat(put(producer, 100)).allSatisfy(it -> assertThat(it).succeedsWithin(LONG));
      released.countDown();
    }
  }

  @Test
  void callback_blocksOurThreadForEver_everyOtherRecordCompletes() {
    kinesis.hold();
    try (KinesisProducer producer = builder().build()) {
      List<CompletableFuture<RecordResult>> futures = put(producer, 100);
      var first = futures.remove(0).thenRun(this::block);
      // Another one blocks the thread that goes on.
      var second = futures.remove(7).thenRun(this::block);
      kinesis.answerAll();

      assertThat(futures).allSatisfy(it -> assertThat(it).succeedsWithin(LONG));
      assertThat(put(producer, 100)).allSatisfy(it -> assertThat(it).succeedsWithin(LONG));
      assertThat(first).isNotDone();
      assertThat(second).isNotDone();
      released.countDown();
    }
  }

  @Test
  void callback_blocksOneThreadOfTheUsers_thoseOfTheSameAggregateComplete() {
    kinesis.hold();
    try (KinesisProducer producer =
        kinesis
            .producer(config -> config.recordMaxBufferedTime(Duration.ofSeconds(5)))
            .completionExecutor(pool(2))
            .build()) {
      List<CompletableFuture<RecordResult>> futures = put(producer, 100);
      var blocked = futures.remove(0).thenRun(this::block);
      var flush = producer.flush();
      await().atMost(LONG).until(() -> kinesis.callsHeld() > 0);
      kinesis.answerAll();

      assertThat(futures).allSatisfy(it -> assertThat(it).succeedsWithin(LONG));
      assertThat(blocked).isNotDone();
      assertThat(flush).isNotDone();
      released.countDown();
      assertThat(flush).succeedsWithin(LONG);
    }
  }

  @Test
  void callback_blocks_flushOfAnotherStreamIsToldWhenItIsOver() {
    kinesis.hold();
    try (KinesisProducer producer = builder().completionExecutor(pool(2)).build()) {
      var blocked = producer.put("other", "key", new byte[50]).thenRun(this::block);
      kinesis.answerAll();
      await().atMost(LONG).until(() -> producer.outstandingBytes() == 0);
      put(producer, 10);

      assertThat(producer.flush("stream")).succeedsWithin(LONG);
      assertThat(blocked).isNotDone();
      assertThat(producer.flush()).isNotDone();
      released.countDown();
    }
  }

  @Test
  void callback_cancelsItsFuture_everyOtherRecordCompletes() {
    try (KinesisProducer producer = builder().build()) {
      List<CompletableFuture<RecordResult>> futures = put(producer, 100);
      futures.forEach(
          future -> {
            var unused = future.whenComplete((result, failure) -> future.cancel(true));
          });
      assertThat(producer.flush()).succeedsWithin(LONG);
      assertThat(futures).allSatisfy(it -> assertThat(it).isCompleted());
      assertThat(producer.outstandingRecords()).isZero();
    }
  }

  @Test
  void callback_flushes_isToldWhenItIsOver() {
    try (KinesisProducer producer = builder().build()) {
      CompletableFuture<Void> flushed =
          put(producer, 1)
              .get(0)
              .thenCompose(
                  result -> {
                    var unused = put(producer, 10);
                    return producer.flush();
                  });
      assertThat(flushed).succeedsWithin(LONG);
      assertThat(producer.outstandingRecords()).isZero();
    }
  }

  @Test
  void callback_closes_onlyStartsClosing() {
    kinesis.hold();
    KinesisProducer producer = builder().build();
    CompletableFuture<ProducerHealth.State> seen =
        put(producer, 1)
            .get(0)
            .thenApply(
                result -> {
                  producer.close();
                  return producer.health().state();
                });
    await().atMost(LONG).until(() -> kinesis.callsHeld() > 0);
    List<CompletableFuture<RecordResult>> others = put(producer, 10);
    assertThat(kinesis.answerOne()).isTrue();

    assertThat(seen).succeedsWithin(LONG).isEqualTo(ProducerHealth.State.CLOSING);
    assertThat(others).as("nobody waits for the close").noneMatch(CompletableFuture::isDone);
    kinesis.answerAll();
    producer.close();
    assertThat(others).allSatisfy(it -> assertThat(it).isCompleted());
    assertThat(producer.health().state()).isEqualTo(ProducerHealth.State.CLOSED);
  }

  @Test
  void callback_waitsForAFlush_isToldThatItWouldNeverEnd() {
    try (KinesisProducer producer = builder().build()) {
      List<Throwable> thrown =
          put(producer, 1)
              .get(0)
              .thenApply(
                  result -> {
                    var unused = put(producer, 1);
                    CompletableFuture<Void> flush = producer.flush();
                    return List.of(
                        catchThrowable(flush::join),
                        catchThrowable(flush::get),
                        catchThrowable(() -> flush.get(1, TimeUnit.SECONDS)),
                        catchThrowable(flush.thenRun(() -> {})::join));
                  })
              .orTimeout(60, TimeUnit.SECONDS)
              .join();
      assertThat(thrown)
          .hasSize(4)
          .allSatisfy(
              it ->
                  assertThat(it)
                      .isInstanceOf(IllegalStateException.class)
                      .hasMessageContaining("inside a callback"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void callbacks_blockEveryCompletionThreadInPutOnAFullBuffer_pipelineGoesOn(int poolThreads)
      throws Exception {
    int completionThreads = Math.max(1, poolThreads);
    int callers = completionThreads + 2;
    kinesis.hold();
    KinesisProducerBuilder builder =
        kinesis.producer(
            config ->
                config
                    .recordMaxBufferedTime(Duration.ZERO)
                    .aggregationEnabled(false)
                    .collectionMaxCount(1)
                    .recordTtl(KinesisProducerConfig.FOREVER)
                    .bufferMaxRecords(8));
    if (poolThreads > 0) {
      builder.completionExecutor(pool(poolThreads));
    }
    Queue<CompletableFuture<RecordResult>> inCallbacks = new ConcurrentLinkedQueue<>();
    AtomicInteger callbacksInPut = new AtomicInteger();
    ExecutorService callerPool = pool(callers);
    try (KinesisProducer producer = builder.build()) {
      List<CompletableFuture<Void>> putting = new ArrayList<>();
      Queue<CompletableFuture<RecordResult>> futures = new ConcurrentLinkedQueue<>();
      for (int i = 0; i < callers; i++) {
        putting.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int j = 0; j < 20; j++) {
                    CompletableFuture<RecordResult> future =
                        producer.put("stream", "key", new byte[10]);
                    futures.add(future);
                    var unused =
                        future.thenRun(
                            () -> {
                              callbacksInPut.incrementAndGet();
                              inCallbacks.add(producer.put("stream", "again", new byte[10]));
                              callbacksInPut.decrementAndGet();
                            });
                  }
                },
                callerPool));
      }
      // More callers than completion threads stand in line when the first replies come.
      await().atMost(LONG).until(() -> callersParked() == callers);
      for (int i = 0; i < completionThreads; i++) {
        await().atMost(LONG).until(kinesis::answerOne);
      }
      await().atMost(LONG).until(() -> callbacksInPut.get() == completionThreads);

      kinesis.answerAll();

      for (CompletableFuture<Void> put : putting) {
        put.get(60, TimeUnit.SECONDS);
      }
      assertThat(producer.flush()).succeedsWithin(LONG);
      assertThat(futures).hasSize(callers * 20).allMatch(it -> !it.isCompletedExceptionally());
      await().atMost(LONG).until(() -> inCallbacks.size() == callers * 20);
      assertThat(producer.flush()).succeedsWithin(LONG);
      assertThat(inCallbacks).allSatisfy(it -> assertThat(it).isCompleted());
    }
  }

  /** How many threads wait inside a put, of all that there are: tests of one JVM run one by one. */
  private static long callersParked() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(
            entry ->
                entry.getKey().getState() == Thread.State.TIMED_WAITING
                    && Arrays.stream(entry.getValue())
                        .anyMatch(
                            frame ->
                                frame.getClassName().endsWith("KinesisProducer")
                                    && frame.getMethodName().equals("put")))
        .count();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cancel", "complete", "time out"})
  void future_endedByItsUser_recordIsStillSentAndFreesItsPermitAtTheVerdict(String how) {
    kinesis.hold();
    try (KinesisProducer producer = builder().build()) {
      CompletableFuture<RecordResult> future = put(producer, 1).get(0);
      await().atMost(LONG).until(() -> kinesis.callsHeld() == 1);
      switch (how) {
        case "cancel" -> future.cancel(true);
        case "complete" -> future.completeExceptionally(new IllegalStateException("the user's"));
        default -> {
          var unused = future.orTimeout(1, TimeUnit.NANOSECONDS);
        }
      }
      await().atMost(LONG).until(future::isDone);
      assertThat(producer.outstandingRecords()).as("nothing is freed").isEqualTo(1);
      assertThat(producer.outstandingBytes()).isPositive();

      kinesis.answerAll();

      await().atMost(LONG).until(() -> producer.outstandingRecords() == 0);
      assertThat(producer.outstandingBytes()).as("nothing is leaked").isZero();
      assertThat(kinesis.entries()).isEqualTo(1);
    }
  }
}
