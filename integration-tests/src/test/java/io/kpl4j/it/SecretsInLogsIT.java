// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an eventful process prints and logs, everything at the lowest level, holds no payload, key
 * or credential, but for what loggers of the SDK and of Netty say: which of them is documented.
 */
class SecretsInLogsIT {

  /** How the back end of these tests begins an event: thread, level, logger. */
  private static final Pattern EVENT =
      Pattern.compile("(?m)^\\[[^\\n]*?\\] (TRACE|DEBUG|INFO|WARN|ERROR) (\\S+) - ");

  private static final Path SECURITY_DOC = Path.of("..", "docs", "security.md");

  @TempDir static Path folder;
  private static String output;

  /** What each logger said, without the head of the events. */
  private static final Map<String, StringBuilder> SAID = new TreeMap<>();

  @BeforeAll
  static void run() throws Exception {
    Path log = folder.resolve("log.txt");
    Path printed = folder.resolve("printed.txt");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                    "-Dorg.slf4j.simpleLogger.logFile=" + log,
                    "-cp",
                    System.getProperty("java.class.path"),
                    EventfulStory.class.getName()))
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    output = Files.readString(printed, UTF_8);
    sort(log);
    System.out.printf(
        "Searched for secrets: %,d lines of %d loggers, %d of them ours, and %,d lines of"
            + " exceptions and values%n",
        SAID.values().stream().mapToLong(said -> said.chars().filter(c -> c == '\n').count()).sum(),
        SAID.size(),
        SAID.keySet().stream().filter(SecretsInLogsIT::isOurs).count(),
        output.lines().count());
  }

  private static void sort(Path log) throws IOException {
    String text = Files.readString(log, UTF_8);
    Matcher event = EVENT.matcher(text);
    String logger = "none";
    int from = 0;
    while (event.find()) {
      SAID.computeIfAbsent(logger, name -> new StringBuilder()).append(text, from, event.start());
      logger = event.group(2);
      from = event.end();
    }
    SAID.computeIfAbsent(logger, name -> new StringBuilder()).append(text, from, text.length());
  }

  private static boolean isOurs(String logger) {
    return logger.startsWith("io.kpl4j") || logger.equals("none");
  }

  /** The names in the table of loggers that the documentation warns of. */
  private static Set<String> warnedOf() throws IOException {
    Set<String> names = new TreeSet<>();
    Matcher row =
        Pattern.compile("(?m)^\\| `((?:software|io\\.netty)\\.[\\w.]+)` \\|")
            .matcher(Files.readString(SECURITY_DOC, UTF_8));
    while (row.find()) {
      names.add(row.group(1));
    }
    return names;
  }

  @Test
  void story_isToldToItsEnd() {
    assertThat(output).endsWith(EventfulStory.THE_END + System.lineSeparator());
    for (String outcome :
        List.of(
            "RecordResult[",
            "EXPIRED",
            "INVALID",
            "ACCESS_DENIED",
            "THROTTLED",
            "KEY_HALTED",
            "BUFFER_FULL",
            "DROPPED",
            "CLOSED: ",
            "OUTCOME_UNKNOWN",
            "WarmUpFailedException",
            "WarmUpReport[",
            "ProducerHealth[")) {
      assertThat(output).contains(outcome);
    }
    for (String logger :
        List.of(
            "io.kpl4j.internal.engine.Outcomes",
            "io.kpl4j.internal.engine.Pipelines",
            "io.kpl4j.internal.engine.FailureHook",
            "io.kpl4j.metrics.CloudWatchEvents")) {
      assertThat(SAID).containsKey(logger);
    }
  }

  @Test
  void exceptionsAndValues_ofTheWholeStory_holdNoSecret() {
    assertThat(secretLines(output)).isEmpty();
  }

  @Test
  void log_ofOurs_holdsNoSecretAtAnyLevel() {
    SAID.forEach(
        (logger, said) -> {
          if (isOurs(logger)) {
            assertThat(secretLines(said.toString())).as(logger).isEmpty();
          }
        });
  }

  @Test
  void log_ofOthers_holdsSecretsOnlyWhereTheDocumentationSaysSo() throws IOException {
    Map<String, List<String>> found = new TreeMap<>();
    SAID.forEach(
        (logger, said) -> {
          List<String> marks = Marks.in(said.toString());
          if (!isOurs(logger) && !marks.isEmpty()) {
            found.put(logger, marks);
          }
        });
    System.out.println("Loggers of others that show secrets at the lowest level: " + found);

    assertThat(found.keySet()).isEqualTo(warnedOf());
  }

  private static List<String> secretLines(String text) {
    return text.lines().filter(line -> !Marks.in(line).isEmpty()).distinct().limit(20).toList();
  }
}
