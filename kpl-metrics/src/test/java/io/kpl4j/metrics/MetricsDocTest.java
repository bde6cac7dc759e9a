// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Holds the tables of docs/metrics.md against the code. */
class MetricsDocTest {

  private static final Path DOC = Path.of("..", "docs", "metrics.md");

  @Test
  void doc_table_listsTheMetricsAndWhatToDoAboutEach() throws IOException {
    List<String> rows = rows("## The table");

    assertThat(rows).hasSameSizeAs(Metric.values());
    Iterator<String> each = rows.iterator();
    for (Metric metric : Metric.values()) {
      String row = each.next();
      assertThat(row).startsWith(row(metric)).endsWith(" |");
      assertThat(row.substring(row(metric).length(), row.length() - 2))
          .as("what to do when " + metric + " moves")
          .hasSizeGreaterThan(20)
          .doesNotContain(" | ");
    }
  }

  @Test
  void doc_gauges_areThoseOfTheCode() throws IOException {
    List<String> expected = new ArrayList<>();
    for (ProducerGauges.OfProducer gauge : ProducerGauges.OfProducer.values()) {
      expected.add("| `%s` |  | %s |".formatted(gauge.meterName(), gauge.meaning()));
    }
    expected.add(
        "| `%s` | stream | %s |"
            .formatted(ProducerGauges.SHARD_MAP_AGE, ProducerGauges.SHARD_MAP_AGE_MEANING));

    assertThat(rows("## Meters")).containsExactlyElementsOf(expected);
  }

  private static List<String> rows(String heading) throws IOException {
    List<String> rows = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(DOC)) {
      if (line.startsWith("## ")) {
        inside = line.equals(heading);
      } else if (inside && line.startsWith("| `")) {
        rows.add(line);
      }
    }
    return rows;
  }

  private static String row(Metric metric) {
    return "| `%s` | %s | %s | %s | %s | %s | "
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
