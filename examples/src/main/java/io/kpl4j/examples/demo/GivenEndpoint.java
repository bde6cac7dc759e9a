// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import io.kpl4j.KinesisProducerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** Any endpoint, with a stream that is there already and stays. Thread-safe. */
final class GivenEndpoint implements Endpoint {

  private static final int KNOCK_MILLIS = 5_000;

  private final URI url;
  private final String stream;
  private final KinesisProducerConfig config;
  private final AwsCredentialsProvider credentials;
  private final KinesisAsyncClient client;

  /**
   * Opens a client to it.
   *
   * @throws IllegalArgumentException if the configuration cannot be pointed at it
   * @throws DemoException if nothing listens there
   */
  GivenEndpoint(URI url, String stream, KinesisProducerConfig config) {
    this.url = url;
    this.stream = stream;
    this.config = Clients.pointed(config, url);
    if (config.proxyHost().isEmpty()) {
      knock();
    }
    this.credentials = Clients.credentials(url);
    this.client = Clients.open(this.config, credentials);
  }

  /**
   * A refused connection is plain at once; through the SDK's pool it may show as a time-out only.
   */
  private void knock() {
    int port = url.getPort() >= 0 ? url.getPort() : url.getScheme().equals("http") ? 80 : 443;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(url.getHost(), port), KNOCK_MILLIS);
    } catch (IOException e) {
      throw Troubles.of(e, name());
    }
  }

  @Override
  public String name() {
    return "stream " + stream + " at " + url;
  }

  @Override
  public String stream() {
    return stream;
  }

  @Override
  public KinesisProducerConfig config() {
    return config;
  }

  @Override
  public AwsCredentialsProvider credentials() {
    return credentials;
  }

  @Override
  public KinesisAsyncClient client() {
    return client;
  }

  @Override
  public Duration readPause() {
    return Duration.ofMillis(Clients.isLocal(url) ? 100 : 250);
  }

  @Override
  public void close() {
    client.close();
  }
}
