// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.KinesisProducerConfigBuilder;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.testkit.KinesisTestServer;
import io.kpl4j.testkit.MetricDatumSeen;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** How the tests publish, and what they look for at the endpoint. Stateless. */
final class Cloud {

  static final String NAMESPACE = "TestSpace";
  static final AwsCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret"));

  private Cloud() {}

  static KinesisProducerConfigBuilder config(URI endpoint) {
    return KinesisProducerConfig.builder()
        .region("us-east-1")
        .cloudwatchEndpoint(endpoint.toString())
        .metricsNamespace(NAMESPACE)
        .metricsUploadDelay(Duration.ofMinutes(1));
  }

  static ProducerEvents publish(KinesisProducerConfigBuilder config) {
    return new CloudWatchEventsFactory().create(config.build(), CREDENTIALS).orElseThrow();
  }

  /** Drives the workload on one stream and closes. */
  static void driveAndClose(KinesisProducerConfigBuilder config) {
    ProducerEvents events = publish(config);
    Workload.drive(events.stream("clicks"));
    events.close();
  }

  static MetricDatumSeen one(
      KinesisTestServer server, String name, Map<String, String> dimensions) {
    List<MetricDatumSeen> found =
        server.metrics().stream()
            .filter(datum -> datum.name().equals(name) && datum.dimensions().equals(dimensions))
            .toList();
    assertThat(found).as(name + dimensions).hasSize(1);
    return found.get(0);
  }

  /** Count, sum, minimum and maximum of the one datum with exactly these dimensions. */
  static List<Double> statistics(
      KinesisTestServer server, String name, Map<String, String> dimensions) {
    MetricDatumSeen.Statistics set = one(server, name, dimensions).statistics().orElseThrow();
    return List.of(set.sampleCount(), set.sum(), set.minimum(), set.maximum());
  }

  static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("kpl4j-cloudwatch"))
        .toList();
  }
}
