// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The handler of failed records, with threads. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FailureHandlerTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  private final ScriptedKinesis kinesis = new ScriptedKinesis().deny();

  @Test
  void handler_blocksForEver_futureHasCompletedAndCloseTellsOfTheOthers() {
    CountDownLatch released = new CountDownLatch(1);
    CountDownLatch blocked = new CountDownLatch(1);
    Queue<RecordFailedException> told = new ConcurrentLinkedQueue<>();
    KinesisProducer producer =
        kinesis
            .producer(config -> config.recordMaxBufferedTime(Duration.ZERO))
            .onFailure(
                failure -> {
                  told.add(failure);
                  if (told.size() == 1) {
                    blocked.countDown();
                    awaitQuietly(released);
                  }
                })
            .build();
    CompletableFuture<RecordResult> first = producer.put("stream", "key", new byte[10]);
    awaitQuietly(blocked);
    CompletableFuture<RecordResult> second = producer.put("stream", "key", new byte[10]);

    assertThat(first).as("the handler comes after the future").isCompletedExceptionally();
    producer.close(Duration.ofMillis(100));

    assertThat(second).isCompletedExceptionally();
    assertThat(told).hasSize(2);
    released.countDown();
  }

  @Test
  void handler_putsTheRecordElsewhere_flushAndCloseWaitForIt() {
    Queue<UserRecord> deadLetters = new ConcurrentLinkedQueue<>();
    try (KinesisProducer producer =
        kinesis
            .producer(config -> {})
            .onFailure(failure -> deadLetters.add(failure.userRecord()))
            .build()) {
      var unused = producer.put("stream", "key", new byte[] {1, 2, 3});
      assertThat(producer.flush()).succeedsWithin(LONG);
      assertThat(deadLetters).hasSize(1);
      unused = producer.put("stream", "key", new byte[] {4});
    }
    assertThat(deadLetters).hasSize(2);
    assertThat(deadLetters.remove().data()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    assertThat(deadLetters.remove().data()).isEqualTo(ByteBuffer.wrap(new byte[] {4}));
  }

  /** As an executor that is held up. */
  private static final class Stalled implements Executor {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean runs;

    @Override
    public synchronized void execute(Runnable task) {
      if (runs) {
        thread.execute(task);
      } else {
        tasks.add(task);
      }
    }

    synchronized void goOn() {
      runs = true;
      tasks.forEach(thread::execute);
      tasks.clear();
    }
  }

  @Test
  void failures_thatNobodyHandles_areBoundedInMemoryByTheBuffer() {
    int bufferBytes = 1 << 20;
    int recordBytes = 4_000;
    Stalled executor = new Stalled();
    Queue<RecordFailedException> told = new ConcurrentLinkedQueue<>();
    try (KinesisProducer producer =
        kinesis
            .producer(
                config ->
                    config
                        .bufferMaxBytes(bufferBytes)
                        .maxUserRecordSize(recordBytes)
                        .recordMaxBufferedTime(Duration.ZERO)
                        .maxBlockTime(Duration.ofSeconds(2)))
            .completionExecutor(executor)
            .onFailure(told::add)
            .build()) {
      int accepted = 0;
      try {
        while (true) {
          var unused = producer.put("stream", "key", new byte[recordBytes]);
          accepted++;
          assertThat((long) accepted * recordBytes).isLessThan(3L * bufferBytes);
        }
      } catch (RecordRefusedException refused) {
        assertThat(refused.reason()).isEqualTo(RecordRefusedException.Reason.BUFFER_FULL);
      }
      executor.goOn();
      int all = accepted;
      await().atMost(LONG).until(() -> told.size() == all);
      await().atMost(LONG).until(() -> producer.outstandingRecords() == 0);
    }
    executor.thread.shutdownNow();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
