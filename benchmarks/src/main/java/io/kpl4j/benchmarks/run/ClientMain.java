// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import static io.kpl4j.benchmarks.run.Lines.figure;

import io.kpl4j.benchmarks.ProcessTree;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The process of a producer under load: warms up, measures, tells its parent. One thread. */
public final class ClientMain {

  /** As the KPL's default. */
  private static final Duration LINGER = Duration.ofMillis(100);

  private static final int FEW_RECORDS = 100;
  private static final double[] PERCENTILES = {99.9, 99.99, 100};
  private static final double NANOS_PER_MILLI = 1e6;
  private static final int READINGS = 20;
  private static final double NANOS_PER_SECOND = 1e9;

  private final PrintStream out = System.out;
  private final Workload workload;
  private final Tally tally;
  private final Load load;
  private final long warmUpNanos;
  private final long measuredNanos;

  private ClientMain(
      Workload workload, Target target, String prefix, long warmUpNanos, long measuredNanos) {
    this.workload = workload;
    this.tally = new Tally(workload.maxOutstandingRecords());
    this.load = new Load(target, workload, tally, prefix);
    this.warmUpNanos = warmUpNanos;
    this.measuredNanos = measuredNanos;
  }

  /**
   * Runs, and ends the process.
   *
   * @param arguments contender, workload, endpoint, prefix of the streams, milliseconds of warm-up,
   *     milliseconds that are measured
   */
  @SuppressWarnings("CatchAndPrintStackTrace") // to the parent, which shows it
  public static void main(String[] arguments) {
    Lines.endWithParent();
    int code = 1;
    try {
      run(arguments);
      code = 0;
    } catch (RuntimeException | Error fault) {
      fault.printStackTrace();
    }
    // What a producer may have left running ends with it.
    System.exit(code);
  }

  private static void run(String[] arguments) {
    Workload workload = Workloads.of(arguments[1]);
    Contender contender = Contender.valueOf(arguments[0]);
    long start = System.nanoTime();
    try (Target target = target(contender, URI.create(arguments[2]))) {
      new ClientMain(
              workload,
              target,
              arguments[3],
              TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[4])),
              TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[5])))
          .measure(start);
    }
  }

  private static Target target(Contender contender, URI endpoint) {
    if (contender.isOfficialKpl()) {
      return ServiceLoader.load(TargetFactory.class)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("the KPL is not on the class path"))
          .create(endpoint, LINGER);
    }
    return contender.isPlainSdk()
        ? SdkTarget.create(endpoint)
        : Kpl4jTarget.create(contender, endpoint, LINGER);
  }

  private void measure(long startNanos) {
    load.few(1);
    say("startMillis", (System.nanoTime() - startNanos) / NANOS_PER_MILLI);
    if (workload.kind() != Workload.Kind.START) {
      reportProgress();
      warmUp();
      state("measuring");
      window();
    }
    state("measured");
    @Nullable Throwable failure = tally.firstFailure();
    if (failure != null) {
      throw new IllegalStateException(tally.failed() + " records failed, the first by", failure);
    }
    Lines.say(out, "acknowledged", tally.acknowledged());
  }

  private void warmUp() {
    state("warming up");
    if (workload.kind() == Workload.Kind.IDLE) {
      load.few(FEW_RECORDS);
      sleep(warmUpNanos);
    } else {
      load.bursts(warmUpNanos / 2);
      load.saturate(warmUpNanos / 2);
    }
    Histogram unused = tally.latencies().getIntervalHistogram();
  }

  private void window() {
    ProcessTree process = ProcessTree.ofThis();
    long acknowledged = tally.acknowledged();
    // Reading it for the first times costs more than an idle producer does meanwhile.
    ProcessTree.Cpu before = process.cpu();
    for (int i = 0; i < READINGS; i++) {
      before = process.cpu();
    }
    long start = System.nanoTime();
    switch (workload.kind()) {
      case SATURATING -> load.saturate(measuredNanos);
      case PACED -> load.pace(measuredNanos);
      case IDLE -> sleep(measuredNanos);
      case START -> throw new IllegalStateException("nothing to measure");
    }
    double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
    ProcessTree.Cpu after = process.cpu();
    double compiler = after.compilerNanosSince(before) / NANOS_PER_SECOND;
    double cpu = after.totalNanosSince(before) / NANOS_PER_SECOND - compiler;
    long records = tally.acknowledged() - acknowledged;
    say("seconds", seconds);
    say("records", (double) records);
    say("cpuSeconds", cpu);
    say("compilerCpuSeconds", compiler);
    latencies(tally.latencies().getIntervalHistogram());
  }

  private void latencies(Histogram histogram) {
    if (histogram.getTotalCount() == 0) {
      return;
    }
    for (int percent = 1; percent < 100; percent++) {
      latency(histogram, percent);
    }
    for (double percent : PERCENTILES) {
      latency(histogram, percent);
    }
  }

  private void latency(Histogram histogram, double percent) {
    double millis = histogram.getValueAtPercentile(percent) / NANOS_PER_MILLI;
    Lines.say(out, "latency", percent + " " + figure(millis));
  }

  private void reportProgress() {
    Thread reporter =
        new Thread(
            () -> {
              while (true) {
                sleep(TimeUnit.MILLISECONDS.toNanos(500));
                Lines.say(out, "progress", tally.acknowledged());
              }
            },
            "progress");
    reporter.setDaemon(true);
    if (workload.kind() != Workload.Kind.IDLE) {
      reporter.start();
    }
  }

  private void state(String state) {
    Lines.say(out, "state", state);
  }

  private void say(String name, double value) {
    Lines.say(out, name, figure(value));
  }

  private static void sleep(long nanos) {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
