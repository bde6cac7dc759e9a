// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks;

import static java.util.Objects.requireNonNull;

import io.kpl4j.benchmarks.PutPath.Metrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * What metrics cost, as ratios in one run: the forks of the settings take turns, so that a machine
 * that grows slower or faster meets all of them alike.
 */
public final class MetricsCost {

  /** Bytes for each operation, as JMH names it. */
  static final String ALLOCATED = "gc.alloc.rate.norm";

  /** What was measured of one setting, by round. */
  private record Figures(Metrics metrics, List<Double> cpuNanos, List<Double> allocatedBytes) {
    Figures(Metrics metrics) {
      this(metrics, new ArrayList<>(), new ArrayList<>());
    }
  }

  private final int seconds;
  private final List<Figures> all;

  private MetricsCost(int seconds) {
    this.seconds = seconds;
    this.all = Arrays.stream(Metrics.values()).map(Figures::new).toList();
  }

  /**
   * Runs and prints.
   *
   * @param arguments the number of rounds, 5 by default, and the seconds of an iteration, 2
   * @throws RunnerException if a fork fails
   */
  public static void main(String[] arguments) throws RunnerException {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2;
    MetricsCost cost = new MetricsCost(seconds);
    for (int round = 0; round < rounds; round++) {
      for (Figures figures : cost.all) {
        cost.fork(figures);
      }
    }
    cost.print();
  }

  private void fork(Figures figures) throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include(PutPath.class.getName() + ".put$")
            .param("metrics", figures.metrics.name())
            .forks(1)
            .warmupTime(TimeValue.seconds(seconds))
            .measurementTime(TimeValue.seconds(seconds))
            .jvmArgs("-Xms1g", "-Xmx1g")
            .addProfiler(ProcessCpu.class)
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .build();
    Collection<RunResult> results = new Runner(options).run();
    RunResult result = results.iterator().next();
    figures.cpuNanos.add(score(result, ProcessCpu.CPU));
    figures.allocatedBytes.add(score(result, ALLOCATED));
  }

  /** A figure of a profiler. Older versions of JMH put a dot before the names of profilers. */
  static double score(RunResult result, String name) {
    String full =
        result.getSecondaryResults().keySet().stream()
            .filter(each -> each.endsWith(name))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("JMH has measured no " + name));
    return requireNonNull(result.getSecondaryResults().get(full)).getScore();
  }

  /** The first setting is what the others are held against. */
  private void print() {
    System.out.printf(
        "%nA record of 100 bytes; medians of %d forks, CPU from the least to the greatest:%n%n",
        all.get(0).cpuNanos.size());
    System.out.println("| metrics | CPU ns | CPU of all forks | CPU, ratio | bytes allocated |");
    System.out.println("|---|---|---|---|---|");
    for (Figures each : all) {
      System.out.printf(
          "| %s | %.1f | %.1f to %.1f | %.3f | %.1f |%n",
          each.metrics,
          median(each.cpuNanos),
          Collections.min(each.cpuNanos),
          Collections.max(each.cpuNanos),
          median(each.cpuNanos) / median(all.get(0).cpuNanos),
          median(each.allocatedBytes));
    }
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }
}
