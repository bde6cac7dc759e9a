// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The memory runs out, for real, at one place of an append, a move or a delivery after the other.
 */
class OutOfMemoryWhileMovingTest {

  private static final int STEP_BYTES = 1_536;

  @Test
  void memoryRunsOut_whileRecordsAreAppendedMovedOrDelivered_everyRecordCompletes(
      @TempDir Path folder) throws Exception {
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx16m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                classPath(),
                OutOfMemoryRun.class.getName(),
                Integer.toString(STEP_BYTES))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(10, MINUTES)).as("ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(output, UTF_8);
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(timesRanOut("SINGLES", said)).isGreaterThan(5);
    assertThat(timesRanOut("STRADDLERS", said)).isGreaterThan(5);
    assertThat(timesRanOut("APPENDS", said)).isGreaterThan(5);
    assertThat(timesRanOut("PUTS", said)).isGreaterThan(5);
    assertThat(timesRanOut("WAITS", said)).isPositive();
    assertThat(timesRanOut("WAITING_ROOM", said)).isGreaterThan(5);
    assertThat(timesRanOut("FAILURES", said)).isPositive();
    assertThat(timesRanOut("FLUSHES", said)).isPositive();
    assertThat(timesRanOut("RESULTS", said)).isPositive();
  }

  /** Of this JVM, which has the project's own classes on its module path or on its class path. */
  private static String classPath() {
    return String.join(
        File.pathSeparator,
        List.of(
            System.getProperty("java.class.path"),
            System.getProperty("jdk.module.path", ""),
            Path.of("target", "test-classes").toAbsolutePath().toString(),
            Path.of("target", "classes").toAbsolutePath().toString()));
  }

  private static int timesRanOut(String move, String said) {
    Matcher times = Pattern.compile(move + ": (\\d+) of").matcher(said);
    assertThat(times.find()).as(said).isTrue();
    return Integer.parseInt(times.group(1));
  }
}
