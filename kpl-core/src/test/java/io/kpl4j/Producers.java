// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import io.kpl4j.testkit.KinesisTestServer;
import java.time.Duration;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Producers for tests against the embedded endpoint. */
final class Producers {

  /** Of nobody. */
  static final AwsCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret"));

  /** Of tests that are not about time: a busy machine is no outage. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private Producers() {}

  static KinesisProducerBuilder builder(
      KinesisTestServer server, Consumer<KinesisProducerConfigBuilder> settings) {
    KinesisProducerConfigBuilder config =
        KinesisProducerConfig.builder()
            .region("us-east-1")
            .metricsLevel(MetricsLevel.NONE)
            .requestTimeout(PATIENCE)
            .kinesisEndpoint(server.endpoint().toString());
    settings.accept(config);
    return KinesisProducer.builder().config(config.build()).credentialsProvider(CREDENTIALS);
  }
}
