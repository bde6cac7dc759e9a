// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.FailureReason;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several threads at one producer in memory. */
class InMemoryThreadsTest {

  private static final int THREADS = 4;
  private static final int RECORDS = 2_000;

  private final Queue<CompletableFuture<RecordResult>> futures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger callbacks = new AtomicInteger();

  @ParameterizedTest
  @EnumSource(Completion.class)
  void manyThreads_putAnswerFlushAndClose_eachAcceptedRecordCompletesOnce(Completion completion)
      throws Exception {
    InMemoryKinesisProducer producer =
        InMemoryKinesisProducer.builder()
            .config(KinesisProducerConfig.builder().bufferMaxRecords(50).build())
            .completion(completion)
            .build();
    producer.otherAnswers(
        record ->
            record.data().getInt(0) % 3 == 0
                ? Answer.failed(FailureReason.EXPIRED)
                : Answer.stored());
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Void>> tasks =
          IntStream.range(0, THREADS).mapToObj(thread -> putting(producer, thread)).toList();
      for (Future<Void> task : threads.invokeAll(tasks)) {
        task.get();
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(futures).allMatch(CompletableFuture::isDone);
    assertThat(callbacks).hasValue(futures.size());
    assertThat(producer.accepted()).hasSize(futures.size());
    assertThat(producer.stored().size() + producer.failures().size()).isEqualTo(futures.size());
    assertThat(producer.outstandingRecords()).isZero();
    assertThat(producer.outstandingBytes()).isZero();
  }

  private Callable<Void> putting(InMemoryKinesisProducer producer, int thread) {
    return () -> {
      for (int i = 0; i < RECORDS; i++) {
        ByteBuffer data = ByteBuffer.allocate(Integer.BYTES).putInt(0, i);
        try {
          producer.tryPut(UserRecord.of("clicks", "k" + i % 7, data)).ifPresent(this::keep);
        } catch (RecordRefusedException closed) {
          assertThat(closed.reason()).isEqualTo(RecordRefusedException.Reason.CLOSED);
          break;
        }
        if (i % 5 == thread) {
          producer.answerNext();
        }
        if (i % 11 == 0) {
          var unused = producer.flush();
        }
      }
      producer.close();
      return null;
    };
  }

  private void keep(CompletableFuture<RecordResult> future) {
    futures.add(future);
    var unused = future.whenComplete((result, failure) -> callbacks.incrementAndGet());
  }
}
