// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.testkit.Fault;
import io.kpl4j.testkit.KinesisTestServer;
import io.kpl4j.testkit.Storage;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A process with a heap of 128 MiB, an endpoint that answers nothing for a minute, and a caller
 * that puts as fast as it can.
 */
class MemoryBoundIT {

  private static final Duration OUTAGE = Duration.ofSeconds(60);

  @Test
  void put_endpointSilentForAMinute_noOutOfMemoryAndAllSucceed() throws Exception {
    try (KinesisTestServer server =
        KinesisTestServer.builder().storage(Storage.COUNT_ONLY).stream("s", 16).start()) {
      server.faults().add(Fault.on("PutRecords").always().neverAnswer());
      Process process =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-Xmx128m",
                      "-XX:+ExitOnOutOfMemoryError",
                      "-cp",
                      System.getProperty("java.class.path"),
                      PutAsFastAsPossible.class.getName(),
                      server.endpoint().toString(),
                      Long.toString(OUTAGE.plusSeconds(5).toMillis())))
              .redirectErrorStream(true)
              .start();
      try {
        CompletableFuture<Void> outageEnds =
            CompletableFuture.runAsync(
                () -> server.faults().clear(),
                CompletableFuture.delayedExecutor(OUTAGE.toMillis(), TimeUnit.MILLISECONDS));
        String output;
        try (BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
          output = reader.lines().reduce("", (all, line) -> all + line + "\n");
        }
        outageEnds.join();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(output).isTrue();
        assertThat(output).doesNotContain("OutOfMemoryError").contains("failed 0");
        assertThat(process.exitValue()).as(output).isZero();
        System.out.println("128 MiB, silent for a minute: " + output.strip());
      } finally {
        process.destroyForcibly();
      }
    }
  }
}
