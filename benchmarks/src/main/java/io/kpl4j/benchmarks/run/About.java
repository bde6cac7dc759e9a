// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** When, where, with what and how it was run: names and values for people. One thread. */
final class About {

  private static final double MIB_PER_GIB = 1 << 20; // of KiB

  /** Where most runs send to. */
  static final String ENDPOINT = "endpoint";

  /** Where some runs send to. */
  static final String LOCALSTACK = "LocalStack";

  private final Map<String, String> facts;
  private final String date;

  private About(Map<String, String> facts, String date) {
    this.facts = facts;
    this.date = date;
  }

  static About of(BenchOptions options, String[] words, ClassPaths classPaths, Path home) {
    ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("command", ("./bench " + String.join(" ", words)).strip());
    facts.put("begun", now.format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'")));
    facts.put(
        "runs",
        String.format(
            Locale.ROOT,
            "a process for each producer, warmed up once for %d s, and then for each run %.0f s at its"
                + " own load; drained, then %d s measured with their drain; repetitions of a"
                + " workload's producers in turn; median (least to greatest)",
            options.warmUpSeconds(),
            options.warmUpAgainMillis() / 1e3,
            options.seconds()));
    facts.put("kpl4j", Checkout.of(home));
    facts.put("processor", processor());
    facts.put("memory", memory());
    facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put(
        "Java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    facts.put("official KPL", classPaths.version("amazon-kinesis-producer"));
    facts.put("AWS SDK", classPaths.version("kinesis"));
    facts.put("Netty", classPaths.version("netty-common"));
    facts.put("netty-tcnative", classPaths.version("netty-tcnative-classes"));
    return new About(facts, now.format(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HHmm")));
  }

  private static String processor() {
    String model = field("/proc/cpuinfo", "model name");
    return Runtime.getRuntime().availableProcessors() + " cores of " + model;
  }

  private static String memory() {
    String kib = field("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
    return kib.isEmpty()
        ? "?"
        : String.format(Locale.ROOT, "%.0f GiB", Double.parseDouble(kib) / MIB_PER_GIB);
  }

  private static String field(String file, String name) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("?");
    } catch (IOException e) {
      return "?";
    }
  }

  Map<String, String> facts() {
    return facts;
  }

  void put(String name, String value) {
    facts.put(name, value);
  }

  boolean has(String name) {
    return facts.containsKey(name);
  }

  String get(String name) {
    return facts.getOrDefault(name, "?");
  }

  /** For the name of a folder. */
  String date() {
    return date;
  }
}
