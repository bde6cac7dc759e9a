// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import static io.kpl4j.benchmarks.run.Lines.figure;

import io.kpl4j.benchmarks.ProcessTree;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The process of a producer: starts, warms up, and then does the workloads that its parent says, a
 * line at a time, until the parent closes its input. One thread.
 */
public final class ClientMain {

  /** As the KPL's default. */
  private static final Duration LINGER = Duration.ofMillis(100);

  private static final List<Workload> WARM_UP =
      List.of(Workloads.of("100b"), Workloads.of("1k"), Workloads.of("10k"));
  private static final long WARM_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int FEW_RECORDS = 100;
  private static final double[] PERCENTILES = {99.9, 99.99, 100};
  private static final double NANOS_PER_MILLI = 1e6;
  private static final int READINGS = 20;
  private static final double NANOS_PER_SECOND = 1e9;

  private final PrintStream out = System.out;
  private final Contender contender;
  private final String[] keys = Load.keys();
  private String url;
  private @Nullable Target target;

  private ClientMain(Contender contender, String url) {
    this.contender = contender;
    this.url = url;
  }

  /**
   * Serves, and ends the process.
   *
   * @param arguments contender, endpoint, prefix of the streams of the warm-up, its milliseconds
   */
  @SuppressWarnings("CatchAndPrintStackTrace") // to the parent, which shows it
  public static void main(String[] arguments) {
    BlockingQueue<String> orders = Lines.fromParent();
    int code = 1;
    try {
      ClientMain client = new ClientMain(Contender.valueOf(arguments[0]), arguments[1]);
      client.start(arguments[2], nanos(arguments[3]));
      client.serve(orders);
      code = 0;
    } catch (InterruptedException | RuntimeException | Error fault) {
      fault.printStackTrace();
    }
    // What a producer may have left running ends with it.
    System.exit(code);
  }

  private static long nanos(String millis) {
    return TimeUnit.MILLISECONDS.toNanos(Long.parseLong(millis));
  }

  private void start(String prefix, long warmUpNanos) {
    if (contender != Contender.BARE_JVM) {
      Workload first = WARM_UP.get(0);
      Tally tally = new Tally(first.maxOutstandingRecords());
      long start = System.nanoTime();
      new Load(target(), first, tally, prefix, keys).few(1);
      say("startMillis", (System.nanoTime() - start) / NANOS_PER_MILLI);
      state("warming up");
      Lines.say(out, "acknowledged", tally.acknowledged() + warmUp(prefix, warmUpNanos));
    }
    state("ready");
  }

  /**
   * Bursts of small calls, and large calls of all sizes, until the time is over, and in between
   * time for the compiler alone: beside a load that takes all cores it would need far longer.
   * Answers how many records were acknowledged.
   */
  private long warmUp(String prefix, long nanos) {
    long acknowledged = 0;
    long end = System.nanoTime() + nanos;
    for (int i = 0; System.nanoTime() - end < 0; i++) {
      Workload workload = WARM_UP.get(i % WARM_UP.size());
      Tally tally = new Tally(workload.maxOutstandingRecords());
      Load load = new Load(target(), workload, tally, prefix, keys);
      load.bursts(Math.min(WARM_UP_NANOS, end - System.nanoTime()));
      load.saturate(Math.min(WARM_UP_NANOS, end - System.nanoTime()));
      awaitCompiler(end);
      tally.throwIfOneFailed();
      acknowledged += tally.acknowledged();
    }
    return acknowledged;
  }

  private static void awaitCompiler(long endNanos) {
    ProcessTree process = ProcessTree.ofThis();
    ProcessTree.Cpu before = process.cpu();
    long compiled;
    do {
      sleep(LOOK_AGAIN_NANOS);
      ProcessTree.Cpu after = process.cpu();
      compiled = after.compilerNanosSince(before);
      before = after;
    } while (compiled > LOOK_AGAIN_NANOS / 10 && System.nanoTime() - endNanos < 0);
  }

