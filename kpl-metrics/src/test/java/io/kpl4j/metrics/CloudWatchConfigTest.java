// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.testkit.KinesisTestServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** Where metrics go, by what way and in whose name, is as configured. */
class CloudWatchConfigTest {

  @Test
  void metricsCredentialsProvider_set_signsMetricsAlone() {
    AtomicInteger forRecords = new AtomicInteger();
    AtomicInteger forMetrics = new AtomicInteger();
    try (KinesisTestServer kinesis = KinesisTestServer.builder().stream("s", 1).start();
        KinesisTestServer cloudWatch = KinesisTestServer.start()) {
      put(
          KinesisProducer.builder()
              .config(config(kinesis, cloudWatch))
              .credentialsProvider(counting(forRecords))
              .metricsCredentialsProvider(counting(forMetrics)));

      assertThat(cloudWatch.metrics()).isNotEmpty();
      assertThat(forMetrics.get()).isBetween(1, (int) cloudWatch.calls("PutMetricData"));
      assertThat(forRecords.get()).isPositive();
    }
  }

  @Test
  void metricsCredentialsProvider_notSet_isTheOneForRecords() {
    AtomicInteger forBoth = new AtomicInteger();
    try (KinesisTestServer kinesis = KinesisTestServer.builder().stream("s", 1).start();
        KinesisTestServer cloudWatch = KinesisTestServer.start()) {
      put(
          KinesisProducer.builder()
              .config(config(kinesis, cloudWatch))
              .credentialsProvider(counting(forBoth)));

      assertThat(cloudWatch.metrics()).isNotEmpty();
      assertThat(forBoth.get()).isGreaterThan((int) kinesis.calls("PutRecords"));
    }
  }

  private static KinesisProducerConfig config(
      KinesisTestServer kinesis, KinesisTestServer cloudWatch) {
    return Cloud.config(cloudWatch.endpoint())
        .kinesisEndpoint(kinesis.endpoint().toString())
        .build();
  }

  private static AwsCredentialsProvider counting(AtomicInteger calls) {
    return () -> {
      calls.incrementAndGet();
      return AwsBasicCredentials.create("access", "secret");
    };
  }

  private static void put(io.kpl4j.KinesisProducerBuilder builder) {
    try (KinesisProducer producer = builder.build()) {
      producer.put("s", "key", new byte[10]).join();
    }
  }

  @Test
  void cloudwatchEndpointAndPort_hostAndPort_areReachedOverTls(@TempDir Path folder)
      throws IOException {
    try (KinesisTestServer tls = KinesisTestServer.builder().tls(true).start()) {
      Path pem = Files.writeString(folder.resolve("ca.pem"), tls.certificatePem());

      Cloud.driveAndClose(
          Cloud.config(URI.create("http://unused"))
              .cloudwatchEndpoint("localhost")
              .cloudwatchPort(tls.port())
              .caCertFile(pem));

      assertThat(tls.metrics()).isNotEmpty();
    }
  }

  @Test
  void proxy_configured_isAskedForATunnelWithUserNameAndPassword() throws Exception {
    BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    try (ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread asked = new Thread(() -> refuse(proxy, heads), "refusing-proxy");
      asked.setDaemon(true);
      asked.start();

      Cloud.driveAndClose(
          Cloud.config(URI.create("https://monitoring.invalid"))
              .proxyHost("127.0.0.1")
              .proxyPort(proxy.getLocalPort())
              .proxyUserName("me")
              .proxyPassword("hush"));

      assertThat(heads.poll(30, SECONDS))
          .startsWith("CONNECT monitoring.invalid:443 ")
          .containsIgnoringCase("Proxy-Authorization: Basic bWU6aHVzaA==\r\n");
    }
  }

  @Test
  void upload_large_isPacked() throws Exception {
    BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread asked = new Thread(() -> refuse(listener, heads), "refusing-endpoint");
      asked.setDaemon(true);
      asked.start();
      ProducerEvents events =
          Cloud.publish(Cloud.config(URI.create("http://127.0.0.1:" + listener.getLocalPort())));
      for (int i = 0; i < 200; i++) {
        events.stream("stream-" + i).recordsDropped(1);
      }
      events.close();

      assertThat(heads.poll(30, SECONDS))
          .startsWith("POST ")
          .containsIgnoringCase("Content-Encoding: gzip\r\n");
    }
  }

  private static void refuse(ServerSocket proxy, BlockingQueue<String> heads) {
    try {
      while (true) {
        try (Socket client = proxy.accept()) {
          heads.add(head(client.getInputStream()));
          client.getOutputStream().write("HTTP/1.1 403 Forbidden\r\n\r\n".getBytes(ISO_8859_1));
        }
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    for (int next = in.read(); next >= 0 && head.indexOf("\r\n\r\n") < 0; next = in.read()) {
      head.append((char) next);
      if (head.indexOf("\r\n\r\n") >= 0) {
        return head.toString();
      }
    }
    return head.toString();
  }
}
