// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static io.kpl4j.metrics.Cloud.config;
import static io.kpl4j.metrics.Cloud.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.KinesisProducerConfigBuilder;
import io.kpl4j.MetricsLevel;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.testkit.Fault;
import io.kpl4j.testkit.KinesisTestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Whatever is wrong with CloudWatch, events are taken at once and close returns in time. */
class CloudWatchTroubleTest {

  /** Far more than a busy machine takes, and far less than a CloudWatch that hangs. */
  private static final Duration BUSY = Duration.ofMinutes(1);

  /** Five seconds for the last upload and one for the event loop, on a busy machine. */
  private static final Duration CLOSE_LIMIT = BUSY.plusSeconds(6);

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration OFTEN = Duration.ofMillis(20);

  private final KinesisTestServer server = KinesisTestServer.start();

  @AfterEach
  void stop() {
    server.close();
    await().untilAsserted(() -> assertThat(Cloud.threads()).isEmpty());
  }

  @Test
  void level_none_makesNothing() {
    KinesisProducerConfig none = config(server.endpoint()).metricsLevel(MetricsLevel.NONE).build();

    assertThat(new CloudWatchEventsFactory().create(none, Cloud.CREDENTIALS)).isEmpty();
    assertThat(Cloud.threads()).isEmpty();
    assertThat(server.calls("PutMetricData")).isZero();
  }

  @Test
  void region_nowhere_keepsMetricsInProcessOnly() {
    CloudWatchEventsFactory factory =
        new CloudWatchEventsFactory(
            () -> {
              throw SdkClientException.create("no region");
            });

    assertThat(factory.create(KinesisProducerConfig.builder().build(), Cloud.CREDENTIALS))
        .get()
        .satisfies(
            events -> {
              events.stream("clicks").recordsDropped(3);
              assertThat(events.metrics().orElseThrow().sinceStart()).isNotEmpty();
            });
    assertThat(Cloud.threads()).isEmpty();
  }

  @Test
  void endpoint_thatNeverAnswers_delaysNeitherEventsNorClose() throws IOException {
    try (ServerSocket blackHole = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI endpoint = URI.create("http://127.0.0.1:" + blackHole.getLocalPort());

      assertHarmless(config(endpoint).metricsUploadDelay(OFTEN));
    }
  }

  @Test
  void endpoint_thatNeverAnswersTls_delaysNeitherEventsNorClose() throws IOException {
    try (ServerSocket blackHole = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI endpoint = URI.create("https://127.0.0.1:" + blackHole.getLocalPort());

      assertHarmless(config(endpoint).metricsUploadDelay(OFTEN));
    }
  }

  @Test
  void endpoint_thatIsNotThere_delaysNeitherEventsNorClose() {
    URI endpoint = server.endpoint();
    server.close();

    assertHarmless(config(endpoint).metricsUploadDelay(OFTEN));
  }

  @Test
  void endpoint_thatThrottles_delaysNeitherEventsNorClose() {
    assertHarmless(throttled());
  }

  @Test
  void endpoint_thatThrottlesForAWhile_isSentEachValueOnce() {
    ProducerEvents events = publish(throttled());
    ShardEvents shard = events.stream("clicks").shard(null);
    for (int i = 0; i < 1_000; i++) {
      shard.userRecordPut(100, 1_000_000, 1);
    }
    long calls = server.calls("PutMetricData");
    // More than the attempts of one upload: one was begun since.
    await().atMost(PATIENCE).until(() -> server.calls("PutMetricData") > calls + 4);
    assertThat(server.metrics()).isEmpty();
    server.faults().clear();
    await().atMost(PATIENCE).until(() -> !server.metrics().isEmpty());
    events.close();

    assertThat(Cloud.statistics(server, "UserRecordsPut", Map.of()))
        .containsExactly(1_000., 1_000., 1., 1.);
  }

  private KinesisProducerConfigBuilder throttled() {
    server.faults().add(Fault.on("PutMetricData").always().error(400, "Throttling", "slow down"));
    return config(server.endpoint()).metricsUploadDelay(OFTEN);
  }

  @Test
  void credentials_thatHang_delayNeitherEventsNorClose() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    AwsCredentialsProvider hanging = () -> hang(asked);
    ProducerEvents events =
        new CloudWatchEventsFactory()
            .create(config(server.endpoint()).metricsUploadDelay(OFTEN).build(), hanging)
            .orElseThrow();
    ShardEvents shard = events.stream("clicks").shard(null);
    shard.userRecordPut(100, 1_000_000, 1);
    asked.await();

    assertHarmless(events, shard);
  }

  @Test
  void endpoint_thatRefuses_isTriedAgainNextTime() {
    server.faults().add(Fault.on("PutMetricData").times(1).error(403, "AccessDenied", "no"));
    ProducerEvents events = publish(config(server.endpoint()).metricsUploadDelay(OFTEN));
    ShardEvents shard = events.stream("clicks").shard(null);

    await()
        .until(
            () -> {
              shard.userRecordPut(100, 1_000_000, 1);
              return !server.metrics().isEmpty();
            });
    events.close();

    assertThat(server.calls("PutMetricData")).isGreaterThan(1);
  }

  @Test
  void certificates_ofCaCertFile_areTrusted(@TempDir Path folder) throws IOException {
    try (KinesisTestServer tls = KinesisTestServer.builder().tls(true).start()) {
      Path pem = Files.writeString(folder.resolve("ca.pem"), tls.certificatePem());

      Cloud.driveAndClose(config(tls.endpoint()).caCertFile(pem));

      assertThat(tls.metrics()).isNotEmpty();
    }
  }

  @Test
  void certificates_whenNotVerified_doNotMatter() {
    try (KinesisTestServer tls = KinesisTestServer.builder().tls(true).start()) {
      Cloud.driveAndClose(config(tls.endpoint()).verifyCertificate(false));

      assertThat(tls.metrics()).isNotEmpty();
    }
  }

  @Test
  void certificates_ofNobody_areRefused() {
    try (KinesisTestServer tls = KinesisTestServer.builder().tls(true).start()) {
      Cloud.driveAndClose(config(tls.endpoint()));

      assertThat(tls.metrics()).isEmpty();
    }
  }

  @Test
  void caCertFile_withoutCertificate_isNamed(@TempDir Path folder) throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");

    assertThatThrownBy(() -> publish(config(server.endpoint()).caCertFile(empty)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CaCertFile=" + empty);
  }

  private static void assertHarmless(KinesisProducerConfigBuilder config) {
    ProducerEvents events = publish(config);
    assertHarmless(events, events.stream("clicks").shard(null));
  }

  private static void assertHarmless(ProducerEvents events, ShardEvents shard) {
    long begin = System.nanoTime();
    for (int i = 0; i < 200_000; i++) {
      shard.userRecordPut(100, 1_000_000, 1);
    }
    assertThat(since(begin)).isLessThan(BUSY);

    long closing = System.nanoTime();
    events.close();
    assertThat(since(closing)).isLessThan(CLOSE_LIMIT);
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private static AwsCredentials hang(CountDownLatch asked) {
    asked.countDown();
    try {
      new CountDownLatch(1).await();
      throw new AssertionError("never reached");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SdkClientException.create("interrupted", e);
    }
  }
}
