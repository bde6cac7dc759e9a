// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import io.kpl4j.KeyOrder;
import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.KinesisProducerConfigBuilder;
import io.kpl4j.MetricsLevel;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** This library's producer. Thread-safe. */
final class Kpl4jTarget implements Target {

  /** In percent of a shard's limits: so that the endpoint is the limit. */
  private static final int NO_RATE_LIMIT = 1_000_000;

  private final KinesisProducer producer;

  private Kpl4jTarget(KinesisProducer producer) {
    this.producer = producer;
  }

  static Kpl4jTarget create(Contender contender, URI endpoint, Duration linger) {
    KinesisProducerConfigBuilder config =
        KinesisProducerConfig.builder()
            .region("us-east-1")
            .kinesisEndpoint(endpoint.toString())
            .verifyCertificate(false)
            .metricsLevel(MetricsLevel.NONE)
            .adaptiveRateLimit(false)
            .rateLimit(NO_RATE_LIMIT)
            .recordMaxBufferedTime(contender == Contender.KPL4J_EAGER ? Duration.ZERO : linger)
            .keyOrder(contender == Contender.KPL4J_ORDERED ? KeyOrder.SKIP : KeyOrder.NONE)
            .aggregationEnabled(contender != Contender.KPL4J_PLAIN);
    return new Kpl4jTarget(
        KinesisProducer.builder()
            .config(config.build())
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret")))
            .build());
  }

  @Override
  public void put(String stream, String key, byte[] data, Ack ack) {
    var unused = producer.put(stream, key, data).whenComplete(ack);
  }

  @Override
  public void flush() {
    var unused = producer.flush();
  }

  @Override
  public void close() {
    producer.close();
  }
}
