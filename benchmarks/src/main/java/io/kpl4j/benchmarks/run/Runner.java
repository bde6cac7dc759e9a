// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Runs producers and gathers what they come to. A producer stays, for workload after workload, but
 * for those that need a process of their own. Confined to one thread.
 */
final class Runner implements AutoCloseable {

  private final Endpoints endpoints;
  private final ClassPaths classPaths;
  private final BenchOptions options;
  private final Progress progress;
  private final Map<Contender, Producer> lasting = new EnumMap<>(Contender.class);
  private int prefixes;

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
    Measured measured = new Measured();
    if (run.workload().isApart()) {
      try (Producer producer = start(run, measured)) {
        if (run.workload().kind() != Workload.Kind.START) {
          measure(producer, run, measured);
        }
      }
    } else {
      boolean good = false;
      try {
        if (!lasting.containsKey(run.contender())) {
          lasting.put(run.contender(), start(run, new Measured()));
        }
        measure(lasting.get(run.contender()), run, measured);
        good = true;
      } finally {
        if (!good || run.isLast()) {
          end(run.contender());
        }
      }
      // What was in use before is in it.
      measured.memory().clear();
    }
    measured.complete();
    return measured;
  }

  private Producer start(Plan.Run run, Measured measured) {
    Workload workload = run.workload();
    Endpoint endpoint = endpoints.testkit();
    String prefix = nextPrefix();
    Workload streams = Workloads.of("1k");
    endpoint.create(prefix, streams);
    int warmUpMillis = options.warmUpMillis(workload);
    Producer producer =
        Producer.start(
            classPaths.of(run.contender()),
            workload.heapMebibytes(),
            run.contender(),
            endpoint.url(),
            prefix,
            warmUpMillis);
    boolean good = false;
    try {
      producer.awaitReady(warmUpMillis, measured, (state, said) -> progress.show(run, state, said));
      check(measured, endpoint.take(prefix, streams));
      good = true;
      return producer;
    } finally {
      if (!good) {
        producer.close();
      }
    }
  }

  private void measure(Producer producer, Plan.Run run, Measured measured) {
    Workload workload = run.workload();
    Endpoint endpoint = endpoints.of(workload);
    String prefix = nextPrefix();
    endpoint.create(prefix, workload);
    producer.run(
        workload,
        endpoint,
        prefix,
        options,
        measured,
        (state, said) -> progress.show(run, state, said));
    Endpoint.Taken taken = endpoint.take(prefix, workload);
    check(measured, taken);
    measured.put("storedUserRecords", (double) taken.userRecords());
    measured.put("kinesisRecords", (double) taken.records());
    measured.put("storedBytes", (double) taken.bytes());
  }

  private String nextPrefix() {
    return "bench" + ++prefixes;
  }

  private static void check(Measured measured, Endpoint.Taken taken) {
    long acknowledged = (long) measured.get("acknowledged");
    if (acknowledged > taken.userRecords()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%,d records were acknowledged, the endpoint has %,d",
              acknowledged,
              taken.userRecords()));
    }
    // A call that was answered too late is made again.
    measured.put("duplicates", (double) (taken.userRecords() - acknowledged));
  }

  private void end(Contender contender) {
    Producer producer = lasting.remove(contender);
    if (producer != null) {
      producer.close();
    }
  }

  @Override
  public void close() {
    lasting.values().forEach(Producer::close);
  }
}
