// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static io.kpl4j.metrics.Cloud.statistics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.kpl4j.KinesisProducer;
import io.kpl4j.MetricWindow;
import io.kpl4j.MetricsLevel;
import io.kpl4j.testkit.Fault;
import io.kpl4j.testkit.KinesisTestServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A real producer with nothing but this module beside it. */
class ProducerMetricsTest {

  private static final Map<String, String> STREAM = Map.of("StreamName", "clicks");
  private static final int RECORDS = 500;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @Test
  void producer_withACallThatFails_publishesAllOfIt() {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("clicks", 1).start()) {
      server.faults().add(Fault.on("PutRecords").times(1).httpError(500));
      try (KinesisProducer producer = producer(server)) {
        putAll(producer);
      }

      assertThat(statistics(server, "UserRecordsPut", STREAM))
          .containsExactly(RECORDS * 1., RECORDS * 1., 1., 1.);
      assertThat(statistics(server, "UserRecordsReceived", STREAM))
          .containsExactly(RECORDS * 1., RECORDS * 1., 1., 1.);
      // One error for the call, however many Kinesis records were in it.
      assertThat(statistics(server, "AllErrors", STREAM).get(1)).isEqualTo(1);
      assertThat(meters.get("kpl4j.user.records.put").counter().count()).isEqualTo(RECORDS);
      assertThat(meters.get("kpl4j.errors").counter().count()).isEqualTo(1);
    }
  }

  static Stream<Fault> troubles() {
    return Stream.of(
        Fault.on("PutMetricData").always().neverAnswer(),
        Fault.on("PutMetricData").always().error(400, "Throttling", "slow down"),
        Fault.on("PutMetricData").always().error(403, "AccessDenied", "no"),
        Fault.on("PutMetricData").always().httpError(500));
  }

  /** The records are judged by their results alone: no time is measured. */
  @ParameterizedTest
  @MethodSource("troubles")
  void records_whileCloudWatchIsInTrouble_areAllStored(Fault trouble) {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("clicks", 1).start();
        KinesisTestServer cloudWatch = KinesisTestServer.start()) {
      cloudWatch.faults().add(trouble);
      try (KinesisProducer producer = producer(server, cloudWatch, Duration.ofMillis(5))) {
        await()
            .until(
                () -> {
                  putAll(producer);
                  return cloudWatch.calls("PutMetricData") > 0;
                });
        putAll(producer);

        // A result is counted as delivered only after its future has completed.
        await().until(() -> producer.outstandingRecords() == 0);
        assertThat(producer.metrics().sinceStart()).isNotEmpty();
      }
      assertThat(cloudWatch.metrics()).isEmpty();
    }
  }

  @Test
  void metrics_ofAProducer_areSeenInProcess() {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("clicks", 1).start();
        KinesisProducer producer = producer(server, server, Duration.ofMillis(5))) {
      putAll(producer);

      assertThat(producer.metrics().last(Duration.ofSeconds(60)))
          .filteredOn(window -> window.name().equals("UserRecordsPut"))
          .extracting(MetricWindow::dimensions, MetricWindow::sampleCount, MetricWindow::sum)
          .containsExactlyInAnyOrder(
              tuple(Map.of(), (long) RECORDS, (double) RECORDS),
              tuple(STREAM, (long) RECORDS, (double) RECORDS));
    }
  }

  @Test
  void producer_atLevelNone_publishesNothing() {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("clicks", 1).start()) {
      try (KinesisProducer producer =
          KinesisProducer.builder()
              .config(
                  Cloud.config(server.endpoint())
                      .kinesisEndpoint(server.endpoint().toString())
                      .metricsLevel(MetricsLevel.NONE)
                      .build())
              .credentialsProvider(Cloud.CREDENTIALS)
              .build()) {
        putAll(producer);
      }

      assertThat(server.calls("PutMetricData")).isZero();
    }
  }

  private KinesisProducer producer(KinesisTestServer server) {
    return producer(server, server, Duration.ofMinutes(1));
  }

  private KinesisProducer producer(
      KinesisTestServer server, KinesisTestServer cloudWatch, Duration uploadDelay) {
    return KinesisProducer.builder()
        .config(
            Cloud.config(cloudWatch.endpoint())
                .kinesisEndpoint(server.endpoint().toString())
                .metricsUploadDelay(uploadDelay)
                .metricsLevel(MetricsLevel.DETAILED)
                .build())
        .credentialsProvider(Cloud.CREDENTIALS)
        .events(new MicrometerEvents(meters))
        .build();
  }

  private static void putAll(KinesisProducer producer) {
    CompletableFuture<?>[] results =
        IntStream.range(0, RECORDS)
            .mapToObj(i -> producer.put("clicks", "key-" + i, new byte[100]))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(results).join();
  }
}
