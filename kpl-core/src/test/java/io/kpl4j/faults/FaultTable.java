// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.faults;

import io.kpl4j.FailureReason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** The results of the matrix as tables in Markdown. Stateless. */
final class FaultTable {

  private static final String COLUMNS =
      " | cells | accepted | stored | given up | seen twice | of at most | dropped copies | p99 ms |"
          + " last ms |\n|---|---|---|---|---|---|---|---|---|---|\n";

  private FaultTable() {}

  /** A row for each fault alone, for each that lasts, and for each with every other one. */
  static String byFault(List<CellResult> results) {
    StringBuilder table = new StringBuilder("| fault" + COLUMNS);
    for (FaultKind kind : FaultKind.values()) {
      row(table, kind.label, results, of(kind, 1).and(result -> !result.cell.lasting()));
    }
    for (FaultKind kind : FaultKind.values()) {
      row(table, kind.label + ", lasting", results, of(kind, 1).and(r -> r.cell.lasting()));
    }
    for (FaultKind kind : FaultKind.values()) {
      row(table, kind.label + " + each other", results, of(kind, 2));
    }
    row(table, "**all cells**", results, result -> true);
    return table.toString();
  }

  /** A row for each cell. */
  static String byCell(List<CellResult> results) {
    StringBuilder table = new StringBuilder("| cell" + COLUMNS);
    results.forEach(result -> row(table, result.cell.toString(), List.of(result), each -> true));
    return table.toString();
  }

  private static Predicate<CellResult> of(FaultKind kind, int faults) {
    return result -> result.cell.has(kind) && result.cell.kinds().size() == faults;
  }

  private static void row(
      StringBuilder table, String name, List<CellResult> results, Predicate<CellResult> which) {
    List<CellResult> rows = results.stream().filter(which).toList();
    if (rows.isEmpty()) {
      return;
    }
    List<Long> latencies = new ArrayList<>();
    rows.forEach(result -> latencies.addAll(result.latencies()));
    table.append(
        String.format(
            Locale.ROOT,
            "| %s | %d | %,d | %,d | %s | %,d | %,d | %,d | %,d | %,d |\n",
            name,
            rows.size(),
            rows.stream().mapToLong(CellResult::accepted).sum(),
            rows.stream().mapToLong(result -> result.acknowledged).sum(),
            givenUp(rows),
            rows.stream().mapToLong(result -> result.seenAgain).sum(),
            rows.stream().mapToLong(result -> result.mayBeSeenAgain).sum(),
            rows.stream().mapToLong(result -> result.dropped).sum(),
            CellResult.percentileNanos(latencies, 0.99) / 1_000_000,
            CellResult.percentileNanos(latencies, 1) / 1_000_000));
  }

  private static String givenUp(List<CellResult> rows) {
    Map<FailureReason, Integer> sums = new EnumMap<>(FailureReason.class);
    rows.forEach(
        result ->
            result.givenUp.forEach((reason, count) -> sums.merge(reason, count, Integer::sum)));
    if (sums.isEmpty()) {
      return "0";
    }
    List<String> each = new ArrayList<>();
    sums.forEach(
        (reason, count) ->
            each.add(
                String.format(
                    Locale.ROOT,
                    "%,d %s",
                    count,
                    reason.name().toLowerCase(Locale.ROOT).replace('_', ' '))));
    return String.join(", ", each);
  }
}
