// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The runs in their order: A B C A B C, one workload after the other. Immutable. */
final class Plan {

  /** A process starts, connects and puts a record, and ends. */
  private static final double START_SECONDS = 3.5;

  /** A run makes its streams and reads what is stored. */
  private static final double RUN_SECONDS = 0.5;

  /** What the KPL puts when it drains; the others take no time for that. */
  private static final double KPL_RECORDS_PER_SECOND = 18_000;

  /** LocalStack starts, once it is installed. */
  private static final double LOCALSTACK_SECONDS = 10;

  private final List<Run> runs;
  private final int seconds;

  /**
   * A workload once by one producer.
   *
   * @param workload what it does
   * @param contender the producer
   * @param repetition counted from 1
   * @param repetitions how many there are
   * @param isLast whether the producer's lasting process is not needed any more
   */
  record Run(
      Workload workload, Contender contender, int repetition, int repetitions, boolean isLast) {
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
    markLast(runs);
    return new Plan(runs, (int) Math.ceil(seconds(runs, options)));
  }

  private static void add(Workload workload, BenchOptions options, List<Run> runs) {
    int times = options.repetitions(workload.times());
    int extraTimes = options.repetitions(1);
    for (int repetition = 1; repetition <= times; repetition++) {
      for (Contender contender : contenders(workload, options)) {
        int of = workload.extras().contains(contender) ? extraTimes : times;
        if (repetition <= of && options.wants(workload, contender)) {
          runs.add(new Run(workload, contender, repetition, of, false));
        }
      }
    }
  }

  private static List<Contender> contenders(Workload workload, BenchOptions options) {
    return options.quick()
        ? workload.quick()
        : Stream.concat(workload.contenders().stream(), workload.extras().stream()).toList();
  }

  private static void markLast(List<Run> runs) {
    Set<Contender> needed = EnumSet.noneOf(Contender.class);
    for (int i = runs.size() - 1; i >= 0; i--) {
      Run run = runs.get(i);
      if (!run.workload.isApart() && needed.add(run.contender)) {
        runs.set(i, new Run(run.workload, run.contender, run.repetition, run.repetitions, true));
      }
    }
  }

  private static double seconds(List<Run> runs, BenchOptions options) {
    double seconds = Calibration.seconds(options);
    if (runs.stream().anyMatch(run -> run.workload.isForLocalStack())) {
      seconds += LOCALSTACK_SECONDS;
    }
    for (Run run : runs) {
      double drain = drainSeconds(run);
      // Who is done here has been started.
      if (run.isLast || run.workload.isApart()) {
        boolean warms = run.contender != Contender.BARE_JVM;
        seconds += START_SECONDS + (warms ? options.warmUpMillis(run.workload) / 1e3 + drain : 0);
      }
      if (run.workload.kind() != Workload.Kind.START) {
        seconds += options.warmUpAgainMillis() / 1e3 + options.seconds() + RUN_SECONDS + 2 * drain;
      }
    }
    return seconds;
  }

  private static double drainSeconds(Run run) {
    return run.contender.isOfficialKpl() && run.workload.kind() == Workload.Kind.SATURATING
        ? run.workload.maxOutstandingRecords() / KPL_RECORDS_PER_SECOND
        : 0;
  }

  List<Run> runs() {
    return runs;
  }

  /** About how long it takes. */
  int seconds() {
    return seconds;
  }
}
