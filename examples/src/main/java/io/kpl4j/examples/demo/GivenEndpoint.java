// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import io.kpl4j.KinesisProducerConfig;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** Any endpoint, with a stream that is there already and stays. Thread-safe. */
final class GivenEndpoint implements Endpoint {

  private final URI url;
  private final String stream;
  private final KinesisProducerConfig config;
  private final AwsCredentialsProvider credentials;
  private final KinesisAsyncClient client;

  /**
   * Opens a client to it; calls nobody yet.
   *
   * @throws IllegalArgumentException if the configuration cannot be pointed at it
   */
  GivenEndpoint(URI url, String stream, KinesisProducerConfig config) {
    this.url = url;
    this.stream = stream;
    this.config = Clients.pointed(config, url);
    this.credentials = Clients.credentials(url);
    this.client = Clients.open(this.config, credentials);
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
