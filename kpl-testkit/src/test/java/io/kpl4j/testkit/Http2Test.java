// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;

/** HTTP/2 by prior knowledge and by ALPN, and the faults on it. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
final class Http2Test {

  private static final String STREAM = "stream";

  private final KinesisTestServer server;
  private final KinesisAsyncClient client;
  private final boolean tls;

  Http2Test(boolean tls) {
    this.tls = tls;
    this.server = KinesisTestServer.builder().tls(tls).threads(2).stream(STREAM, 1).start();
    this.client = Clients.kinesisOverHttp2(server, Clients.Format.CBOR);
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void put_manyAtOnce_shareAConnection() {
    put(1, 1).join();
    List<CompletableFuture<PutRecordsResponse>> puts =
        IntStream.range(0, 20).mapToObj(i -> put(10, 100)).toList();
    puts.forEach(CompletableFuture::join);

    assertThat(server.recordCount(STREAM)).isEqualTo(201);
    assertThat(server.connections()).isLessThan(21);
  }

  @Test
  void put_tenMib_comesThroughTheWindows() {
    assertThat(put(10, 1_000_000).join().failedRecordCount()).isZero();
    assertThat(server.byteCount(STREAM)).isEqualTo(10 * 1_000_001);
  }

  static Stream<Fault> faultsThatBreakTheConnection() {
    FaultyCalls first = Fault.on("PutRecords");
    return Stream.of(first.resetConnection(), first.loseReply(), first.cutReply());
  }

  @ParameterizedTest
  @MethodSource("faultsThatBreakTheConnection")
  void fault_breaksTheConnection_failsThatCallOnly(Fault fault) {
    server.faults().add(fault);

    assertThatThrownBy(put(1, 1)::join).hasRootCauseInstanceOf(IOException.class);
    assertThat(put(1, 1).join().failedRecordCount()).isZero();
  }

  @Test
  void httpError_call_leavesTheConnection() {
    put(1, 1).join();
    server.faults().add(Fault.on("PutRecords").httpError(503));

    assertThatThrownBy(put(1, 1)::join).hasMessageContaining("Status Code: 503");
    put(1, 1).join();
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void blackHole_call_takesTheConnectionButNotWhatIsUnderWay() {
    put(1, 1).join();
    server
        .faults()
        .addSequence(
            Fault.on("PutRecords").delayReply(Duration.ofMillis(500)),
            Fault.on("PutRecords").blackHole());
    CompletableFuture<PutRecordsResponse> underWay = put(1, 1);
    Awaitility.await().until(() -> server.calls("PutRecords") == 2);
    CompletableFuture<PutRecordsResponse> swallowed = put(10, 100_000);
    Awaitility.await().until(() -> server.calls("PutRecords") == 3);

    assertThat(underWay.join().failedRecordCount()).isZero();
    CompletableFuture<PutRecordsResponse> behind = put(1, 1);
    try (KinesisAsyncClient other = Clients.kinesisOverHttp2(server, Clients.Format.CBOR)) {
      put(other, 1, 1).join();
    }

    assertThat(swallowed).isNotDone();
    assertThat(behind).isNotDone();
    // The second connection is that of the last put: what is behind shares the first.
    assertThat(server.connections()).isEqualTo(2);
    assertThat(server.recordCount(STREAM)).isEqualTo(3);
    server.suspend();
    assertThatThrownBy(swallowed::join).hasRootCauseInstanceOf(IOException.class);
    assertThatThrownBy(behind::join).hasRootCauseInstanceOf(IOException.class);
    server.resume();
    assertThat(put(1, 1).join().failedRecordCount()).isZero();
  }

  @Test
  void suspend_callsUnderWay_failsThemAndResumes() {
    server.faults().add(Fault.on("PutRecords").neverAnswer());
    CompletableFuture<PutRecordsResponse> hanging = put(1, 1);
    Awaitility.await().until(() -> server.calls("PutRecords") == 1);

    server.suspend();
    assertThatThrownBy(hanging::join).hasRootCauseInstanceOf(IOException.class);
    server.resume();

    assertThat(put(1, 1).join().failedRecordCount()).isZero();
  }

  @Test
  void send_clientThatTakesEither_isServed()
      throws IOException, InterruptedException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, tls ? Clients.trusting(server) : null, null);
    // It upgrades by ALPN, and has no prior knowledge: so it gets 1.1 without TLS.
    HttpClient either =
        HttpClient.newBuilder().sslContext(context).version(HttpClient.Version.HTTP_2).build();
    HttpRequest request =
        HttpRequest.newBuilder(server.endpoint())
            .header("Authorization", "AWS4-HMAC-SHA256 whatever")
            .header("X-Amz-Target", "Kinesis_20131202.ListStreams")
            .header("Content-Type", "application/x-amz-json-1.1")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();

    HttpResponse<String> response = either.send(request, HttpResponse.BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains(STREAM);
    assertThat(response.version())
        .isEqualTo(tls ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
  }

  private CompletableFuture<PutRecordsResponse> put(int count, int dataBytes) {
    return put(client, count, dataBytes);
  }

  private static CompletableFuture<PutRecordsResponse> put(
      KinesisAsyncClient by, int count, int dataBytes) {
    return by.putRecords(
        r -> r.streamName(STREAM).records(ServerFixture.entries(count, dataBytes)));
  }
}
