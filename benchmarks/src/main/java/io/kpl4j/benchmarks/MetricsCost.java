// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks;

import io.kpl4j.benchmarks.PutPath.Metrics;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
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

  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private final int rounds;
  private final int seconds;
  private final Map<Metrics, double[]> cpuNanos = new EnumMap<>(Metrics.class);
  private final Map<Metrics, double[]> allocatedBytes = new EnumMap<>(Metrics.class);

  private MetricsCost(int rounds, int seconds) {
    this.rounds = rounds;
    this.seconds = seconds;
    for (Metrics metrics : Metrics.values()) {
      cpuNanos.put(metrics, new double[rounds]);
      allocatedBytes.put(metrics, new double[rounds]);
    }
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
    MetricsCost cost = new MetricsCost(rounds, seconds);
    for (int round = 0; round < rounds; round++) {
      for (Metrics metrics : Metrics.values()) {
        cost.fork(round, metrics);
      }
    }
    cost.print();
  }

  private void fork(int round, Metrics metrics) throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include(PutPath.class.getName() + ".put$")
            .param("metrics", metrics.name())
            .forks(1)
            .warmupTime(TimeValue.seconds(seconds))
            .measurementTime(TimeValue.seconds(seconds))
            .jvmArgs("-Xms1g", "-Xmx1g")
            .addProfiler(ProcessCpu.class)
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .build();
    Collection<RunResult> results = new Runner(options).run();
    Map<String, ? extends Result<?>> figures = results.iterator().next().getSecondaryResults();
    cpuNanos.get(metrics)[round] = score(figures, ProcessCpu.CPU);
    allocatedBytes.get(metrics)[round] = score(figures, ALLOCATED);
  }

  /** Older versions of JMH put a dot before the names of profilers. */
  private static double score(Map<String, ? extends Result<?>> figures, String name) {
    return figures.entrySet().stream()
        .filter(each -> each.getKey().endsWith(name))
        .mapToDouble(each -> each.getValue().getScore())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(name + " is not in " + figures.keySet()));
  }

  private void print() {
    System.out.printf(
        "%nA record of 100 bytes; medians of %d forks, CPU from the least to the greatest:%n%n",
        rounds);
    System.out.println("| metrics | CPU ns | CPU of all forks | CPU, ratio | bytes allocated |");
    System.out.println("|---|---|---|---|---|");
    double none = median(cpuNanos.get(Metrics.NONE));
    for (Metrics metrics : Metrics.values()) {
      double[] cpu = cpuNanos.get(metrics);
      System.out.printf(
          "| %s | %.1f | %.1f to %.1f | %.3f | %.1f |%n",
          metrics,
          median(cpu),
          Arrays.stream(cpu).min().orElseThrow(),
          Arrays.stream(cpu).max().orElseThrow(),
          median(cpu) / none,
          median(allocatedBytes.get(metrics)));
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
