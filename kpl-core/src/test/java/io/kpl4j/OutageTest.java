// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.kpl4j.testkit.KinesisTestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** An endpoint that goes away under full load and comes back. */
class OutageTest {

  @Test
  void suspend_fiveSecondsUnderFullLoad_everyFutureCompletesNormally() throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("clicks", 4).start()) {
      Queue<CompletableFuture<RecordResult>> futures = new ConcurrentLinkedQueue<>();
      CountDownLatch loaded = new CountDownLatch(20_000);
      AtomicInteger next = new AtomicInteger();
      KinesisProducer producer = Producers.builder(server, config -> {}).build();
      Thread caller =
          new Thread(
              () -> {
                while (!Thread.currentThread().isInterrupted()) {
                  int i = next.getAndIncrement();
                  try {
                    futures.add(
                        producer.put("clicks", "user-" + i % 500, ("e" + i).getBytes(UTF_8)));
                  } catch (RecordRefusedException interrupted) {
                    next.decrementAndGet();
                    return;
                  }
                  loaded.countDown();
                  if (i % 1_000 == 999) {
                    // Full load is more than the endpoint has room to remember: a pace of 1,000 in
                    // 20 ms.
                    LockSupport.parkNanos(20_000_000);
                  }
                }
              });
      caller.start();
      assertThat(loaded.await(30, TimeUnit.SECONDS)).isTrue();
      long callsBefore = server.calls("PutRecords");

      server.suspend();
      CompletableFuture.runAsync(
              server::resume, CompletableFuture.delayedExecutor(5, TimeUnit.SECONDS))
          .join();
      caller.interrupt();
      caller.join();
      producer.close(Duration.ofSeconds(60));

      assertThat(futures).hasSize(next.get());
      Set<String> places = new HashSet<>();
      for (CompletableFuture<RecordResult> future : futures) {
        assertThatCode(future::get).doesNotThrowAnyException();
        RecordResult result = future.get();
        places.add(result.sequenceNumber() + "/" + result.subSequenceNumber());
      }
      assertThat(places).hasSize(futures.size());
      assertThat(server.calls("PutRecords")).isGreaterThan(callsBefore);
    }
  }

  @Test
  void put_toHundredStreams_needsNoMoreThreadsThanToOne() throws Exception {
    KinesisTestServer.Builder builder = KinesisTestServer.builder();
    for (int i = 0; i < 100; i++) {
      builder.stream("stream-" + i, 2);
    }
    try (KinesisTestServer server = builder.start();
        KinesisProducer producer = Producers.builder(server, config -> {}).build()) {
      putToStreams(producer, 1);
      long forOne = producerThreads();
      putToStreams(producer, 100);
      assertThat(producerThreads()).isEqualTo(forOne);
    }
    assertThat(producerThreads()).isZero();
  }

  private static void putToStreams(KinesisProducer producer, int streams) throws Exception {
    List<CompletableFuture<RecordResult>> futures = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      futures.add(producer.put("stream-" + i % streams, "key-" + i, new byte[100]));
    }
    producer.flush().get(30, TimeUnit.SECONDS);
    assertThat(futures).allMatch(CompletableFuture::isDone);
    assertThat(producer.outstandingRecords()).isZero();
  }

  private static long producerThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("kpl4j-"))
        .count();
  }
}
