// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Everything that was measured. Confined to one thread. */
final class Results {

  private final About about;
  private final Calibration calibration;
  private final Map<Workload, Map<Contender, List<Measured>>> runs = new LinkedHashMap<>();
  private final Map<String, String> failures = new LinkedHashMap<>();

  Results(About about, Calibration calibration) {
    this.about = about;
    this.calibration = calibration;
  }

  void add(Plan.Run run, Measured measured) {
    runs.computeIfAbsent(run.workload(), workload -> new LinkedHashMap<>())
        .computeIfAbsent(run.contender(), contender -> new ArrayList<>())
        .add(measured);
  }

  void failed(Plan.Run run, String reason) {
    failures.put(run.title(), reason);
  }

  /** How many runs were measured. */
  int count() {
    return runs.values().stream()
        .flatMap(each -> each.values().stream())
        .mapToInt(List::size)
        .sum();
  }

  /** Why, by the titles of the runs. */
  Map<String, String> failures() {
    return failures;
  }

  About about() {
    return about;
  }

  Calibration calibration() {
    return calibration;
  }

  /** In the order in which they ran. */
  List<Workload> workloads() {
    return List.copyOf(runs.keySet());
  }

  List<Workload> workloads(Workload.Kind kind) {
    return workloads().stream().filter(workload -> workload.kind() == kind).toList();
  }

  /** In the order in which they ran. */
  List<Contender> contenders(Workload workload) {
    return List.copyOf(runs.getOrDefault(workload, Map.of()).keySet());
  }

  /** The repetitions; none if it was not run. */
  List<Measured> of(Workload workload, Contender contender) {
    return runs.getOrDefault(workload, Map.of()).getOrDefault(contender, List.of());
  }

  /** A figure over the repetitions. */
  Range range(Workload workload, Contender contender, String figure) {
    return range(workload, contender, measured -> measured.get(figure));
  }

  Range range(Workload workload, Contender contender, ToDoubleFunction<Measured> figure) {
    return Range.of(
        of(workload, contender).stream().map(each -> figure.applyAsDouble(each)).toList());
  }

  /** What other processes used of the machine, in percent of a core. */
  Range othersCpuPercent() {
    return Range.of(
        runs.values().stream()
            .flatMap(each -> each.values().stream())
            .flatMap(List::stream)
            .map(measured -> measured.get("othersCpuPercent"))
            .toList());
  }

  /** Writes a folder of this run and answers its page. */
  Path write(Path parent) throws IOException {
    Path folder = Files.createDirectories(parent.resolve(about.date()));
    RawJson.write(this, folder.resolve("raw.json"));
    Files.writeString(folder.resolve("table.md"), MarkdownTable.of(this));
    for (Map.Entry<String, String> chart : Charts.of(this).entrySet()) {
      Files.writeString(folder.resolve(chart.getKey() + ".svg"), chart.getValue());
    }
    Path page = folder.resolve("page.html");
    Files.writeString(page, HtmlPage.of(this));
    return page;
  }
}
