// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import io.kpl4j.benchmarks.ProcessTree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The process of a producer, as its parent sees it. Confined to one thread. */
final class Producer implements AutoCloseable {

  private static final long SAMPLE_MILLIS = 200;

  /** To start, to drain and to say what came of it. */
  private static final long SPARE_MILLIS = 180_000;

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MEBI = 1 << 20;

  private final Child child;
  private final ProcessTree process;
  private final long startNanos = System.nanoTime();
  private long sampledNanos = startNanos;

  private Producer(Child child) {
    this.child = child;
    this.process = ProcessTree.of(child.pid());
  }

  /** Starts it; it warms up then. */
  static Producer start(
      String classPath,
      int heapMebibytes,
      Contender contender,
      String url,
      String prefix,
      int warmUpMillis) {
    List<String> jvm =
        List.of(
            "-Xmx" + heapMebibytes + "m",
            // Threads that come and go would take their CPU time with them.
            "-XX:-UseDynamicNumberOfCompilerThreads",
            // All trust any certificate here, and would warn of it.
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    return new Producer(
        Child.start(
            classPath,
            jvm,
            ClientMain.class,
            List.of(contender.name(), url, prefix, Integer.toString(warmUpMillis))));
  }

  /** Is told all that the process says. */
  interface Listener {
    void hear(String state, Child.Said said);
  }

  /** Waits until it is warm. */
  void awaitReady(int warmUpMillis, Measured measured, Listener listener) {
    listen("ready", null, warmUpMillis, measured, listener);
  }

  /** Lets it do a workload. */
  void run(
      Workload workload,
      Endpoint endpoint,
      String prefix,
      BenchOptions options,
      Measured measured,
      Listener listener) {
    int warmUp = options.warmUpAgainMillis();
    int millis = options.seconds() * 1_000;
    child.tell(
        String.join(
            " ",
            workload.id(),
            endpoint.url(),
            prefix,
            Integer.toString(warmUp),
            Integer.toString(millis)));
    listen("done", endpoint, warmUp + millis, measured, listener);
  }

  private void listen(
      String until, @Nullable Endpoint endpoint, int millis, Measured measured, Listener listener) {
    long limit = System.nanoTime() + (millis + SPARE_MILLIS) * 1_000_000;
    String state = "starting";
    @Nullable Window window = null;
    while (!state.equals(until)) {
      Child.@Nullable Said said = child.next(SAMPLE_MILLIS);
      if (said != null && said.isEnd()) {
        throw new IllegalStateException("its process ended with " + child.exitCode());
      }
      if (said != null && said.name().equals("state")) {
        state = said.value();
        if (state.equals("measuring") && endpoint != null) {
          window = Window.open(endpoint);
          child.tell("go");
        } else if (state.equals("measured") && window != null) {
          window.close(measured);
        }
      }
      if (said != null) {
        hear(said, measured);
        listener.hear(state, said);
      }
      sample(measured);
      if (System.nanoTime() - limit > 0) {
        throw new IllegalStateException(state + " for too long");
      }
    }
  }

  private void sample(Measured measured) {
    long now = System.nanoTime();
    if (now - sampledNanos >= SAMPLE_MILLIS * 1_000_000) {
      sampledNanos = now;
      double own = process.ownResidentBytes() / MEBI;
      if (own > 0) {
        double seconds = (now - startNanos) / NANOS_PER_SECOND;
        double children = process.childrenResidentBytes() / MEBI;
        measured.memory(new Measured.Memory(seconds, own, children));
      }
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

  @Override
  public void close() {
    child.close();
  }
}
