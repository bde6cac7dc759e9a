// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A table for people, in whatever markup. Immutable.
 *
 * @param title what it shows
 * @param head the names of its columns
 * @param rows the cells
 */
record Table(String title, List<String> head, List<List<String>> rows) {

  /** A figure and how people call it. */
  private record Column(String figure, String head) {}

  private static final List<Column> COLUMNS =
      List.of(
          new Column("recordsPerSecond", "records/s"),
          new Column("cpuSecondsPerMillion", "CPU s per 10^6"),
          new Column("p50Millis", "p50 ms"),
          new Column("p99Millis", "p99 ms"),
          new Column("p999Millis", "p99.9 ms"),
          new Column("peakMebibytes", "peak RSS MiB"),
          new Column("userRecordsPerRecord", "user records per Kinesis record"),
          new Column("recordsPerCall", "user records per call"),
          new Column("endpointCpuSecondsPerMillion", "endpoint's CPU s per 10^6"),
          new Column("duplicates", "stored twice"),
          new Column("othersCpuPercent", "other processes, % of a core"));

  /** The tables of a report, in their order; none without rows. */
  static List<Table> of(Results results) {
    return Stream.of(
            facts(results),
            failures(results),
            Targets.of(results),
            load(results),
            localStack(results),
            others(results),
            calibration(results))
        .filter(table -> !table.rows.isEmpty())
        .toList();
  }

  private static Table facts(Results results) {
    return pairs("How it was run", "", "", results.about().facts());
  }

  private static Table failures(Results results) {
    return pairs("Runs that failed", "run", "why", results.failures());
  }

  private static Table pairs(String title, String name, String value, Map<String, String> pairs) {
    return new Table(
        title,
        List.of(name, value),
        pairs.entrySet().stream().map(pair -> List.of(pair.getKey(), pair.getValue())).toList());
  }

  private static Table calibration(Results results) {
    return new Table(
        "Calibration",
        List.of("figure", "value"),
        results.calibration().figures().entrySet().stream()
            .map(each -> List.of(each.getKey(), Range.of(each.getValue()).text()))
            .toList());
  }

  private static Table load(Results results) {
    return underLoad("Under load, on " + results.about().get(About.ENDPOINT), false, results);
  }

  private static Table localStack(Results results) {
    return underLoad(
        "Under load, on "
            + results.about().get(About.LOCALSTACK)
            + ", whose own ceiling of about 1 MB/s a core bounds all but the CPU of the producers",
        true,
        results);
  }

  private static Table underLoad(String title, boolean localStack, Results results) {
    List<List<String>> rows = new ArrayList<>();
    for (Workload workload : results.workloads()) {
      if (workload.isUnderLoad() && workload.isForLocalStack() == localStack) {
        for (Contender contender : results.contenders(workload)) {
          rows.add(underLoad(workload, contender, results));
        }
      }
    }
    List<String> head = new ArrayList<>(List.of("workload", "producer"));
    COLUMNS.forEach(column -> head.add(column.head));
    head.add("runs");
    return new Table(title, head, rows);
  }

  private static List<String> underLoad(Workload workload, Contender contender, Results results) {
    List<String> row = new ArrayList<>(List.of(workload.title(), contender.title()));
    COLUMNS.forEach(column -> row.add(results.range(workload, contender, column.figure).text()));
    row.add(Integer.toString(results.of(workload, contender).size()));
    return row;
  }

  private static Table others(Results results) {
    List<List<String>> rows = new ArrayList<>();
    for (Workload workload : results.workloads()) {
      for (Contender contender : results.contenders(workload)) {
        if (workload.kind() == Workload.Kind.IDLE) {
          rows.add(row(results, workload, contender, "cpuPercent", "% of a core"));
        } else if (workload.kind() == Workload.Kind.START) {
          rows.add(row(results, workload, contender, "startMillis", "ms"));
        }
      }
    }
    return new Table("Idle and start", List.of("workload", "producer", "figure", "runs"), rows);
  }

  private static List<String> row(
      Results results, Workload workload, Contender contender, String figure, String unit) {
    return List.of(
        workload.title(),
        contender.title(),
        String.format(
            Locale.ROOT, "%s %s", results.range(workload, contender, figure).text(), unit),
        Integer.toString(results.of(workload, contender).size()));
  }
}
