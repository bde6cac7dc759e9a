// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What one run came to. Confined to one thread. */
final class Measured {

  private final Map<String, Double> figures = new LinkedHashMap<>();
  private final Map<Double, Double> latencies = new TreeMap<>();
  private final List<Memory> memory = new ArrayList<>();

  /**
   * Memory at a moment.
   *
   * @param seconds since the start of the process
   * @param ownMebibytes of the JVM
   * @param childrenMebibytes of what it has started
   */
  record Memory(double seconds, double ownMebibytes, double childrenMebibytes) {
    double total() {
      return ownMebibytes + childrenMebibytes;
    }
  }

  void put(String name, double value) {
    figures.put(name, value);
  }

  /** NaN if there is none of that name. */
  double get(String name) {
    return figures.getOrDefault(name, Double.NaN);
  }

  Map<String, Double> figures() {
    return figures;
  }

  void latency(double percent, double millis) {
    latencies.put(percent, millis);
  }

  /** Milliseconds by percentile, in its order. */
  Map<Double, Double> latencies() {
    return latencies;
  }

  void memory(Memory sample) {
    memory.add(sample);
  }

  List<Memory> memory() {
    return memory;
  }

  /** Works out what follows from the rest. */
  void complete() {
    double records = get("records");
    double million = records / 1e6;
    if (records > 0) {
      put("recordsPerSecond", records / get("seconds"));
      put("cpuSecondsPerMillion", get("cpuSeconds") / million);
      put("endpointCpuSecondsPerMillion", get("endpointCpuSeconds") / million);
    }
    put("cpuPercent", 100 * get("cpuSeconds") / get("seconds"));
    put("recordsPerCall", records / get("calls"));
    put("userRecordsPerRecord", get("storedUserRecords") / get("kinesisRecords"));
    put("bytesPerUserRecord", get("storedBytes") / get("storedUserRecords"));
    put("peakMebibytes", memory.stream().mapToDouble(Memory::total).max().orElse(Double.NaN));
    put("p50Millis", latencies.getOrDefault(50.0, Double.NaN));
    put("p99Millis", latencies.getOrDefault(99.0, Double.NaN));
    put("p999Millis", latencies.getOrDefault(99.9, Double.NaN));
    figures.values().removeIf(value -> !Double.isFinite(value));
  }
}