  /** Workload, endpoint, prefix of the streams, milliseconds of warm-up, and that are measured. */
  private void serve(BlockingQueue<String> orders) throws InterruptedException {
    for (String line = orders.take(); !line.equals(Lines.END); line = orders.take()) {
      String[] words = line.split(" ", -1);
      moveTo(words[1]);
      run(Workloads.of(words[0]), words[2], nanos(words[3]), nanos(words[4]), orders);
    }
    close();
  }

  private void moveTo(String endpoint) {
    if (!endpoint.equals(url)) {
      close();
      url = endpoint;
    }
  }

  private void close() {
    if (target != null) {
      target.close();
      target = null;
    }
  }

  private Target target() {
    if (target == null) {
      URI endpoint = URI.create(url);
      if (contender.isOfficialKpl()) {
        target =
            ServiceLoader.load(TargetFactory.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the KPL is not on the class path"))
                .create(endpoint, LINGER);
      } else if (contender.isPlainSdk()) {
        target = SdkTarget.create(endpoint);
      } else {
        target = Kpl4jTarget.create(contender, endpoint, LINGER);
      }
    }
    return target;
  }

  private void run(
      Workload workload,
      String prefix,
      long warmUpNanos,
      long measuredNanos,
      BlockingQueue<String> orders)
      throws InterruptedException {
    Tally tally = new Tally(workload.maxOutstandingRecords());
    if (contender == Contender.BARE_JVM) {
      measure(() -> sleep(measuredNanos), tally, orders);
    } else {
      Load load = new Load(target(), workload, tally, prefix, keys);
      state("warming up");
      if (workload.kind() == Workload.Kind.IDLE) {
        load.few(FEW_RECORDS);
        sleep(warmUpNanos);
        measure(() -> sleep(measuredNanos), tally, orders);
      } else {
        Thread reporter = reportProgress(tally);
        put(workload, load, warmUpNanos);
        measure(() -> put(workload, load, measuredNanos), tally, orders);
        reporter.interrupt();
      }
    }
    tally.throwIfOneFailed();
    Lines.say(out, "acknowledged", tally.acknowledged());
    state("done");
  }

  private static void put(Workload workload, Load load, long nanos) {
    if (workload.kind() == Workload.Kind.PACED) {
      load.pace(nanos);
    } else {
      load.saturate(nanos);
    }
  }

  private void measure(Runnable work, Tally tally, BlockingQueue<String> orders)
      throws InterruptedException {
    Histogram unused = tally.latencies().getIntervalHistogram();
    ProcessTree process = ProcessTree.ofThis();
    long acknowledged = tally.acknowledged();
    // Reading it for the first times costs more than an idle producer does meanwhile.
    for (int i = 0; i < READINGS; i++) {
      var unusedReading = process.cpu();
    }
    state("measuring");
    // The parent reads the endpoint's clocks first.
    if (orders.take().equals(Lines.END)) {
      throw new InterruptedException("the parent has ended");
    }
    ProcessTree.Cpu before = process.cpu();
    long start = System.nanoTime();
    work.run();
    double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
    ProcessTree.Cpu after = process.cpu();
    double compiler = after.compilerNanosSince(before) / NANOS_PER_SECOND;
    say("seconds", seconds);
    say("records", (double) (tally.acknowledged() - acknowledged));
    say("cpuSeconds", after.totalNanosSince(before) / NANOS_PER_SECOND - compiler);
    say("compilerCpuSeconds", compiler);
    state("measured");
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

  private Thread reportProgress(Tally tally) {
    Thread reporter =
        new Thread(
            () -> {
              try {
                while (true) {
                  TimeUnit.MILLISECONDS.sleep(500);
                  Lines.say(out, "progress", tally.acknowledged());
                }
              } catch (InterruptedException over) {
                // The run is.
              }
            },
            "progress");
    reporter.setDaemon(true);
    reporter.start();
    return reporter;
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
