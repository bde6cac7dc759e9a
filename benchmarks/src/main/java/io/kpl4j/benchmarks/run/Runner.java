// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import io.kpl4j.benchmarks.ProcessTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Runs one process of a producer and gathers what it comes to. Confined to one thread. */
final class Runner {

  private static final long SAMPLE_MILLIS = 200;

  /** To start, to drain and to end. */
  private static final long SPARE_MILLIS = 180_000;

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MEBI = 1 << 20;

  private final Endpoints endpoints;
  private final ClassPaths classPaths;
  private final BenchOptions options;
  private final Progress progress;
  private int runs;

  Runner(Endpoints endpoints, ClassPaths classPaths, BenchOptions options, Progress progress) {
    this.endpoints = endpoints;
    this.classPaths = classPaths;
    this.options = options;
    this.progress = progress;
  }

  /**
   * Runs it.
   *
   * @throws IllegalStateException if it failed, or if the endpoint lacks what was acknowledged
   */
  Measured run(Plan.Run run) {
    String prefix = "bench" + ++runs;
    Workload workload = run.workload();
    Endpoint endpoint = endpoints.of(workload);
    endpoint.create(prefix, workload);
    Measured measured = new Measured();
    try (Child client = start(run, endpoint.url(), prefix)) {
      listen(client, endpoint, run, measured);
      int code = client.exitCode();
      if (code != 0) {
        throw new IllegalStateException(run.title() + ": the process ended with " + code);
      }
    }
    Endpoint.Taken taken = endpoint.take(prefix, workload);
    check(run, measured, taken);
    measured.put("storedUserRecords", (double) taken.userRecords());
    measured.put("kinesisRecords", (double) taken.records());
    measured.put("storedBytes", (double) taken.bytes());
    measured.complete();
    return measured;
  }

  private Child start(Plan.Run run, String url, String prefix) {
    Workload workload = run.workload();
    String heap = workload.heapMebibytes() + "m";
    List<String> jvm = new ArrayList<>(List.of("-Xmx" + heap));
    // Threads that come and go would take their CPU time with them.
    jvm.add("-XX:-UseDynamicNumberOfCompilerThreads");
    // All trust any certificate here, and would warn of it.
    jvm.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    return Child.start(
        classPaths.of(run.contender()),
        jvm,
        ClientMain.class,
        List.of(
            run.contender().name(),
            workload.id(),
            url,
            prefix,
            Integer.toString(options.warmUpMillis()),
            Integer.toString(options.seconds() * 1_000)));
  }

  private void listen(Child client, Endpoint endpoint, Plan.Run run, Measured measured) {
    ProcessTree process = ProcessTree.of(client.pid());
    long start = System.nanoTime();
    long sampled = start;
    String state = "starting";
    @Nullable Window window = null;
    long limitMillis = options.warmUpMillis() + options.seconds() * 1_000L + SPARE_MILLIS;
    while (true) {
      Child.@Nullable Said said = client.next(SAMPLE_MILLIS);
      if (said != null && said.isEnd()) {
        return;
      }
      long now = System.nanoTime();
      if (now - start > limitMillis * 1_000_000) {
        throw new IllegalStateException(
            run.title()
                + ": "
                + state
                + " for too long, ended after "
                + limitMillis / 1_000
                + " s");
      }
      if (now - sampled >= SAMPLE_MILLIS * 1_000_000) {
        sampled = now;
        sample(process, (now - start) / NANOS_PER_SECOND, measured);
      }
      if (said == null) {
        continue;
      }
      if (said.name().equals("state")) {
        state = said.value();
        if (state.equals("measuring")) {
          window = Window.open(endpoint);
        } else if (window != null) {
          window.close(measured);
        }
      }
      hear(said, measured);
      progress.show(run, state, said);
    }
  }

  private static void sample(ProcessTree process, double seconds, Measured measured) {
    double own = process.ownResidentBytes() / MEBI;
    if (own > 0) {
      measured.memory(new Measured.Memory(seconds, own, process.childrenResidentBytes() / MEBI));
    }
  }

  private static void hear(Child.Said said, Measured measured) {
    switch (said.name()) {
      case "state", "progress" -> {}
      case "latency" -> {
        String[] words = said.value().split(" ", -1);
        measured.latency(Double.parseDouble(words[0]), Double.parseDouble(words[1]));
      }
      default -> measured.put(said.name(), Double.parseDouble(said.value()));
    }
  }

  private static void check(Plan.Run run, Measured measured, Endpoint.Taken taken) {
    long acknowledged = (long) measured.get("acknowledged");
    if (acknowledged > taken.userRecords()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%s: %,d records were acknowledged, the endpoint has %,d",
              run.title(),
              acknowledged,
              taken.userRecords()));
    }
    // A call that was answered too late is made again.
    measured.put("duplicates", (double) (taken.userRecords() - acknowledged));
  }
}
