// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Keeps what a record costs from creeping up: CPU as ratios of one run, in CPU time and not in
 * seconds, so that a busy machine changes little; allocation in bytes, which no machine changes.
 * The bounds of ratios are about twice what was measured.
 */
final class CostGuardTest {

  private static final TimeValue ITERATION = TimeValue.milliseconds(500);

  private static RunResult bareMd5;
  private static RunResult encode;
  private static RunResult encodeByProtobuf;
  private static RunResult put;

  @BeforeAll
  static void run() throws RunnerException {
    bareMd5 = run(HashKeys.class, "bareMd5", "shards", "10", 2);
    encode = run(Aggregates.class, "encode", "", "", 4);
    encodeByProtobuf = run(Aggregates.class, "encodeByProtobuf", "", "", 4);
    put = run(PutPath.class, "put", "metrics", "NONE", 10);
  }

  private static RunResult run(
      Class<?> type, String method, String parameter, String value, int warmUps)
      throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(type.getName() + "." + method + "$")
                    .param(parameter, value)
                    .forks(1)
                    .warmupIterations(warmUps)
                    .warmupTime(ITERATION)
                    .measurementIterations(4)
                    .measurementTime(ITERATION)
                    .jvmArgs("-Xms512m", "-Xmx512m", "-XX:-UseDynamicNumberOfCompilerThreads")
                    .addProfiler(ProcessCpu.class)
                    .addProfiler(GCProfiler.class)
                    .shouldFailOnError(true)
                    .build())
            .run();
    assertThat(results).hasSize(1);
    return results.iterator().next();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void encode_besideProtobufJava_costsLess() {
    assertThat(ownCpu(encode) / ownCpu(encodeByProtobuf)).isLessThan(0.9);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void put_besideTheMd5OfItsKey_costsNoMoreThanThisTimes() {
    assertThat(ownCpu(put) / ownCpu(bareMd5)).isLessThan(12);
  }

  @Test
  void encode_aggregateOfSmallRecords_allocatesLittle() {
    assertThat(allocatedBytes(encode)).isLessThan(400);
  }

  @Test
  void put_recordOf100Bytes_allocatesAtMostThisMuch() {
    assertThat(allocatedBytes(put)).isLessThan(700);
  }

  private static double ownCpu(RunResult result) {
    return figure(result, ProcessCpu.OWN_CPU);
  }

  private static double allocatedBytes(RunResult result) {
    return figure(result, "gc.alloc.rate.norm");
  }

  /** Older versions of JMH put a dot before the names of profilers. */
  private static double figure(RunResult result, String name) {
    return result.getSecondaryResults().entrySet().stream()
        .filter(each -> each.getKey().endsWith(name))
        .map(each -> (Result<?>) each.getValue())
        .mapToDouble(Result::getScore)
        .findFirst()
        .orElseThrow();
  }
}
