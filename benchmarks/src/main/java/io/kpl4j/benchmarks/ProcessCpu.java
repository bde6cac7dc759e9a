// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * CPU time of the whole process for each operation, in nanoseconds: of callers, loop, senders,
 * callbacks, uploads and the collector together. Confined to JMH's thread.
 */
public final class ProcessCpu implements InternalProfiler {

  /** How results name it. */
  static final String CPU = "cpu";

  /** The same without the JIT compiler, of the least disturbed iteration; on Linux only. */
  static final String OWN_CPU = "own";

  private final OperatingSystemMXBean process =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private long beforeNanos;
  private ProcessTree.@Nullable Cpu before;

  /** Creates what JMH asks for. */
  public ProcessCpu() {}

  @Override
  public String getDescription() {
    return "CPU time of the process";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    before = onLinux() ? ProcessTree.ofThis().cpu() : null;
    beforeNanos = process.getProcessCpuTime();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    long nanos = process.getProcessCpuTime() - beforeNanos;
    long operations = Math.max(1, result.getMetadata().getAllOps());
    List<Result<?>> results = new ArrayList<>();
    results.add(figure(CPU, nanos, operations, AggregationPolicy.AVG));
    if (before != null) {
      ProcessTree.Cpu after = ProcessTree.ofThis().cpu();
      long own = after.totalNanosSince(before) - after.compilerNanosSince(before);
      results.add(figure(OWN_CPU, own, operations, AggregationPolicy.MIN));
    }
    return results;
  }

  private static ScalarResult figure(
      String name, long nanos, long operations, AggregationPolicy policy) {
    return new ScalarResult(name, (double) nanos / operations, "ns/op", policy);
  }

  private static boolean onLinux() {
    return System.getProperty("os.name").equals("Linux");
  }
}
