// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Holds the table of docs/metrics.md against the code's. */
class MetricsDocTest {

  private static final Path DOC = Path.of("..", "docs", "metrics.md");

  @Test
  void doc_table_equalsTheMetrics() throws IOException {
    List<String> rows =
        Files.readAllLines(DOC).stream().filter(line -> line.startsWith("| `")).toList();

    assertThat(rows)
        .containsExactlyElementsOf(
            Arrays.stream(Metric.values()).map(MetricsDocTest::row).toList());
  }

  private static String row(Metric metric) {
    return "| `%s` | %s | %s | %s | %s | %s |"
        .formatted(
            metric.cloudWatchName(),
            metric.hasMeter() ? "`" + metric.meterName() + "`" : "",
            metric.measure().unit(),
            metric.level().name().toLowerCase(Locale.ROOT),
            dimensions(metric),
            metric.meaning());
  }

  private static String dimensions(Metric metric) {
    return (metric.perError() ? "ErrorCode, " : "")
        + "StreamName"
        + (metric.perShard() ? ", ShardId" : "");
  }
}
