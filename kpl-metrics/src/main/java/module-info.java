// SPDX-License-Identifier: Apache-2.0
/** Metrics of the producer: Micrometer for any registry, and CloudWatch by configuration. */
module io.kpl4j.metrics {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires transitive io.kpl4j;
  requires transitive micrometer.core;
  requires micrometer.registry.cloudwatch2;
  requires org.slf4j;
  requires software.amazon.awssdk.awscore;
  requires software.amazon.awssdk.core;
  requires software.amazon.awssdk.regions;
  requires software.amazon.awssdk.services.cloudwatch;

  exports io.kpl4j.metrics;

  provides io.kpl4j.event.ProducerEventsFactory with
      io.kpl4j.metrics.CloudWatchEventsFactory;
}
