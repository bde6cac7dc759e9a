// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What has to be known of the machine and of the producer alone, in the same run. One thread. */
final class Calibration {

  /** As the names of figures begin that hold for the TLS of the Java runtime. */
  static final String JDK_TLS = "jdk.";

  /** Beside what it measures, for which it says nothing. */
  private static final long SILENCE_MILLIS = 60_000;

  private static final int OWN_WINDOWS = 3;
  private static final int MAX_OWN_WARM_UP_SECONDS = 20;
  private static final double HASHING_SECONDS = 6.5;
  private static final double PROCESS_SECONDS = 1;

  private final Map<String, List<Double>> figures = new TreeMap<>();
  private long silenceMillis = SILENCE_MILLIS;

  /** How long all of it takes. */
  static double seconds(BenchOptions options) {
    if (!options.calibrates()) {
      return 0;
    }
    double machine = HASHING_SECONDS + 2.0 * (PROCESS_SECONDS + options.seconds());
    double own =
        HASHING_SECONDS
            + ownWarmUpSeconds(options)
            + options.repetitions(OWN_WINDOWS) * options.seconds();
    return (options.quick() ? 1 : 2) * machine + own;
  }

  private static int ownWarmUpSeconds(BenchOptions options) {
    return Math.min(options.warmUpSeconds(), MAX_OWN_WARM_UP_SECONDS);
  }

  /** What hashing and TLS cost. */
  void machine(Endpoint endpoint, ClassPaths classPaths, BenchOptions options) {
    silenceMillis = SILENCE_MILLIS + options.seconds() * 1_000L;
    run(classPaths.of(Contender.KPL4J), HashingMain.class, List.of(), "");
    List<String> tls = List.of(endpoint.url(), Integer.toString(options.seconds() * 500));
    run(classPaths.of(Contender.KPL4J), TlsMain.class, tls, "");
    run(classPaths.of(Contender.KPL4J_JDK_TLS), TlsMain.class, tls, JDK_TLS);
  }

  /** What the producer does without a transport. */
  void ownWork(ClassPaths classPaths, BenchOptions options) {
    silenceMillis =
        SILENCE_MILLIS + 1_000L * Math.max(ownWarmUpSeconds(options), options.seconds());
    List<String> arguments =
        List.of(
            Integer.toString(ownWarmUpSeconds(options) * 1_000),
            Integer.toString(options.seconds() * 1_000),
            Integer.toString(options.repetitions(OWN_WINDOWS)));
    run(classPaths.of(Contender.KPL4J), OwnPipelineMain.class, arguments, "own.");
  }

  private void run(String classPath, Class<?> main, List<String> arguments, String prefix) {
    List<String> jvm = List.of("-Xmx1g", "-XX:-UseDynamicNumberOfCompilerThreads");
    try (Child child = Child.start(classPath, jvm, main, arguments)) {
      while (true) {
        Child.@Nullable Said said = child.next(silenceMillis);
        if (said == null) {
          throw new IllegalStateException(
              "a calibration has said nothing for " + silenceMillis / 1_000 + " s");
        }
        if (said.isEnd()) {
          break;
        }
        add(prefix + said.name(), Double.parseDouble(said.value()));
      }
      if (child.exitCode() != 0) {
        throw new IllegalStateException("the calibration failed");
      }
    }
  }

  void add(String name, double value) {
    figures.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
  }

  Map<String, List<Double>> figures() {
    return figures;
  }

  Range range(String name) {
    return Range.of(figures.getOrDefault(name, List.of()));
  }

  private double of(String name) {
    return range(name).median();
  }

  /**
   * The CPU seconds that a million records must cost: MD5 of the key, MD5 of the aggregate, SHA-256
   * and TLS of the call.
   *
   * @param prefix "" or {@link #JDK_TLS}
   * @param bytes of a user record with its share of the aggregate
   */
  double floorSecondsPerMillion(String prefix, double bytes) {
    double perByte =
        of("md5NanosPerByte") + of("sha256NanosPerByte") + of(prefix + "tlsNanosPerByte");
    return (of("keyNanos") + bytes * perByte) / 1e3;
  }

  /** Of the producer's own work on a record of 100 bytes, as a multiple of its hashing. */
  double ownToHashing(double bytes) {
    return of("own.ownNanos") / ownHashingNanos(bytes);
  }

  /** What is left of it without hashing. */
  double ownWithoutHashingNanos(double bytes) {
    return of("own.ownNanos") - ownHashingNanos(bytes);
  }

  private double ownHashingNanos(double bytes) {
    return of("own.keyNanos") + bytes * of("own.md5NanosPerByte");
  }
}
