// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.RecordRefusedException.Reason;
import io.kpl4j.testkit.KinesisTestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;

/** What keys do to a producer as a whole, that neither the simulation nor a connection shows. */
class ConfigEffectsTest {

  @TempDir Path folder;

  private static KinesisProducer producerOfAStalledEndpoint(
      KinesisTestServer server, Consumer<KinesisProducerConfigBuilder> settings) {
    server.suspend();
    return Producers.builder(server, settings).build();
  }

  private static KinesisTestServer server() {
    return KinesisTestServer.builder().stream("s", 1).start();
  }

  /** Puts until a record is refused, and says how many were not. */
  private static int putUntilFull(KinesisProducer producer, String message) {
    for (int accepted = 0; accepted < 100; accepted++) {
      try {
        assertThat(producer.put("s", "k", new byte[50])).isNotDone();
      } catch (RecordRefusedException refused) {
        assertThat(refused.reason()).isEqualTo(Reason.BUFFER_FULL);
        assertThat(refused).hasMessageContaining(message);
        return accepted;
      }
    }
    throw new AssertionError("the buffer is never full");
  }

  @Test
  void bufferMaxRecords_reached_refusesTheNext() {
    try (KinesisTestServer server = server();
        KinesisProducer producer =
            producerOfAStalledEndpoint(
                server,
                config ->
                    config
                        .bufferMaxRecords(5)
                        .maxBlockTime(Duration.ZERO)
                        .closeTimeout(Duration.ZERO))) {
      // One stream alone is left less than all.
      assertThat(putUntilFull(producer, "of 5 records")).isBetween(3, 5);
    }
  }

  @Test
  void bufferMaxBytes_reached_refusesTheNext() {
    try (KinesisTestServer server = server();
        KinesisProducer producer =
            producerOfAStalledEndpoint(
                server,
                config ->
                    config
                        .maxUserRecordSize(64)
                        .bufferMaxBytes(1_152)
                        .maxBlockTime(Duration.ZERO)
                        .closeTimeout(Duration.ZERO))) {
      // A permit weighs 358 bytes.
      assertThat(putUntilFull(producer, "of 1152 bytes")).isBetween(2, 3);
      assertThat(producer.outstandingBytes()).isLessThanOrEqualTo(1_152);
    }
  }

  @Test
  void admissionPolicy_bufferFull_isWhatPutDoes() {
    try (KinesisTestServer server = server();
        KinesisProducer producer =
            producerOfAStalledEndpoint(
                server,
                config ->
                    config
                        .admissionPolicy(AdmissionPolicy.DROP)
                        .bufferMaxRecords(5)
                        .closeTimeout(Duration.ZERO))) {
      for (int i = 0; i < 20; i++) {
        assertThat(producer.put("s", "k", new byte[50])).isNotNull();
      }

      assertThat(producer.droppedRecords()).isBetween(15L, 17L);
    }
  }

  @Test
  void maxWaitingAdmissions_reached_refusesTheNext() {
    try (KinesisTestServer server = server();
        KinesisProducer producer =
            producerOfAStalledEndpoint(
                server,
                config ->
                    config
                        .admissionPolicy(AdmissionPolicy.ASYNC)
                        .maxWaitingAdmissions(7)
                        .bufferMaxRecords(5)
                        .closeTimeout(Duration.ZERO))) {
      assertThat(putUntilFull(producer, "as many records wait for it as may"))
          .isBetween(7 + 3, 7 + 5);
    }
  }

  @Test
  void maxBlockTime_bufferFull_isHowLongPutWaits() {
    try (KinesisTestServer server = server();
        KinesisProducer producer =
            producerOfAStalledEndpoint(
                server,
                config ->
                    config
                        .bufferMaxRecords(3)
                        .maxBlockTime(Duration.ofMillis(80))
                        .closeTimeout(Duration.ZERO))) {
      long begin = System.nanoTime();

      putUntilFull(producer, "waited for MaxBlockTime, 80 ms");

      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isGreaterThanOrEqualTo(Duration.ofMillis(80));
    }
  }

  @Test
  void closeTimeout_endpointStalled_isHowLongCloseDrains() {
    try (KinesisTestServer server = server()) {
      KinesisProducer producer =
          producerOfAStalledEndpoint(
              server,
              config ->
                  config.closeTimeout(Duration.ofMillis(300)).recordTtl(Duration.ofMinutes(10)));
      CompletableFuture<RecordResult> record = producer.put("s", "k", new byte[10]);
      long begin = System.nanoTime();

      producer.close();

      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isBetween(Duration.ofMillis(300), Duration.ofSeconds(20));
      assertThat(record).isCompletedExceptionally();
    }
  }

  @Test
  void senderThreads_allBusy_areAsManyAsConfigured() throws Exception {
    CountDownLatch busy = new CountDownLatch(3);
    CountDownLatch gate = new CountDownLatch(1);
    List<String> before = senders();
    KinesisTestServer.Builder streams = KinesisTestServer.builder();
    for (int i = 0; i < 9; i++) {
      streams.stream("s" + i, 1);
    }
    try (KinesisTestServer server = streams.start();
        KinesisProducer producer =
            Producers.builder(server, config -> config.senderThreads(3))
                .credentialsProvider(() -> whenOpen(busy, gate))
                .build()) {
      List<CompletableFuture<RecordResult>> records = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        records.add(producer.put("s" + i, "k", new byte[10]));
      }

      assertThat(busy.await(30, SECONDS)).isTrue();
      List<String> during = new ArrayList<>(senders());
      during.removeAll(before);
      assertThat(during).hasSize(3);
      gate.countDown();
      for (CompletableFuture<RecordResult> record : records) {
        record.get(30, SECONDS);
      }
      during = new ArrayList<>(senders());
      during.removeAll(before);
      assertThat(during).hasSize(3);
    }
  }

  private static AwsCredentials whenOpen(CountDownLatch busy, CountDownLatch gate) {
    busy.countDown();
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return AwsBasicCredentials.create("access", "secret");
  }

  private static List<String> senders() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("kpl4j-") && name.contains("-sender-"))
        .toList();
  }

  @Test
  void kinesisEndpointAndPort_hostAndPort_areReachedOverTls() throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().tls(true).stream("s", 1).start()) {
      Path pem = Files.writeString(folder.resolve("ca.pem"), server.certificatePem());

      try (KinesisProducer producer =
          Producers.builder(
                  server,
                  config ->
                      config
                          .kinesisEndpoint("localhost")
                          .kinesisPort(server.port())
                          .caCertFile(pem))
              .build()) {
        producer.put("s", "k", new byte[10]).get(30, SECONDS);
      }

      assertThat(server.recordCount("s")).isEqualTo(1);
    }
  }

  @Test
  void verifyCertificate_off_isWarnedOfOnceAtStart() {
    try (KinesisTestServer server = server()) {
      String log =
          Logs.of(
              () -> {
                try (KinesisProducer producer =
                    Producers.builder(server, config -> config.verifyCertificate(false)).build()) {
                  producer.put("s", "k", new byte[10]).join();
                }
              });

      assertThat(log).containsOnlyOnce("VerifyCertificate=false: anybody on the way can pose as");
    }
  }

  @Test
  void verifyCertificate_on_isNotWarnedOf() {
    try (KinesisTestServer server = server()) {
      assertThat(Logs.of(() -> Producers.builder(server, config -> {}).build().close()))
          .doesNotContain("VerifyCertificate");
    }
  }
}
