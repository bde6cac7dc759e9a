// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.benchmarks.ProcessTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What the endpoint and the rest of the machine do while a producer is measured. Immutable. */
final class Window {

  private static final double NANOS_PER_SECOND = 1e9;

  /** Of the machine's clocks. */
  private static final double TICKS_PER_SECOND = 100;

  private final Endpoint endpoint;
  private final long startNanos = System.nanoTime();
  private final double busySeconds = machineBusySeconds();
  private final ProcessTree.Cpu cpu;
  private final long calls;

  private Window(Endpoint endpoint) {
    this.endpoint = endpoint;
    this.cpu = endpoint.cpu();
    this.calls = endpoint.calls();
  }

  static Window open(Endpoint endpoint) {
    return new Window(endpoint);
  }

  /** Adds what came to pass since; what the producer has used has to be in there already. */
  void close(Measured measured) {
    double seconds = (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
    double busy = machineBusySeconds() - busySeconds;
    ProcessTree.Cpu after = endpoint.cpu();
    double total = after.totalNanosSince(cpu) / NANOS_PER_SECOND;
    double compiler = after.compilerNanosSince(cpu) / NANOS_PER_SECOND;
    measured.put("endpointCpuSeconds", total - compiler);
    measured.put("calls", (double) (endpoint.calls() - calls));
    double known = total + measured.get("cpuSeconds") + measured.get("compilerCpuSeconds");
    measured.put("othersCpuPercent", 100 * Math.max(0, busy - known) / seconds);
  }

  /** Of all processes since the machine's start: user, nice, system, then irq, softirq, steal. */
  private static double machineBusySeconds() {
    try {
      String line = Files.readAllLines(Path.of("/proc/stat"), UTF_8).get(0);
      List<String> fields = Arrays.asList(line.trim().split(" +", -1));
      double ticks = 0;
      for (int field : new int[] {1, 2, 3, 6, 7, 8}) {
        ticks += Double.parseDouble(fields.get(field));
      }
      return ticks / TICKS_PER_SECOND;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
