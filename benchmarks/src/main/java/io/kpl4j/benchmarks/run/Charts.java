// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The charts of a report. Confined to one thread. */
final class Charts {

  /** Those of which the legend has figures. */
  private static final List<Double> PERCENTILES = List.of(50.0, 99.0, 99.9);

  private final Results results;

  private Charts(Results results) {
    this.results = results;
  }

  /** By the names of their files, without the ending; none that would be empty. */
  static Map<String, String> of(Results results) {
    Charts charts = new Charts(results);
    Map<String, String> all = new LinkedHashMap<>();
    add(all, "throughput", "Throughput, records a second (more is better)", charts.rates());
    add(all, "cpu", "CPU seconds per million records (less is better)", charts.cpu());
    add(all, "latency", "Latency, ms from when a record is due to its result", charts.latencies());
    add(all, "memory", "Resident memory, MiB, child processes included", charts.memories());
    return all;
  }

  private static void add(
      Map<String, String> all, String name, String title, List<Svg.Panel> panels) {
    if (!panels.isEmpty()) {
      all.put(name, Svg.chart(title, panels));
    }
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
      case BARE_JVM -> "#888888";
    };
  }

  private List<Svg.Panel> rates() {
    return results.workloads().stream()
        .filter(each -> each.kind() == Workload.Kind.SATURATING && !each.isApart())
        .map(each -> bars(each, "recordsPerSecond"))
        .toList();
  }

  private List<Svg.Panel> cpu() {
    return results.workloads().stream()
        .filter(each -> each.isUnderLoad() && !each.isApart())
        .map(each -> bars(each, "cpuSecondsPerMillion"))
        .toList();
  }

  private Svg.Panel bars(Workload workload, String figure) {
    return Svg.bars(
        workload.title(),
        results.contenders(workload).stream()
            .map(
                each ->
                    new Svg.Bar(each.title(), color(each), results.range(workload, each, figure)))
            .toList());
  }

  private List<Svg.Panel> latencies() {
    return results.workloads(Workload.Kind.PACED).stream()
        .map(
            workload ->
                Svg.lines(
                    workload.title() + "; records wait up to 100 ms for company, eager ones 0 ms",
                    results.contenders(workload).stream()
                        .map(each -> latencies(workload, each))
                        .toList(),
                    new Svg.Axis(
                        "percent of the records",
                        List.of(
                            new Svg.Tick(0, "0"),
                            new Svg.Tick(nines(50), "50"),
                            new Svg.Tick(1, "90"),
                            new Svg.Tick(2, "99"),
                            new Svg.Tick(3, "99.9"),
                            new Svg.Tick(4, "99.99"))),
                    "ms"))
        .toList();
  }

  private Svg.Line latencies(Workload workload, Contender contender) {
    List<double[]> points = new ArrayList<>();
    for (double percent : results.of(workload, contender).get(0).latencies().keySet()) {
      // The very slowest is at infinity.
      if (percent < 100) {
        points.add(new double[] {nines(percent), median(workload, contender, percent)});
      }
    }
    StringBuilder label = new StringBuilder(contender.title());
    for (double percent : PERCENTILES) {
      String millis = Range.text(median(workload, contender, percent));
      String separator = percent == PERCENTILES.get(0) ? ": " : ", ";
      label.append(String.format(Locale.ROOT, "%sp%s %s ms", separator, name(percent), millis));
    }
    return new Svg.Line(label.toString(), color(contender), points);
  }

  /** Of the percentiles of the repetitions. */
  private double median(Workload workload, Contender contender, double percent) {
    return results
        .range(workload, contender, each -> each.latencies().getOrDefault(percent, Double.NaN))
        .median();
  }

  /** So the slowest have as much room as the others. */
  private static double nines(double percent) {
    return -Math.log10(1 - percent / 100);
  }

  private static String name(double percent) {
    return percent == Math.rint(percent)
        ? Long.toString(Math.round(percent))
        : Double.toString(percent);
  }

  private List<Svg.Panel> memories() {
    return results.workloads(Workload.Kind.SATURATING).stream()
        .filter(Workload::isApart)
        .map(
            workload ->
                Svg.lines(
                    workload.title(),
                    results.contenders(workload).stream()
                        .map(each -> memory(workload, each))
                        .toList(),
                    new Svg.Axis("seconds since the start", List.of()),
                    "MiB"))
        .toList();
  }

  /** Of the last repetition. */
  private Svg.Line memory(Workload workload, Contender contender) {
    List<Measured> all = results.of(workload, contender);
    return new Svg.Line(
        contender.title(),
        color(contender),
        all.get(all.size() - 1).memory().stream()
            .map(sample -> new double[] {sample.seconds(), sample.total()})
            .toList());
  }
}
