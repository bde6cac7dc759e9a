// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The runs in their order: A B C A B C, one workload after the other. Immutable. */
final class Plan {

  /** Hashing, twice, and four processes that start. */
  private static final int CALIBRATION_OVERHEAD_SECONDS = 14;

  /** A process starts, connects and ends in about this. */
  private static final int OVERHEAD_SECONDS = 3;

  private final List<Run> runs;
  private final int seconds;

  /**
   * One process of one producer.
   *
   * @param workload what it does
   * @param contender the producer
   * @param repetition counted from 1
   * @param repetitions how many there are
   */
  record Run(Workload workload, Contender contender, int repetition, int repetitions) {
    String title() {
      String count = repetitions > 1 ? " (" + repetition + " of " + repetitions + ")" : "";
      return workload.title() + ": " + contender.title() + count;
    }
  }

  private Plan(List<Run> runs, int seconds) {
    this.runs = List.copyOf(runs);
    this.seconds = seconds;
  }

  static Plan of(BenchOptions options) {
    List<Run> runs = new ArrayList<>();
    for (Workload workload : Workloads.ALL) {
      if (!workload.isForLocalStack() || options.localStack()) {
        add(workload, options, runs);
      }
    }
    double each = OVERHEAD_SECONDS + options.seconds() + options.warmUpMillis() / 1e3;
    double calibrations =
        options.calibrations() * (CALIBRATION_OVERHEAD_SECONDS + 4 * options.seconds());
    double all =
        calibrations
            + runs.stream()
                .mapToDouble(
                    run -> run.workload.kind() == Workload.Kind.START ? OVERHEAD_SECONDS : each)
                .sum();
    return new Plan(runs, (int) all);
  }

  private static void add(Workload workload, BenchOptions options, List<Run> runs) {
    int times = options.repetitions(workload.times());
    int extraTimes = Math.max(1, times - 1);
    for (int repetition = 1; repetition <= times; repetition++) {
      for (Contender contender : contenders(workload, options)) {
        int of = workload.extras().contains(contender) ? extraTimes : times;
        if (repetition <= of && options.wants(workload, contender)) {
          runs.add(new Run(workload, contender, repetition, of));
        }
      }
    }
  }

  private static List<Contender> contenders(Workload workload, BenchOptions options) {
    return options.quick()
        ? workload.quick()
        : Stream.concat(workload.contenders().stream(), workload.extras().stream()).toList();
  }

  List<Run> runs() {
    return runs;
  }

  /** About how long it takes. */
  int seconds() {
    return seconds;
  }
}
