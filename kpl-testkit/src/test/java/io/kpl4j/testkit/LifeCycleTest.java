// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** Start, suspension and close. */
final class LifeCycleTest {

  private static final String STREAM = "stream";

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void resume_afterSuspend_hasPortAndRecords(boolean tls) {
    try (KinesisTestServer server =
            KinesisTestServer.builder().tls(tls).threads(2).stream(STREAM, 1).start();
        KinesisAsyncClient client = Clients.kinesis(server, Clients.Format.CBOR)) {
      int port = server.port();
      put(client);

      server.suspend();
      assertThatThrownBy(() -> put(client)).hasRootCauseInstanceOf(IOException.class);
      assertThat(server.records(STREAM)).hasSize(1);
      server.resume();
      put(client);

      assertThat(server.port()).isEqualTo(port);
      assertThat(server.records(STREAM)).hasSize(2);
    }
  }

  @Test
  void suspend_suspended_refusesConnectionsUntilResumed() throws IOException {
    try (KinesisTestServer server = KinesisTestServer.start()) {
      server.suspend();
      server.suspend();

      assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), server.port()).close())
          .isInstanceOf(ConnectException.class);

      server.resume();
      server.resume();
      new Socket(InetAddress.getLoopbackAddress(), server.port()).close();
    }
  }

  @Test
  void suspend_manyTimesUnderLoad_everyCallEnds() {
    try (KinesisTestServer server = KinesisTestServer.builder().stream(STREAM, 4).start();
        KinesisAsyncClient client = Clients.kinesis(server, Clients.Format.CBOR)) {
      for (int round = 0; round < 20; round++) {
        List<CompletableFuture<?>> calls =
            IntStream.range(0, 8)
                .<CompletableFuture<?>>mapToObj(
                    i ->
                        client
                            .putRecords(
                                r -> r.streamName(STREAM).records(ServerFixture.entries(10, 1_000)))
                            .handle((response, failure) -> failure == null))
                .toList();
        server.suspend();
        calls.forEach(call -> assertThat(call).succeedsWithin(Duration.ofSeconds(20)));
        server.resume();
      }
      put(client);
    }
  }

  @Test
  void close_usedServer_leavesNoThreadAndNoPort() {
    KinesisTestServer server =
        KinesisTestServer.builder().tls(true).threads(2).stream(STREAM, 1).start();
    try (KinesisAsyncClient client = Clients.kinesis(server, Clients.Format.CBOR)) {
      put(client);
      assertThat(serverThreads()).isPositive();
      server.faults().add(Fault.on("PutRecords").neverAnswer());
      var hanging =
          client.putRecords(r -> r.streamName(STREAM).records(ServerFixture.entries(1, 1)));
      Awaitility.await().until(() -> server.calls("PutRecords") == 2);

      server.close();
      server.close();

      assertThat(serverThreads()).isZero();
      assertThatThrownBy(hanging::join).hasRootCauseInstanceOf(IOException.class);
      assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), server.port()).close())
          .isInstanceOf(ConnectException.class);
      assertThat(server.recordCount(STREAM)).isEqualTo(1);
      assertThatCode(server::suspend).doesNotThrowAnyException();
      assertThatCode(server::resume).doesNotThrowAnyException();
      assertThat(serverThreads()).isZero();
    }
  }

  @Test
  void start_takenPort_failsAndLeavesNoThread() {
    try (KinesisTestServer server = KinesisTestServer.start()) {
      long threads = serverThreads();

      assertThatThrownBy(() -> KinesisTestServer.builder().port(server.port()).start())
          .hasMessageContaining("in use");

      assertThat(serverThreads()).isEqualTo(threads);
    }
  }

  @Test
  void certificatePem_tlsServer_isPem() {
    try (KinesisTestServer server = KinesisTestServer.builder().tls(true).start()) {
      assertThat(server.certificatePem())
          .startsWith("-----BEGIN CERTIFICATE-----\n")
          .endsWith("\n-----END CERTIFICATE-----\n");
      assertThat(server.endpoint()).hasScheme("https").hasHost("127.0.0.1");
    }
  }

  @Test
  void certificate_plainServer_isRefused() {
    try (KinesisTestServer server = KinesisTestServer.start()) {
      assertThatThrownBy(server::certificate).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void latency_set_holdsRepliesBack() {
    Duration latency = Duration.ofMillis(200);
    try (KinesisTestServer server =
            KinesisTestServer.builder().latency(latency).stream(STREAM, 1).start();
        KinesisAsyncClient client = Clients.kinesis(server, Clients.Format.CBOR)) {
      long startNanos = System.nanoTime();
      put(client);

      assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isGreaterThan(latency);
    }
  }

  private static void put(KinesisAsyncClient client) {
    client.putRecords(r -> r.streamName(STREAM).records(ServerFixture.entries(1, 1))).join();
  }

  private static long serverThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("kpl-testkit"))
        .count();
  }
}
