// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;

/** What befalls connections and the port, plain and TLS. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
final class ConnectionFaultTest {

  private static final String STREAM = "stream";

  private final KinesisTestServer server;
  private final KinesisAsyncClient client;

  ConnectionFaultTest(boolean tls) {
    this.server = KinesisTestServer.builder().tls(tls).stream(STREAM, 1).start();
    this.client = Clients.kinesis(server, Clients.Format.CBOR);
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void reset_firstConnection_isResetAndTheNextServes() {
    server.faults().add(Fault.onConnection().reset());

    assertThatThrownBy(
            () -> {
              try (Socket socket = connect()) {
                socket.getInputStream().read();
              }
            })
        .isInstanceOf(SocketException.class);
    put().join();
    assertThat(server.connections()).isEqualTo(2);
  }

  @Test
  void failHandshake_firstConnection_isRefusedAndTheNextServes() {
    server.faults().add(Fault.onConnection().failHandshake());

    assertThatThrownBy(
            () -> {
              SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
              try (SSLSocket socket =
                  (SSLSocket) factory.createSocket(connect(), "localhost", server.port(), true)) {
                socket.startHandshake();
              }
            })
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("handshake_failure");
    put().join();
    assertThat(server.recordCount(STREAM)).isEqualTo(1);
  }

  @Test
  void blackHole_firstConnection_waitsUntilTheServerGoes() {
    server.faults().add(Fault.onConnection().blackHole());

    CompletableFuture<PutRecordsResponse> hanging = put();
    Awaitility.await().until(() -> server.connections() == 1);
    put().join();

    assertThat(hanging).isNotDone();
    assertThat(server.calls("PutRecords")).isEqualTo(1);
    server.suspend();
    assertThatThrownBy(hanging::join).hasRootCauseInstanceOf(IOException.class);
  }

  @Test
  void openConnections_clientCloses_areGone() {
    put().join();
    assertThat(server.openConnections()).isEqualTo(1);

    client.close();

    Awaitility.await().until(() -> server.openConnections() == 0);
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void openConnections_suspended_areGone() {
    server.faults().add(Fault.onConnection().blackHole());
    CompletableFuture<PutRecordsResponse> hanging = put();
    Awaitility.await().until(() -> server.openConnections() == 1);

    server.suspend();

    assertThat(server.openConnections()).isZero();
    assertThatThrownBy(hanging::join).hasRootCauseInstanceOf(IOException.class);
  }

  @Test
  void onConnection_anyOperation_isNotMeant() {
    server.faults().add(Fault.on(Fault.ANY_OPERATION).httpError(503));

    assertThatThrownBy(put()::join).hasMessageContaining("Status Code: 503");
  }

  @Test
  void suspendServer_call_isRefusedUntilTheOutageIsOver() {
    server.faults().add(Fault.on("PutRecords").suspendServer(Duration.ofMillis(50)));

    assertThatThrownBy(put()::join).hasRootCauseInstanceOf(IOException.class);
    Awaitility.await().until(() -> put().handle((response, failure) -> failure == null).join());

    assertThat(server.recordCount(STREAM)).isEqualTo(1);
  }

  @Test
  void close_inAnOutage_endsItAndItsThread() {
    server.faults().add(Fault.on("PutRecords").suspendServer(Duration.ofHours(1)));
    assertThatThrownBy(put()::join).hasRootCauseInstanceOf(IOException.class);
    Awaitility.await()
        .untilAsserted(
            () -> assertThatThrownBy(() -> connect().close()).isInstanceOf(ConnectException.class));

    server.close();

    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("kpl-testkit"));
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.port());
  }

  private CompletableFuture<PutRecordsResponse> put() {
    return client.putRecords(r -> r.streamName(STREAM).records(ServerFixture.entries(1, 1)));
  }
}
