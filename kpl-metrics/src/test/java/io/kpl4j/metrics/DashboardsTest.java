// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricsDimension;
import io.kpl4j.MetricsGranularity;
import io.kpl4j.MetricsLevel;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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

  @Test
  void cloudWatch_searches_haveSchemasThatArePublished() throws IOException {
    assertThat(published()).containsAll(searches(Set.of(), Set.of()));
  }

  /** As the README there says. */
  @Test
  void cloudWatch_searchesWithAdditionalDimensions_haveSchemasThatArePublished()
      throws IOException {
    Set<String> published =
        published(
            MetricsDimension.of("Service", "shop", MetricsGranularity.GLOBAL),
            MetricsDimension.of("Env", "test", MetricsGranularity.STREAM),
            MetricsDimension.of("Host", "h1", MetricsGranularity.SHARD));

    assertThat(published).containsAll(searches(Set.of("Service"), Set.of("Env")));
    assertThat(published).doesNotContainAnyElementsOf(searches(Set.of(), Set.of()));
  }

  /**
   * Metric and names of dimensions of each SEARCH, with these added to all or to those of shards.
   */
  private static Set<String> searches(Set<String> toAll, Set<String> toShards) throws IOException {
    Set<String> searches = new TreeSet<>();
    Pattern.compile("SEARCH\\('\\{KinesisProducerLibrary,([\\w,]+)} MetricName=\\\\\"(\\w+)\\\\\"")
        .matcher(Files.readString(FOLDER.resolve("cloudwatch.json")))
        .results()
        .forEach(
            search -> {
              Set<String> names = new TreeSet<>(List.of(search.group(1).split(",", -1)));
              names.addAll(toAll);
              if (names.contains("ShardId")) {
                names.addAll(toShards);
              }
              searches.add(search.group(2) + names);
            });
    assertThat(searches).hasSize(3);
    return searches;
  }

  private static Set<String> published(MetricsDimension... additional) {
    LocalEvents events =
        new LocalEvents(
            KinesisProducerConfig.builder()
                .metricsLevel(MetricsLevel.DETAILED)
                .metricsGranularity(MetricsGranularity.SHARD)
                .additionalMetricsDimensions(additional)
                .build());
    new KnownWorkload(events).drive();
    return events.metrics().orElseThrow().sinceStart().stream()
        .map(window -> window.name() + new TreeSet<>(window.dimensions().keySet()))
        .collect(Collectors.toSet());
  }
}
