// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs producers side by side and writes what they came to; {@code --help} says more. */
public final class Bench {

  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  /** More than a machine needs that is left alone. */
  private static final double MAX_OTHERS_CPU_PERCENT = 10;

  private static final long MAX_WRITE_MILLIS = 20_000;

  private static volatile boolean interrupted;
  private static volatile boolean over;

  private final BenchOptions options;
  private final Path home;
  private final ClassPaths classPaths;
  private final Calibration calibration = new Calibration();
  private final Results results;

  private Bench(BenchOptions options, String[] words) {
    this.options = options;
    this.home = Path.of(System.getProperty("kpl.bench.home", "."));
    this.classPaths = ClassPaths.of(home.resolve("benchmarks/official-kpl/target"));
    this.results = new Results(About.of(options, words, classPaths, home), calibration);
  }

  /**
   * Runs, and ends the process.
   *
   * @param words the command line
   */
  public static void main(String[] words) {
    Thread main = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupt(main)));
    int code = 0;
    try {
      BenchOptions options = BenchOptions.parse(words);
      if (options.help()) {
        System.out.println(Help.text());
      } else if (options.list()) {
        list(Plan.of(options));
      } else {
        new Bench(options, words).run();
      }
    } catch (UsageException e) {
      System.err.println("bench: " + e.getMessage() + "; ./bench --help shows what there is");
      code = WRONG_USAGE;
    } catch (IOException | IllegalStateException | UncheckedIOException e) {
      System.err.println("bench: " + reasons(e));
      code = FAILED;
    }
    over = true;
    if (!interrupted) {
      System.exit(code);
    }
  }

  /** Lets what there is be written before the process ends. */
  private static void interrupt(Thread main) {
    if (!over) {
      interrupted = true;
      main.interrupt();
      try {
        main.join(MAX_WRITE_MILLIS);
      } catch (InterruptedException e) {
        // Then it is not written.
      }
    }
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
    System.out.println(announcement(plan));
  }

  private static String announcement(Plan plan) {
    return String.format(
        Locale.ROOT,
        "%d runs, about %d min %02d s",
        plan.runs().size(),
        plan.seconds() / 60,
        plan.seconds() % 60);
  }

  private void run() throws IOException {
    Plan plan = Plan.of(options);
    if (plan.runs().isEmpty()) {
      throw new UsageException("--only leaves nothing to run");
    }
    System.out.println(announcement(plan));
    long start = System.nanoTime();
    try (Endpoints endpoints = new Endpoints(home, classPaths)) {
      results.about().put(About.ENDPOINT, endpoints.testkit().title());
      calibrate(endpoints, true);
      runAll(plan, endpoints);
      calibrate(endpoints, false);
      // Before the endpoints end, as an interrupt leaves little time.
      write(plan, start);
    } catch (RuntimeException e) {
      if (!interrupted) {
        throw e;
      }
    }
  }

  private void runAll(Plan plan, Endpoints endpoints) {
    Progress progress =
        new Progress(System.out, Integer.getInteger("kpl.bench.width", 0), plan.runs().size());
    try (Runner runner = new Runner(endpoints, classPaths, options, progress)) {
      for (Plan.Run run : plan.runs()) {
        if (interrupted) {
          return;
        }
        progress.begin();
        if (run.workload().isForLocalStack() && !hasLocalStack(endpoints)) {
          continue;
        }
        try {
          Measured measured = runner.run(run);
          results.add(run, measured);
          progress.done(run, measured);
        } catch (RuntimeException e) {
          // The others are worth having.
          if (!interrupted) {
            results.failed(run, reasons(e));
            System.err.println("bench: " + run.title() + " failed: " + reasons(e));
          }
        }
      }
    }
  }

  private boolean hasLocalStack(Endpoints endpoints) {
    if (results.about().has(About.LOCALSTACK)) {
      return endpoints.hasLocalStack();
    }
    try {
      results.about().put(About.LOCALSTACK, endpoints.startLocalStack().title());
      return true;
    } catch (RuntimeException e) {
      String why =
          "left out, as it cannot be had here: "
              + reasons(e)
              + "; docs/localstack.md says what it needs, and dev/localstack start installs it";
      results.about().put(About.LOCALSTACK, why);
      System.err.println("bench: LocalStack: " + why);
      return false;
    }
  }

  /** Before and after the runs, as a machine may change its pace. */
  private void calibrate(Endpoints endpoints, boolean first) {
    if (!options.calibrates() || interrupted || (options.quick() && !first)) {
      return;
    }
    try {
      System.out.println(
          "calibrating: hashing and TLS" + (first ? ", the producer's own work" : ""));
      calibration.machine(endpoints.testkit(), classPaths, options);
      if (first) {
        calibration.ownWork(classPaths, options);
      }
    } catch (RuntimeException e) {
      // The runs are worth having without.
      System.err.println("bench: the calibration failed: " + reasons(e));
    }
  }

  private void write(Plan plan, long startNanos) throws IOException {
    // It would close the files.
    boolean unused = Thread.interrupted();
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
    String took = String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
    results.about().put("took", took + (interrupted ? ", interrupted" : ""));
    if (interrupted) {
      String some = results.count() + " of " + plan.runs().size() + " runs, then interrupted";
      results.about().put("INCOMPLETE", some);
    }
    Range others = results.othersCpuPercent();
    if (others.median() > MAX_OTHERS_CPU_PERCENT) {
      System.err.println(
          "bench: other processes used "
              + others.text()
              + " % of a core meanwhile: the figures are worth little");
    }
    System.out.println("took " + took);
    System.out.println(results.write(home.resolve("benchmarks/results")));
    if (!results.failures().isEmpty()) {
      throw new IllegalStateException(results.failures().size() + " runs failed, as said above");
    }
  }
}
