// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static io.kpl4j.metrics.Cloud.statistics;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducer;
import io.kpl4j.MetricsLevel;
import io.kpl4j.testkit.Fault;
import io.kpl4j.testkit.KinesisTestServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

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
    return KinesisProducer.builder()
        .config(
            Cloud.config(server.endpoint())
                .kinesisEndpoint(server.endpoint().toString())
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
