// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Runs producers side by side and writes what they came to; {@code --help} says more. */
public final class Bench {

  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  /** More than a machine needs that is left alone. */
  private static final double MAX_OTHERS_CPU_PERCENT = 10;

  private Bench() {}

  /**
   * Runs, and ends the process.
   *
   * @param words the command line
   */
  public static void main(String[] words) {
    try {
      BenchOptions options = BenchOptions.parse(words);
      if (options.help()) {
        System.out.println(Help.text());
      } else if (options.list()) {
        list(Plan.of(options));
      } else {
        run(options, words);
      }
    } catch (UsageException e) {
      System.err.println("bench: " + e.getMessage() + "; ./bench --help shows what there is");
      System.exit(WRONG_USAGE);
    } catch (IOException | IllegalStateException | UncheckedIOException e) {
      System.err.println("bench: " + reasons(e));
      System.exit(FAILED);
    }
    System.exit(0);
  }

  private static String reasons(Throwable failure) {
    String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    @Nullable Throwable cause = failure.getCause();
    return cause == null ? reason : reason + ": " + reasons(cause);
  }

  private static void list(Plan plan) {
    plan.runs().stream()
        .map(run -> run.workload().id() + "/" + run.contender().id())
        .distinct()
        .forEach(System.out::println);
    System.out.println(plan.runs().size() + " runs, about " + minutes(plan));
  }

  private static String minutes(Plan plan) {
    return String.format(Locale.ROOT, "%.0f minutes", Math.ceil(plan.seconds() / 60.0));
  }

  private static void run(BenchOptions options, String[] words) throws IOException {
    Plan plan = Plan.of(options);
    if (plan.runs().isEmpty()) {
      throw new UsageException("--only leaves nothing to run");
    }
    Path home = Path.of(System.getProperty("kpl.bench.home", "."));
    ClassPaths classPaths = ClassPaths.of(home.resolve("benchmarks/official-kpl/target"));
    Progress progress =
        new Progress(System.out, Integer.getInteger("kpl.bench.width", 0), plan.runs().size());
    System.out.println(plan.runs().size() + " runs, about " + minutes(plan));
    Calibration calibration = new Calibration();
    Results results = new Results(About.of(options, words, classPaths), calibration);
    try (Endpoints endpoints = new Endpoints(home, classPaths)) {
      Runner runner = new Runner(endpoints, classPaths, options, progress);
      if (options.calibrations() > 0) {
        calibrate(calibration, endpoints, classPaths, options);
      }
      for (Plan.Run run : plan.runs()) {
        progress.begin();
        try {
          Measured measured = runner.run(run);
          results.add(run, measured);
          progress.done(run, measured);
        } catch (RuntimeException e) {
          // The others are worth having.
          results.failed(run, reasons(e));
          System.err.println("bench: " + run.title() + " failed: " + reasons(e));
        }
      }
      if (options.calibrations() > 1) {
        try {
          calibrate(calibration, endpoints, classPaths, options);
        } catch (RuntimeException e) {
          // The first will have to do.
          System.err.println("bench: the second calibration failed: " + reasons(e));
        }
      }
    }
    Range others = results.othersCpuPercent();
    if (others.median() > MAX_OTHERS_CPU_PERCENT) {
      System.err.println(
          "bench: other processes used "
              + others.text()
              + " % of a core meanwhile: the figures are worth little");
    }
    System.out.println(results.write(home.resolve("benchmarks/results")));
    if (!results.failures().isEmpty()) {
      throw new IllegalStateException(results.failures().size() + " runs failed, as said above");
    }
  }

  /** Before and after the runs, as a machine may change its pace. */
  private static void calibrate(
      Calibration calibration, Endpoints endpoints, ClassPaths classPaths, BenchOptions options) {
    System.out.println("calibrating: hashing, TLS, the producer's own work");
    calibration.measure(endpoints.testkit(), classPaths, options);
  }
}
