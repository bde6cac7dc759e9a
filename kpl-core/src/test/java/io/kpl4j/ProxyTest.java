// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kpl4j.testkit.KinesisTestServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.utils.internal.SystemSettingUtilsTestBackdoor;

/** Records that go through an HTTP proxy. */
class ProxyTest {

  private static final String PASSWORD = "hush-4711";

  @TempDir Path folder;

  /** Puts one record by way of the proxy. */
  private static RecordResult put(
      KinesisTestServer server, ConnectProxy proxy, Consumer<KinesisProducerConfigBuilder> settings)
      throws Exception {
    try (KinesisProducer producer =
        Producers.builder(
                server,
                config -> settings.accept(config.proxyHost("127.0.0.1").proxyPort(proxy.port())))
            .build()) {
      return producer.put("s", "key", new byte[10]).get(30, SECONDS);
    }
  }

  private static KinesisTestServer plain() {
    return KinesisTestServer.builder().stream("s", 1).start();
  }

  private Path certificateOf(KinesisTestServer server) throws IOException {
    return Files.writeString(folder.resolve("ca.pem"), server.certificatePem());
  }

  @Test
  void put_throughAProxyToAPlainEndpoint_isStored() throws Exception {
    try (KinesisTestServer server = plain();
        ConnectProxy proxy = ConnectProxy.open(server.port())) {
      RecordResult result =
          put(server, proxy, config -> config.kinesisEndpoint("http://kinesis.invalid:1234"));

      assertThat(result.sequenceNumber()).isNotEmpty();
      assertThat(server.recordCount("s")).isEqualTo(1);
      assertThat(proxy.tunnels()).isNotEmpty().containsOnly("kinesis.invalid:1234");
    }
  }

  @Test
  void put_throughAProxyToATlsEndpoint_isStored() throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().tls(true).stream("s", 1).start();
        ConnectProxy proxy = ConnectProxy.open(server.port())) {
      Path pem = certificateOf(server);

      put(
          server,
          proxy,
          config -> config.kinesisEndpoint("localhost").kinesisPort(7).caCertFile(pem));

      assertThat(server.recordCount("s")).isEqualTo(1);
      assertThat(proxy.tunnels()).isNotEmpty().containsOnly("localhost:7");
    }
  }

  @Test
  void put_throughAProxyThatAsksWho_isStoredWithUserNameAndPassword() throws Exception {
    try (KinesisTestServer server = plain();
        ConnectProxy proxy = ConnectProxy.guarded(server.port(), "me", PASSWORD)) {
      put(server, proxy, config -> config.proxyUserName("me").proxyPassword(PASSWORD));

      assertThat(server.recordCount("s")).isEqualTo(1);
      assertThat(proxy.refused()).isEmpty();
    }
  }

  @Test
  void put_throughAProxyWithTheWrongPassword_failsAndNobodyIsToldIt() throws Exception {
    try (KinesisTestServer server = plain();
        ConnectProxy proxy = ConnectProxy.guarded(server.port(), "me", "another")) {
      Throwable[] failure = new Throwable[1];
      String log =
          Logs.of(
              () ->
                  failure[0] =
                      catchThrowable(
                          () ->
                              put(
                                  server,
                                  proxy,
                                  config ->
                                      config
                                          .recordTtl(Duration.ofSeconds(2))
                                          .proxyUserName("me")
                                          .proxyPassword(PASSWORD))));

      assertThat(failure[0]).hasCauseInstanceOf(RecordFailedException.class);
      StringWriter text = new StringWriter();
      failure[0].printStackTrace(new PrintWriter(text, true));
      assertThat(text.toString()).doesNotContain(PASSWORD);
      assertThat(log).doesNotContain(PASSWORD);
      assertThat(proxy.refused()).isNotEmpty();
      assertThat(server.recordCount("s")).isZero();
    }
  }

  @Test
  void fromProperties_proxyOfAFile_isUsed() throws Exception {
    try (KinesisTestServer server = plain();
        ConnectProxy proxy = ConnectProxy.guarded(server.port(), "me", PASSWORD)) {
      Properties file = new Properties();
      file.setProperty("Region", "us-east-1");
      file.setProperty("MetricsLevel", "none");
      file.setProperty("KinesisEndpoint", server.endpoint().toString());
      file.setProperty("ProxyHost", "127.0.0.1");
      file.setProperty("ProxyPort", String.valueOf(proxy.port()));
      file.setProperty("ProxyUserName", "me");
      file.setProperty("ProxyPassword", PASSWORD);

      try (KinesisProducer producer =
          Producers.builder(server, config -> {})
              .config(KinesisProducerConfig.fromProperties(file))
              .build()) {
        producer.put("s", "key", new byte[10]).get(30, SECONDS);
      }

      assertThat(proxy.tunnels()).isNotEmpty();
    }
  }

  @Test
  void put_proxyInTheSystemPropertiesOfTheRuntime_isUsedWhereNoneIsConfigured() throws Exception {
    try (KinesisTestServer server = plain();
        ConnectProxy proxy = ConnectProxy.open(server.port())) {
      System.setProperty("http.proxyHost", "127.0.0.1");
      System.setProperty("http.proxyPort", String.valueOf(proxy.port()));
      try (KinesisProducer producer =
          Producers.builder(server, config -> config.kinesisEndpoint("http://kinesis.invalid:80"))
              .build()) {
        producer.put("s", "key", new byte[10]).get(30, SECONDS);
      } finally {
        System.clearProperty("http.proxyHost");
        System.clearProperty("http.proxyPort");
      }
      assertThat(proxy.tunnels()).isNotEmpty();
    }
  }

  private void putWithEnvironment(KinesisTestServer server, String host, int port)
      throws Exception {
    Path pem = certificateOf(server);
    try (KinesisProducer producer =
        Producers.builder(
                server, config -> config.kinesisEndpoint(host).kinesisPort(port).caCertFile(pem))
            .build()) {
      producer.put("s", "key", new byte[10]).get(30, SECONDS);
    } finally {
      SystemSettingUtilsTestBackdoor.clearEnvironmentVariableOverrides();
    }
  }

  private static void setEnvironment(String variable, String value) {
    SystemSettingUtilsTestBackdoor.addEnvironmentVariableOverride(variable, value);
  }

  @Test
  void put_httpsProxyInTheEnvironment_isUsedForATlsEndpoint() throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().tls(true).stream("s", 1).start();
        ConnectProxy proxy = ConnectProxy.guarded(server.port(), "me", PASSWORD)) {
      setEnvironment("HTTPS_PROXY", "http://me:" + PASSWORD + "@127.0.0.1:" + proxy.port());
      putWithEnvironment(server, "localhost", 7);
      assertThat(proxy.tunnels()).isNotEmpty().containsOnly("localhost:7");
      assertThat(proxy.refused()).isEmpty();
    }
  }

  @Test
  void put_hostInNoProxy_isReachedWithoutAProxy() throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().tls(true).stream("s", 1).start();
        ConnectProxy proxy = ConnectProxy.open(server.port())) {
      setEnvironment("HTTPS_PROXY", "http://127.0.0.1:" + proxy.port());
      setEnvironment("NO_PROXY", "example.com,localhost");
      putWithEnvironment(server, "localhost", server.port());
      assertThat(proxy.tunnels()).isEmpty();
      assertThat(server.recordCount("s")).isEqualTo(1);
    }
  }
}
