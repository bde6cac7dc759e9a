// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.testkit.KinesisTestServer;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/**
 * Latency over real sockets of a trickle with {@code RecordMaxBufferedTime=0}, against that of the
 * plain SDK client at the same rate. A measurement for a quiet machine; what the pipeline itself
 * adds is tested in virtual time.
 */
@EnabledIfSystemProperty(named = "kpl.measure", matches = "true")
class EagerProducerTest {

  private static final int COUNT = 600;
  private static final int EVERY_MILLIS = 50;

  @Test
  void trickle_twentyASecond_isWithinFiveMillisOfTheEndpointsOwnLatency() throws Exception {
    try (KinesisTestServer server =
        KinesisTestServer.builder().latency(Duration.ofMillis(10)).stream("clicks", 4).start()) {
      double plain = plainSdk(server);
      double eager = producer(server);
      System.out.printf("p99 of a trickle: plain SDK %.2f ms, eager %.2f ms%n", plain, eager);

      assertThat(eager).isLessThan(plain + 5);
    }
  }

  private static double producer(KinesisTestServer server) throws Exception {
    try (KinesisProducer producer =
        Producers.builder(server, config -> config.recordMaxBufferedTime(Duration.ZERO)).build()) {
      AtomicInteger next = new AtomicInteger();
      return p99Millis(
          () -> producer.put("clicks", "key-" + next.incrementAndGet(), new byte[200]));
    }
  }

  private static double plainSdk(KinesisTestServer server) throws Exception {
    try (KinesisAsyncClient client =
        KinesisAsyncClient.builder()
            .region(Region.US_EAST_1)
            .endpointOverride(server.endpoint())
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret")))
            .build()) {
      AtomicInteger next = new AtomicInteger();
      SdkBytes data = SdkBytes.fromByteArray(new byte[200]);
      return p99Millis(
          () ->
              client.putRecords(
                  request ->
                      request
                          .streamName("clicks")
                          .records(
                              PutRecordsRequestEntry.builder()
                                  .data(data)
                                  .partitionKey("key-" + next.incrementAndGet())
                                  .build())));
    }
  }

  /** Of the second half of the calls: the first half warms up. */
  private static double p99Millis(Supplier<? extends CompletableFuture<?>> call) throws Exception {
    Queue<Long> latencies = new ConcurrentLinkedQueue<>();
    AtomicInteger made = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(2 * COUNT);
    ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
    try {
      var unused =
          pace.scheduleAtFixedRate(
              () -> {
                int number = made.incrementAndGet();
                long began = System.nanoTime();
                var unusedEnd =
                    call.get()
                        .whenComplete(
                            (result, failure) -> {
                              if (number > COUNT) {
                                latencies.add(System.nanoTime() - began);
                              }
                              done.countDown();
                            });
              },
              0,
              EVERY_MILLIS,
              MILLISECONDS);
      assertThat(done.await(10L * COUNT * EVERY_MILLIS / 1_000, SECONDS)).isTrue();
    } finally {
      pace.shutdownNow();
    }
    long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
    System.out.printf(
        "median %.2f ms, p99 %.2f ms, worst %.2f ms%n",
        sorted[sorted.length / 2] / 1e6,
        sorted[sorted.length * 99 / 100] / 1e6,
        sorted[sorted.length - 1] / 1e6);
    return sorted[sorted.length * 99 / 100] / 1e6;
  }
}
