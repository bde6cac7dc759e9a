// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.MetricsGranularity;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The dashboards of docs/dashboards ask for metrics that there are, and for all that matter. */
class DashboardsTest {

  private static final Path FOLDER = Path.of("..", "docs", "dashboards");

  private static Set<String> found(String file, String pattern) throws IOException {
    return Pattern.compile(pattern)
        .matcher(Files.readString(FOLDER.resolve(file)))
        .results()
        .map(DashboardsTest::firstGroup)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String firstGroup(MatchResult match) {
    return match.group(1) == null ? match.group(2) : match.group(1);
  }

  @Test
  void grafana_queries_nameWhatPrometheusScrapes() throws IOException {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    MicrometerEvents events = new MicrometerEvents(registry, MetricsGranularity.SHARD);
    new KnownWorkload(events).drive();
    Set<String> scraped =
        registry
            .scrape()
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split("[{ ]", 2)[0])
            .collect(Collectors.toSet());

    Set<String> asked = found("grafana-prometheus.json", "\\b(kpl4j_[a-z0-9_]+)\\b");
    assertThat(asked).hasSizeGreaterThan(25);
    assertThat(scraped).containsAll(asked);
  }

  @Test
  void cloudWatch_widgets_nameMetricsOfTheTable() throws IOException {
    Set<String> asked =
        found(
            "cloudwatch.json",
            "\"KinesisProducerLibrary\",\\s*\"(\\w+)\"|MetricName=\\\\\"(\\w+)\\\\\"");

    assertThat(asked)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Metric.values()).map(Metric::cloudWatchName).toList());
  }
}
