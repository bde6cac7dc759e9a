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

  /** The tables of a report, in their order; none without rows. */
  static List<Table> of(Results results) {
    return Stream.of(
            facts(results),
            failures(results),
            Targets.of(results),
            load(results),
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

  private static Table pairs(
      String title, String name, String value, Map<String, String> pairs) {
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
    List<List<String>> rows = new ArrayList<>();
    for (Workload workload : results.workloads()) {
      if (workload.kind() == Workload.Kind.SATURATING || workload.kind() == Workload.Kind.PACED) {
        for (Contender contender : results.contenders(workload)) {
          rows.add(
              List.of(
                  workload.title(),
                  contender.title(),
                  results.range(workload, contender, "recordsPerSecond").text(),
                  results.range(workload, contender, "cpuSecondsPerMillion").text(),
                  results.range(workload, contender, "p50Millis").text(),
                  results.range(workload, contender, "p99Millis").text(),
                  results.range(workload, contender, "peakMebibytes").text(),
                  results.range(workload, contender, "userRecordsPerRecord").text(),
                  results.range(workload, contender, "endpointCpuSecondsPerMillion").text(),
                  Integer.toString(results.of(workload, contender).size())));
        }
      }
    }
    return new Table(
        "Under load",
        List.of(
            "workload",
            "producer",
            "records/s",
            "CPU s per 10^6",
            "p50 ms",
            "p99 ms",
            "peak RSS MiB",
            "user records per Kinesis record",
            "endpoint's CPU s per 10^6",
            "runs"),
        rows);
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
