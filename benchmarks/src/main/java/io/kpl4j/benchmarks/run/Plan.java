// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The runs in their order: A B C A B C, one workload after the other. Immutable. */
final class Plan {

  private static final Set<String> QUICK = Set.of("100b", "1k", "10k", "1k-20000", "idle", "start");

  private static final int CALIBRATIONS = 2;

  /** Two times hashing, and three processes that start. */
  private static final int CALIBRATION_OVERHEAD_SECONDS = 16;

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
    for (Workload workload : Workload.ALL) {
      if (!options.quick() || QUICK.contains(workload.id())) {
        add(workload, options, runs);
      }
    }
    double each = OVERHEAD_SECONDS + options.seconds() + options.warmUpMillis() / 1e3;
    double calibrations =
        options.calibrates()
            ? CALIBRATIONS * (CALIBRATION_OVERHEAD_SECONDS + 5 * options.seconds())
            : 0;
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
    int extraTimes = options.quick() ? 0 : Math.min(times, Workload.EXTRA_TIMES);
    for (int repetition = 1; repetition <= times; repetition++) {
      List<Contender> extras = repetition <= extraTimes ? workload.extras() : List.of();
      for (Contender contender :
          Stream.concat(workload.contenders().stream(), extras.stream()).toList()) {
        if (options.wants(workload, contender)) {
          int of = workload.extras().contains(contender) ? extraTimes : times;
          runs.add(new Run(workload, contender, repetition, of));
        }
      }
    }
  }

  List<Run> runs() {
    return runs;
  }

  /** About how long it takes. */
  int seconds() {
    return seconds;
  }
}
