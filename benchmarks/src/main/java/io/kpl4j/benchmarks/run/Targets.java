// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.ArrayList;
import java.util.List;

/** Holds what was measured against what was aimed at. Confined to one thread. */
final class Targets {

  /** A user record of 100 bytes with its share of the aggregate. */
  private static final double SMALL_RECORD_BYTES = 141;

  private static final Workload SMALL_HEAP = Workloads.of("1k-small-heap");

  private final Results results;
  private final Calibration calibration;
  private final List<List<String>> rows = new ArrayList<>();

  private Targets(Results results) {
    this.results = results;
    this.calibration = results.calibration();
  }

  /** The table; rows of what was not run are left out. */
  static Table of(Results results) {
    Targets targets = new Targets(results);
    targets.judge();
    return new Table(
        "Targets, on " + results.about().get(About.ENDPOINT),
        List.of("work", "kpl4j", "held against", "figure", "must", "aim", "verdict"),
        targets.rows);
  }

  private void judge() {
    cpu("100b", 40, 55, 2.1);
    cpu("1k", 8, 10, 2.0);
    cpu("10k", 2.6, 3, 2.0);
    rate("100b", 8, 20);
    rate("1k", 6, 8);
    latencies();
    memory("1k-large-heap", 2, 3);
    memory(SMALL_HEAP.id(), 2, 3);
    own();
    idleAndStart();
    shards();
  }

  private Range ours(String workload, Contender contender, String figure) {
    return results.range(Workloads.of(workload), contender, figure);
  }

  private void cpu(String workload, double must, double aim, double mustFloor) {
    String title = "CPU s per 10^6, " + Workloads.of(workload).title();
    String figure = "cpuSecondsPerMillion";
    Range mine = ours(workload, Contender.KPL4J, figure);
    Range theirs = ours(workload, Contender.KPL, figure);
    atLeast(
        title,
        mine,
        "times less than the KPL's " + theirs.text(),
        theirs.median() / mine.median(),
        must,
        aim);
    floor(title, workload, Contender.KPL4J, "", mustFloor);
    floor(title + ", JDK's TLS", workload, Contender.KPL4J_JDK_TLS, Calibration.JDK_TLS, mustFloor);
  }

  private void floor(
      String title, String workload, Contender contender, String tls, double mustFloor) {
    Range mine = ours(workload, contender, "cpuSecondsPerMillion");
    double bytes = ours(workload, contender, "bytesPerUserRecord").median();
    double floor = calibration.floorSecondsPerMillion(tls, bytes);
    String against = "times the floor of " + Range.text(floor);
    atMost(title, mine, against, mine.median() / floor, mustFloor, 1.7, "x");
  }

  private void rate(String workload, double must, double aim) {
    Range mine = ours(workload, Contender.KPL4J, "recordsPerSecond");
    Range theirs = ours(workload, Contender.KPL, "recordsPerSecond");
    String title = "records/s, " + Workloads.of(workload).title();
    atLeast(
        title,
        mine,
        "times the KPL's " + theirs.text(),
        mine.median() / theirs.median(),
        must,
        aim);
  }

  private void latencies() {
    Range mine = ours("1k-20000", Contender.KPL4J, "p99Millis");
    Range theirs = ours("1k-20000", Contender.KPL, "p99Millis");
    atMost(
        "p99 at 20,000/s of 1 KiB, linger 100 ms, ms",
        mine,
        against(theirs),
        mine.median(),
        theirs.median(),
        110,
        " ms");
    Range eager = ours("1k-20000", Contender.KPL4J_EAGER, "p99Millis");
    atMost("p99 at 20,000/s of 1 KiB, eager, ms", eager, "", eager.median(), 15, 10, " ms");
  }

  /** Ours with a heap of 256 MiB, whatever the KPL has. */
  private void memory(String workloadOfTheKpl, double must, double aim) {
    Range mine = results.range(SMALL_HEAP, Contender.KPL4J, "peakMebibytes");
    Workload other = Workloads.of(workloadOfTheKpl);
    Range theirs = results.range(other, Contender.KPL, "peakMebibytes");
    String against =
        "times less than the KPL's "
            + theirs.text()
            + " with a heap of "
            + other.heapMebibytes()
            + " MiB";
    double ratio = theirs.median() / mine.median();
    atLeast("peak RSS MiB, 1 KiB, heap of 256 MiB", mine, against, ratio, must, aim);
  }

  private void own() {
    Range own = calibration.range("own.ownNanos");
    String title = "own work without transport, 100 B, ns";
    double toHashing = calibration.ownToHashing(SMALL_RECORD_BYTES);
    atMost(title, own, "times its hashing in the same process", toHashing, 1.6, 1.4, "x");
    double rest = calibration.ownWithoutHashingNanos(SMALL_RECORD_BYTES);
    atMost("the same without hashing", Range.of(List.of(rest)), "", rest, 200, 120, " ns");
    Range bytes = calibration.range("own.ownBytes");
    // What goes into the request is no garbage of the producer's own.
    double garbage = bytes.median() - SMALL_RECORD_BYTES;
    atMost("bytes allocated, 100 B", bytes, "less its own in the request", garbage, 150, 80, " B");
  }

  private void idleAndStart() {
    Range idle = ours("idle", Contender.KPL4J, "cpuPercent");
    Range theirs = ours("idle", Contender.KPL, "cpuPercent");
    Range bare = ours("idle", Contender.BARE_JVM, "cpuPercent");
    String against = against(theirs) + (bare.isEmpty() ? "" : "; a bare JVM's " + bare.text());
    atMost("idle, % of a core", idle, against, idle.median(), 0.1, Double.NaN, " %");
    Range start = ours("start", Contender.KPL4J, "startMillis");
    Range theirStart = ours("start", Contender.KPL, "startMillis");
    atMost(
        "start to the first record, ms",
        start,
        against(theirStart),
        start.median(),
        1_000,
        500.0,
        " ms");
  }

  private static String against(Range theirs) {
    return theirs.isEmpty() ? "" : "KPL's " + theirs.text();
  }

  private void shards() {
    Range one = ours("1k-1-shard", Contender.KPL4J, "cpuSecondsPerMillion");
    Range many = ours("1k-1000-shards", Contender.KPL4J, "cpuSecondsPerMillion");
    atMost(
        "CPU s per 10^6, 1,000 shards",
        many,
        "times that of 1 shard, " + one.text(),
        many.median() / one.median(),
        1.3,
        1.1,
        "x");
  }

  private void atLeast(
      String title, Range mine, String against, double figure, double must, double aim) {
    if (!Double.isNaN(figure)) {
      String verdict = figure >= aim ? "aim met" : figure >= must ? "must met" : "missed";
      add(title, mine, against, List.of(times(figure), times(must), times(aim), verdict));
    }
  }

  private void atMost(
      String title,
      Range mine,
      String against,
      double figure,
      double must,
      double aim,
      String unit) {
    if (!Double.isNaN(figure) && !Double.isNaN(must)) {
      String verdict = figure <= aim ? "aim met" : figure <= must ? "must met" : "missed";
      String aimed = Double.isNaN(aim) ? "" : Range.text(aim) + unit;
      add(
          title,
          mine,
          against,
          List.of(Range.text(figure) + unit, Range.text(must) + unit, aimed, verdict));
    }
  }

  private static String times(double figure) {
    return Range.text(figure) + "x";
  }

  private void add(String title, Range mine, String against, List<String> rest) {
    List<String> row = new ArrayList<>(List.of(title, mine.text(), against));
    row.addAll(rest);
    rows.add(row);
  }
}
