// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.ArrayList;
import java.util.List;

/** Writes the page of a report: charts, then the tables. Stateless. */
final class HtmlPage {

  private static final String STYLE =
      """
      body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em }
      svg { font-size: 12px; fill: currentColor; max-width: 100%; height: auto; display: block }
      table { border-collapse: collapse; font-size: 13px; margin: 1em 0 }
      td, th { border-bottom: 1px solid #8884; padding: .25em .7em .25em 0; text-align: left }
      td { font-variant-numeric: tabular-nums }
      h3 { margin-bottom: .2em }
      :root { color-scheme: light dark }
      """;

  /** How it was run, and the targets; the rest are behind the charts. */
  private static final int TABLES_FIRST = 2;

  private HtmlPage() {}

  static String of(Results results) {
    StringBuilder page = new StringBuilder();
    page.append("<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'>\n");
    page.append("<title>kpl4j side by side</title>\n<style>\n").append(STYLE);
    page.append("</style></head><body>\n<h1>kpl4j, the official KPL and the plain SDK</h1>\n");
    List<Table> tables = Table.of(results);
    tables.stream().limit(TABLES_FIRST).forEach(table -> table(page, table));
    bars(page, results, "Throughput", "recordsPerSecond", "records a second", true);
    bars(page, results, "CPU per record", "cpuSecondsPerMillion", "CPU s per 10^6 records", false);
    latencies(page, results);
    memories(page, results);
    tables.stream().skip(TABLES_FIRST).forEach(table -> table(page, table));
    return page.append("</body></html>\n").toString();
  }

  private static String color(Contender contender) {
    return switch (contender) {
      case KPL4J -> "#2a7de1";
      case KPL4J_EAGER -> "#12a594";
      case KPL4J_ORDERED -> "#7a5af5";
      case KPL4J_PLAIN -> "#5bb0ff";
      case KPL4J_JDK_TLS -> "#8fb8e8";
      case KPL -> "#e5603c";
      case SDK -> "#9a9a3a";
      case SDK_JDK_TLS -> "#c9c97e";
    };
  }

  private static void bars(
      StringBuilder page,
      Results results,
      String title,
      String figure,
      String unit,
      boolean saturatingOnly) {
    heading(page, 2, title);
    for (Workload workload : results.workloads()) {
      boolean shown =
          workload.kind() == Workload.Kind.SATURATING
              || (workload.kind() == Workload.Kind.PACED && !saturatingOnly);
      if (shown) {
        heading(page, 3, workload.title() + ", " + unit);
        page.append(
            Svg.bars(
                results.contenders(workload).stream()
                    .map(
                        each ->
                            new Svg.Bar(
                                each.title(), color(each), results.range(workload, each, figure)))
                    .toList()));
      }
    }
  }

  private static void latencies(StringBuilder page, Results results) {
    heading(page, 2, "Latency distribution");
    for (Workload workload : results.workloads(Workload.Kind.PACED)) {
      heading(page, 3, workload.title());
      List<Svg.Line> lines = new ArrayList<>();
      for (Contender contender : results.contenders(workload)) {
        // Of the percentiles of the repetitions, the medians.
        List<double[]> points = new ArrayList<>();
        for (double percent : results.of(workload, contender).get(0).latencies().keySet()) {
          Range range =
              results.range(
                  workload, contender, each -> each.latencies().getOrDefault(percent, Double.NaN));
          // So the slowest have as much room as the others; the very slowest is at infinity.
          double nines = -Math.log10(1 - percent / 100);
          if (percent < 100) {
            points.add(new double[] {nines, range.median()});
          }
        }
        lines.add(new Svg.Line(contender.title(), color(contender), points));
      }
      page.append(
          Svg.lines(
              lines,
              new Svg.Axis("percent of the records", List.of("0", "90", "99", "99.9", "99.99")),
              "ms from due to acknowledged"));
    }
  }

  private static void memories(StringBuilder page, Results results) {
    heading(page, 2, "Memory over time");
    for (Workload workload : results.workloads(Workload.Kind.SATURATING)) {
      heading(page, 3, workload.title() + ", heap of " + workload.heapMebibytes() + " MiB");
      List<Svg.Line> lines = new ArrayList<>();
      for (Contender contender : results.contenders(workload)) {
        List<Measured> all = results.of(workload, contender);
        lines.add(
            new Svg.Line(
                contender.title(),
                color(contender),
                all.get(all.size() - 1).memory().stream()
                    .map(sample -> new double[] {sample.seconds(), sample.total()})
                    .toList()));
      }
      page.append(
          Svg.lines(
              lines,
              new Svg.Axis("seconds since the start", List.of()),
              "MiB resident, with child processes"));
    }
  }

  private static void table(StringBuilder page, Table table) {
    heading(page, 2, table.title());
    page.append("<table>\n");
    row(page, "th", table.head());
    table.rows().forEach(cells -> row(page, "td", cells));
    page.append("</table>\n");
  }

  private static void row(StringBuilder page, String tag, List<String> cells) {
    page.append("<tr>");
    for (String cell : cells) {
      page.append('<').append(tag).append('>').append(Svg.escape(cell));
      page.append("</").append(tag).append('>');
    }
    page.append("</tr>\n");
  }

  private static void heading(StringBuilder page, int level, String text) {
    String tag = "h" + level;
    page.append('<').append(tag).append('>').append(Svg.escape(text));
    page.append("</").append(tag).append(">\n");
  }
}
