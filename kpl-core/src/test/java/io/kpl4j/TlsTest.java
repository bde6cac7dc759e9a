// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kpl4j.testkit.KinesisTestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A producer says nothing, of no kind, to an endpoint that cannot show who it is: neither records
 * nor listings, nor a signature.
 */
class TlsTest {

  @TempDir Path folder;

  private static KinesisTestServer server() {
    return KinesisTestServer.builder().tls(true).stream("s", 1).start();
  }

  private static void assertNothingCame(KinesisTestServer server) {
    assertThat(server.connections()).isPositive();
    for (String operation : List.of("PutRecords", "ListShards", "DescribeStreamSummary")) {
      assertThat(server.calls(operation)).as(operation).isZero();
    }
  }

  /** Why a warm-up fails; and that a record put then does. */
  private static Throwable refusal(
      KinesisTestServer server, Consumer<KinesisProducerConfigBuilder> settings) {
    try (KinesisProducer producer =
        Producers.builder(
                server, config -> settings.accept(config.recordTtl(Duration.ofSeconds(1))))
            .build()) {
      Throwable failure = catchThrowable(() -> producer.warmUp("s").get(60, SECONDS));
      assertThat(catchThrowable(() -> producer.put("s", "k", new byte[10]).get(60, SECONDS)))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(RecordFailedException.class);
      return failure;
    }
  }

  @Test
  void endpoint_thatSignedItsOwnCertificate_isRefusedByDefault() {
    try (KinesisTestServer server = server()) {
      assertThat(refusal(server, config -> {}))
          .hasCauseInstanceOf(WarmUpFailedException.class)
          .hasMessageContaining("SSLHandshakeException");
      assertNothingCame(server);
    }
  }

  @Test
  void endpoint_withTheTrustedCertificateOfAnotherHost_isRefused() throws Exception {
    try (KinesisTestServer server = server();
        ConnectProxy anywhere = ConnectProxy.open(server.port())) {
      Path pem = Files.writeString(folder.resolve("ca.pem"), server.certificatePem());

      Throwable failure =
          refusal(
              server,
              config ->
                  config
                      .caCertFile(pem)
                      .kinesisEndpoint("https://127.0.0.9:443")
                      .proxyHost("127.0.0.1")
                      .proxyPort(anywhere.port()));

      assertThat(failure)
          .hasCauseInstanceOf(WarmUpFailedException.class)
          .hasMessageContaining("SSLHandshakeException")
          .hasMessageContaining("127.0.0.9");
      assertThat(anywhere.tunnels()).containsOnly("127.0.0.9:443");
      assertNothingCame(server);
    }
  }

  @Test
  void endpoint_thatIsPlainWhereTlsWasMeant_isToldNothing() {
    try (KinesisTestServer plain = KinesisTestServer.builder().stream("s", 1).start()) {
      String withTls = plain.endpoint().toString().replace("http:", "https:");

      assertThat(refusal(plain, config -> config.kinesisEndpoint(withTls)))
          .hasCauseInstanceOf(WarmUpFailedException.class);
      assertNothingCame(plain);
    }
  }
}
