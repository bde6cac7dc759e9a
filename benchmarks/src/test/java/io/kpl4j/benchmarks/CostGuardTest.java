// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Keeps what a record costs from creeping up: CPU as ratios of one run, in CPU time and not in
 * seconds, so that a busy machine changes little; allocation in bytes, which no machine changes.
 * The bounds of ratios are about a third above the most that was measured.
 */
final class CostGuardTest {

  private static Cost bareMd5;
  private static Cost append;
  private static Cost appendByProtobuf;
  private static Cost put;

  @BeforeAll
  static void run() throws RunnerException {
    bareMd5 = run(HashKeys.class, "bareMd5", 500_000);
    append = run(Aggregates.class, "append", 10_000);
    appendByProtobuf = run(Aggregates.class, "appendByProtobuf", 10_000);
    put = run(PutPath.class, "put", 2);
  }

  /** As much work in each iteration on any machine, so that the code is as warm. */
  private static Cost run(Class<?> type, String method, int times) throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(type.getName() + "." + method + "$")
                    .param("shards", "10")
                    .param("lingerMillis", "20000")
                    .param("metrics", PutPath.Metrics.NONE.name())
                    .forks(1)
                    .mode(Mode.SingleShotTime)
                    .warmupIterations(10)
                    .warmupBatchSize(times)
                    .measurementIterations(5)
                    .measurementBatchSize(times)
                    // Who wants code compiled waits for it: on a busy machine the compiler lags.
                    .jvmArgs(
                        "-Xms512m", "-Xmx512m", "-Xbatch", "-XX:-UseDynamicNumberOfCompilerThreads")
                    .addProfiler(ProcessCpu.class)
                    .addProfiler(GCProfiler.class)
                    .shouldFailOnError(true)
                    .build())
            .run();
    assertThat(results).hasSize(1);
    return new Cost(results.iterator().next(), times);
  }

  /** What a record costs. JMH takes a batch for one operation. */
  private record Cost(RunResult result, int batch) {

    /** On Linux only. */
    double cpuNanos() {
      return MetricsCost.score(result, ProcessCpu.OWN_CPU) / batch;
    }

    double allocatedBytes() {
      return MetricsCost.score(result, MetricsCost.ALLOCATED) / batch;
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void append_besideTheBuilderOfProtobufJava_costsLess() {
    assertThat(append.cpuNanos() / appendByProtobuf.cpuNanos()).isLessThan(1);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void put_besideTheMd5OfItsKey_isNoMoreThanThisMuchDearer() {
    assertThat(put.cpuNanos() / bareMd5.cpuNanos()).isLessThan(11);
  }

  @Test
  void append_record_allocatesKeysAndNothingElse() {
    assertThat(append.allocatedBytes()).isLessThan(62);
  }

  @Test
  void put_record_allocatesNoMoreThanThis() {
    assertThat(put.allocatedBytes()).isLessThan(275);
  }
}
