// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kpl4j.testkit.Fault;
import io.kpl4j.testkit.KinesisTestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** A request into a black hole ends at {@code RequestTimeout}, whichever kind of hole it is. */
class RequestTimeoutTest {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(1);

  /** For a machine under load; the KPL takes 12 s and more at any setting. */
  private static final Duration GENEROUS = Duration.ofSeconds(6);

  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret"));

  private static KinesisProducerConfig config(String endpoint) {
    return KinesisProducerConfig.builder()
        .region("us-east-1")
        .metricsLevel(MetricsLevel.NONE)
        .kinesisEndpoint(endpoint)
        .requestTimeout(REQUEST_TIMEOUT)
        .recordTtl(Duration.ofMillis(1_500))
        .build();
  }

  private static KinesisProducer producer(String endpoint) {
    return KinesisProducer.builder()
        .config(config(endpoint))
        .credentialsProvider(CREDENTIALS)
        .build();
  }

  private static void assertEndsAtRequestTimeout(KinesisProducer producer) throws Exception {
    try {
      CompletableFuture<RecordResult> future = producer.put("clicks", "user", new byte[100]);
      ExecutionException thrown =
          catchThrowableOfType(ExecutionException.class, () -> future.get(60, TimeUnit.SECONDS));
      assertThat(thrown.getCause()).isInstanceOf(RecordFailedException.class);
      RecordFailedException failed = (RecordFailedException) requireNonNull(thrown.getCause());
      assertThat(failed.reason()).isEqualTo(FailureReason.EXPIRED);
      assertThat(failed.mayBeStored()).isTrue();
      assertThat(failed.attempts()).isNotEmpty();
      for (Attempt attempt : failed.attempts()) {
        assertThat(attempt.errorCode().orElseThrow()).contains("Timeout");
        assertThat(attempt.duration())
            .isBetween(REQUEST_TIMEOUT.minusMillis(100), REQUEST_TIMEOUT.plus(GENEROUS));
      }
    } finally {
      producer.close(Duration.ofSeconds(1));
    }
  }

  @Test
  void put_endpointReadsAndNeverAnswers_endsAtRequestTimeout() throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("clicks", 1).start()) {
      server.faults().add(Fault.on(Fault.ANY_OPERATION).always().neverAnswer());
      assertEndsAtRequestTimeout(producer(server.endpoint().toString()));
      assertThat(server.calls("PutRecords")).isPositive();
    }
  }

  @Test
  void put_usersClientAndEndpointThatNeverAnswers_endsAtRequestTimeout() throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("clicks", 1).start();
        KinesisAsyncClient client =
            KinesisAsyncClient.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(server.endpoint())
                .credentialsProvider(CREDENTIALS)
                .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1))
                .build()) {
      server.faults().add(Fault.on(Fault.ANY_OPERATION).always().neverAnswer());
      assertEndsAtRequestTimeout(
          KinesisProducer.builder()
              .config(config(server.endpoint().toString()))
              .kinesisClient(client)
              .build());
    }
  }

  @Test
  void put_endpointThatNeverShakesHands_endsAtRequestTimeout() throws Exception {
    // The kernel takes the connection; nobody ever answers the client's first TLS message.
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      assertEndsAtRequestTimeout(producer("https://127.0.0.1:" + silent.getLocalPort()));
    }
  }

  @Test
  void put_endpointThatAcceptsNoConnection_endsAtRequestTimeout() throws Exception {
    List<Socket> waiting = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assumeTrue(fill(full, waiting), "the backlog of a socket is bounded here");
      assertEndsAtRequestTimeout(producer("http://127.0.0.1:" + full.getLocalPort()));
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  /** Connects until a connection is not taken any more. */
  private static boolean fill(ServerSocket server, List<Socket> waiting) throws IOException {
    for (int i = 0; i < 20; i++) {
      Socket socket = new Socket();
      waiting.add(socket);
      try {
        socket.connect(server.getLocalSocketAddress(), 500);
      } catch (SocketTimeoutException notTaken) {
        return true;
      }
    }
    return false;
  }
}
