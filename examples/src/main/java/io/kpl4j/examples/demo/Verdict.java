// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run has shown. Immutable.
 *
 * @param findings what became of the records
 * @param tally what the producer counted
 * @param misplaced user records in aggregates that the producer knows to be dropped by consumers
 * @param cost what it took
 * @param failure why the first record failed, if one did
 */
record Verdict(
    Findings findings, Tally tally, long misplaced, Cost cost, @Nullable String failure) {

  /** With fewer records, what it costs to start would be divided by them. */
  private static final long LEAST_FOR_CPU = 10_000;

  private static final double MILLION = 1e6;

  /**
   * What a run took.
   *
   * @param sendingNanos from the first put to the last answer
   * @param processNanos CPU of everything: lines, producer, embedded endpoint, reading, compiling
   * @param producerNanos CPU of the producer's threads and of the one that makes lines and puts
   */
  record Cost(long sendingNanos, long processNanos, long producerNanos) {}

  /** Whether all is well. */
  boolean good() {
    return findings.good(misplaced);
  }

  /** The table, line by line. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (failure != null) {
      lines.add("Sending stopped at a record that failed: " + failure);
    }
    lines.add("");
    correctness(lines);
    lines.add("");
    performance(lines);
    lines.add("");
    lines.add(good() ? "All is well." : "NOT WELL: see the rows marked with !");
    return lines;
  }

  private void correctness(List<String> lines) {
    row(lines, true, "sent", findings.sent(), "");
    row(
        lines,
        findings.acknowledged() == findings.sent(),
        "acknowledged",
        findings.acknowledged(),
        "");
    row(lines, true, "read back", findings.readBack(), "");
    row(lines, findings.lost() == 0, "lost", findings.lost(), "");
    Findings.Duplicates duplicates = findings.duplicates();
    row(
        lines,
        duplicates.unannounced() == 0,
        "duplicated",
        duplicates.all(),
        duplicates.all() == 0
            ? ""
            : Amounts.count(duplicates.all() - duplicates.unannounced())
                + " of them announced by mayBeDuplicated()");
    long dropped = findings.placement().dropped();
    row(
        lines,
        dropped <= misplaced,
        "dropped by the filter",
        dropped,
        dropped == 0 ? "" : Amounts.count(misplaced) + " known to the producer and sent again");
    if (findings.placesComparable()) {
      boolean right = findings.placement().asAcknowledged();
      row(lines, right, "where acknowledged", right ? "all" : "no", "shard, sequence numbers");
    }
  }

  private void performance(List<String> lines) {
    double seconds = Math.max(1, cost.sendingNanos()) / 1e9;
    row(lines, true, "time", Amounts.time(cost.sendingNanos()), "");
    row(
        lines,
        true,
        "rate",
        Amounts.count(tally.records() / seconds) + "/s",
        Amounts.megabytes(tally.bytes() / seconds) + "/s");
    row(
        lines,
        true,
        "per Kinesis record",
        Amounts.ratio(tally.recordsPerKinesisRecord()),
        "user records");
    row(lines, true, "latency p50", Amounts.time(tally.latency().p50Nanos()), "");
    row(lines, true, "latency p99", Amounts.time(tally.latency().p99Nanos()), "");
    row(lines, true, "throttled", tally.throttled(), "Kinesis records");
    row(lines, true, "retried", tally.retried(), "Kinesis records");
    boolean enough = findings.acknowledged() >= LEAST_FOR_CPU;
    row(
        lines,
        true,
        "CPU s per million",
        enough ? perMillion(cost.processNanos()) : "-",
        enough
            ? perMillion(cost.producerNanos())
                + " of it to make, put and send; the rest: endpoint, reading, JVM"
            : "needs " + Amounts.count(LEAST_FOR_CPU) + " records");
  }

  private String perMillion(long nanos) {
    return Amounts.ratio(nanos / 1e9 / findings.acknowledged() * MILLION);
  }

  private static void row(List<String> lines, boolean fine, String name, long value, String note) {
    row(lines, fine, name, Amounts.count(value), note);
  }

  private static void row(
      List<String> lines, boolean fine, String name, String value, String note) {
    lines.add(
        String.format("%s %-22s %12s  %s", fine ? " " : "!", name, value, note).stripTrailing());
  }
}
