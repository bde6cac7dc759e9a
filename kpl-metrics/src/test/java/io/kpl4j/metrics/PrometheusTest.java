// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.MetricsGranularity;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

/** What Prometheus reads from a registry of its own kind. */
class PrometheusTest {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @Test
  void scrape_ofAKnownWorkload_hasItsNumbers() {
    MicrometerEvents events = new MicrometerEvents(registry, MetricsGranularity.SHARD);
    PendingState state = new PendingState();
    events.started(state);
    new KnownWorkload(events).drive();

    assertThat(registry.scrape().lines())
        .contains(
            "kpl4j_user_records_received_total{stream=\"clicks\"} 9.0",
            "kpl4j_user_records_data_put_bytes_total{shard=\"shardId-000000000000\","
                + "stream=\"clicks\"} 600.0",
            "kpl4j_errors_total{error=\"SdkClientException\",shard=\"unknown\",stream=\"clicks\"}"
                + " 1.0",
            "kpl4j_request_time_seconds_count{stream=\"views\"} 2",
            "kpl4j_request_time_seconds_sum{stream=\"views\"} 0.065",
            "kpl4j_user_records_retries_max{shard=\"shardId-000000000001\",stream=\"clicks\"} 2.0",
            "kpl4j_shard_rate{shard=\"shardId-000000000001\",stream=\"clicks\"} 0.9",
            "kpl4j_records_outstanding 12.0",
            "kpl4j_buffer_used_bytes 1000.0",
            "kpl4j_record_oldest_age_seconds 2.0",
            "kpl4j_user_records_pending{stream=\"clicks\"} 12.0",
            "# TYPE kpl4j_user_records_put_total counter");
    assertThat(state.outstandingRecords()).isEqualTo(12);
  }

  @Test
  void scrape_withHistograms_hasBuckets() {
    Workload.drive(MicrometerEvents.builder(registry).histograms(true).build().stream("clicks"));

    assertThat(registry.scrape().lines())
        .anyMatch(
            line ->
                line.startsWith("kpl4j_user_records_latency_seconds_bucket{")
                    && line.contains("le=\"+Inf\"")
                    && line.endsWith(" 3"));
  }
}
