// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StreamEvents;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a close promises, with threads. What it does to records is shown in virtual time. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CloseTest {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Executor NEVER_RUNS = task -> {};

  private final ScriptedKinesis kinesis = new ScriptedKinesis();
  private final CountDownLatch released = new CountDownLatch(1);
  private final ExecutorService others = Executors.newCachedThreadPool();
  private List<Thread> before = List.of();

  private KinesisProducerBuilder builder() {
    return kinesis.producer(config -> config.recordMaxBufferedTime(Duration.ofMillis(1)));
  }

  private static CompletableFuture<RecordResult> put(KinesisProducer producer) {
    return producer.put("stream", "key", new byte[50]);
  }

  private List<Thread> ourThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("kpl4j-") && !before.contains(thread))
        .toList();
  }

  @BeforeEach
  void remember() {
    before = ourThreads();
  }

  @AfterEach
  void end() {
    released.countDown();
    others.shutdownNow();
  }

  @Test
  void close_drained_leavesNoThread() {
    KinesisProducer producer = builder().build();
    CompletableFuture<RecordResult> future = put(producer);
    assertThat(ourThreads()).isNotEmpty();

    producer.close();

    assertThat(future).isCompleted();
    assertThat(ourThreads()).isEmpty();
  }

  @Test
  void close_receiversOfEvents_areToldThatStreamsAndShardsAreLetGo() {
    List<String> told = new CopyOnWriteArrayList<>();
    List<String> shards = new CopyOnWriteArrayList<>();
    StreamEvents stream =
        new StreamEvents() {
          @Override
          public ShardEvents shard(@Nullable String shardId) {
            String name = "shard " + shardId;
            shards.add(name);
            return new ShardEvents() {
              @Override
              public void shardRetired() {
                told.add(name);
              }
            };
          }

          @Override
          public void streamRetired() {
            told.add("stream");
          }
        };
    ProducerEvents events =
        new ProducerEvents() {
          @Override
          public StreamEvents stream(String streamName) {
            return stream;
          }

          @Override
          public void close() {
            told.add("producer");
          }
        };
    KinesisProducer producer = builder().events(events).build();
    var unused = put(producer);

    producer.close();

    // Of the shard, and of records whose shard was not known yet if there were any.
    assertThat(shards).contains("shard shardId-000000000000").doesNotHaveDuplicates();
    assertThat(told.subList(0, shards.size())).containsExactlyInAnyOrderElementsOf(shards);
    assertThat(told.subList(shards.size(), told.size())).containsExactly("stream", "producer");
  }

  @Test
  void close_again_changesNothing() {
    KinesisProducer producer = builder().build();
    CompletableFuture<RecordResult> future = put(producer);
    producer.close();
    producer.close(Duration.ZERO);
    producer.close();

    assertThat(future).isCompleted();
    assertThat(producer.flush()).isCompleted();
    assertThat(producer.flush("stream")).isCompleted();
    assertThat(ourThreads()).isEmpty();
    assertThatThrownBy(() -> put(producer))
        .isInstanceOfSatisfying(
            RecordRefusedException.class,
            refused ->
                assertThat(refused.reason()).isEqualTo(RecordRefusedException.Reason.CLOSED));
  }

  @Test
  void close_againWithLessTime_endsTheFirst() throws Exception {
    kinesis.hold();
    KinesisProducer producer = builder().build();
    CompletableFuture<RecordResult> future = put(producer);
    CompletableFuture<Void> first =
        CompletableFuture.runAsync(() -> producer.close(Duration.ofDays(1)), others);
    await().atMost(LONG).until(() -> kinesis.callsHeld() == 1);

    producer.close(Duration.ZERO);

    first.get(60, TimeUnit.SECONDS);
    assertThat(future).isCompletedExceptionally();
  }

  @Test
  void close_againWithLessTimeWhileACallbackBlocks_endsTheFirst() throws Exception {
    KinesisProducer producer = builder().build();
    CountDownLatch blocking = new CountDownLatch(1);
    var unused =
        put(producer)
            .thenRun(
                () -> {
                  blocking.countDown();
                  awaitReleased();
                });
    blocking.await();
    CompletableFuture<Void> first =
        CompletableFuture.runAsync(() -> producer.close(Duration.ofDays(1)), others);
    await().atMost(LONG).until(() -> producer.health().state() == ProducerHealth.State.CLOSING);

    producer.close(Duration.ZERO);

    first.get(60, TimeUnit.SECONDS);
  }

  @Test
  void close_interrupted_endsTheDrainingAndKeepsTheInterrupt() throws Exception {
    kinesis.hold();
    KinesisProducer producer = builder().build();
    CompletableFuture<RecordResult> future = put(producer);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread closer =
        new Thread(
            () -> {
              producer.close(Duration.ofDays(1));
              interrupted.complete(Thread.currentThread().isInterrupted());
            });
    closer.start();
    await().atMost(LONG).until(() -> producer.health().state() == ProducerHealth.State.CLOSING);

    closer.interrupt();

    assertThat(interrupted.get(60, TimeUnit.SECONDS)).isTrue();
    assertThat(future).isCompletedExceptionally();
    assertThat(ourThreads()).isEmpty();
  }

  @Test
  void close_whileACallerWaitsForRoom_refusesIt() {
    kinesis.hold();
    KinesisProducer producer =
        kinesis.producer(config -> config.bufferMaxRecords(1).maxBlockTime(LONG)).build();
    CompletableFuture<RecordResult> first = put(producer);
    CompletableFuture<Void> parked =
        CompletableFuture.runAsync(
            () -> {
              var unused = put(producer);
            },
            others);
    await().atMost(LONG).until(() -> kinesis.callsHeld() == 1);

    producer.close(Duration.ZERO);

    assertThat(first).isCompletedExceptionally();
    assertThat(parked)
        .failsWithin(LONG)
        .withThrowableThat()
        .havingRootCause()
        .isInstanceOf(RecordRefusedException.class);
  }

  @Test
  void close_executorRunsNothing_resultsAreCompletedOnAThreadOfOurs() {
    KinesisProducer producer = builder().completionExecutor(NEVER_RUNS).build();
    AtomicReference<String> completedBy = new AtomicReference<>();
    CompletableFuture<RecordResult> future = put(producer);
    var unused = future.thenRun(() -> completedBy.set(Thread.currentThread().getName()));
    CompletableFuture<Void> flush = producer.flush();
    await().atMost(LONG).until(() -> kinesis.entries() == 1);
    assertThat(future).isNotDone();

    producer.close(Duration.ofMillis(100));

    assertThat(future).isCompleted();
    assertThat(flush).isCompleted();
    assertThat(completedBy.get()).endsWith("last-resort");
    assertThat(ourThreads()).isEmpty();
  }

  @Test
  void close_aCallbackBlocksTheLastThread_onlyThatDaemonOutlivesIt() {
    KinesisProducer producer = builder().completionExecutor(NEVER_RUNS).build();
    var unused = put(producer).thenRun(this::awaitReleased);
    await().atMost(LONG).until(() -> kinesis.entries() == 1);

    producer.close(Duration.ZERO);

    assertThat(ourThreads())
        .singleElement()
        .satisfies(
            thread -> {
              assertThat(thread.getName()).endsWith("last-resort");
              assertThat(thread.isDaemon()).isTrue();
            });
    released.countDown();
    await().atMost(LONG).until(() -> ourThreads().isEmpty());
  }

  @Test
  void close_whileACallerFlushesWithoutPause_isNotHeldUp() throws Exception {
    KinesisProducer producer = builder().build();
    CompletableFuture<RecordResult> future = put(producer);
    CompletableFuture<Void> flushing =
        CompletableFuture.runAsync(
            () -> {
              while (producer.health().state() != ProducerHealth.State.CLOSED) {
                var unused = producer.flush();
              }
            },
            others);

    producer.close(Duration.ofDays(1));

    flushing.get(60, TimeUnit.SECONDS);
    assertThat(future).isCompleted();
  }

  @Test
  void flushes_begunWhileTheProducerEnds_areOver() throws Exception {
    for (int round = 0; round < 50; round++) {
      KinesisProducer producer = builder().build();
      var unused = put(producer);
      CompletableFuture<Void> flushing =
          CompletableFuture.runAsync(
              () -> {
                while (producer.health().state() != ProducerHealth.State.CLOSED) {
                  assertThat(producer.flush()).succeedsWithin(LONG);
                }
              },
              others);
      producer.close();
      flushing.get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void close_clientAndExecutorOfTheUser_areLeftOpen() {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try {
      KinesisProducer producer = builder().completionExecutor(executor).build();
      assertThat(put(producer)).succeedsWithin(LONG);
      producer.close();
      assertThat(kinesis.closed()).isFalse();
      assertThat(executor.isShutdown()).isFalse();
    } finally {
      executor.shutdownNow();
    }
  }

  private void awaitReleased() {
    while (released.getCount() > 0) {
      try {
        released.await();
      } catch (InterruptedException goOn) {
        // As a callback that knows no interrupts.
      }
    }
  }
}
