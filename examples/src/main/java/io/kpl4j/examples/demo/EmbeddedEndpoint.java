// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.testkit.KinesisTestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/**
 * The test kit's endpoint in this process: four shards with the limits of real ones, TLS. It
 * forgets what was read. Thread-safe.
 */
final class EmbeddedEndpoint implements Endpoint {

  static final int SHARDS = 4;

  private static final String STREAM = "demo";

  private final KinesisTestServer server;
  private final Path certificate;
  private final KinesisProducerConfig config;
  private final KinesisAsyncClient client;

  private EmbeddedEndpoint(KinesisTestServer server, KinesisProducerConfig config)
      throws IOException {
    this.server = server;
    this.certificate = Files.createTempFile("kpl4j-demo-", ".pem");
    this.certificate.toFile().deleteOnExit();
    Files.writeString(certificate, server.certificatePem());
    this.config =
        Clients.pointed(
            config.toBuilder().verifyCertificate(true).caCertFile(certificate).build(),
            server.endpoint());
    this.client = Clients.open(this.config, credentials());
  }

  /**
   * Starts it.
   *
   * @param config the producer's configuration without an endpoint
   * @throws IllegalArgumentException if that cannot be pointed at it
   */
  static EmbeddedEndpoint start(KinesisProducerConfig config) {
    KinesisTestServer server =
        KinesisTestServer.builder().tls(true).throttling(true).stream(STREAM, SHARDS).start();
    try {
      return new EmbeddedEndpoint(server, config);
    } catch (IOException e) {
      server.close();
      throw DemoException.failed(
          "cannot write a temporary file for the endpoint's certificate: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** The server itself, for tests. */
  KinesisTestServer server() {
    return server;
  }

  @Override
  public String name() {
    return "the embedded endpoint at "
        + server.endpoint()
        + " ("
        + SHARDS
        + " shards of 1 MiB/s, throttling)";
  }

  @Override
  public String stream() {
    return STREAM;
  }

  @Override
  public KinesisProducerConfig config() {
    return config;
  }

  @Override
  public AwsCredentialsProvider credentials() {
    return Clients.credentials(server.endpoint());
  }

  @Override
  public KinesisAsyncClient client() {
    return client;
  }

  @Override
  public Duration readPause() {
    return Duration.ofMillis(100);
  }

  @Override
  public void consumed(String shardId, String sequenceNumber) {
    server.trim(STREAM, shardId, sequenceNumber);
  }

  @Override
  public void close() {
    client.close();
    server.close();
    try {
      Files.deleteIfExists(certificate);
    } catch (IOException e) {
      // It is in the folder for temporary files, and goes with the process.
    }
  }
}
