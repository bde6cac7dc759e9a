// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.AdmissionPolicy;
import io.kpl4j.testkit.Fault;
import io.kpl4j.testkit.KinesisTestServer;
import io.kpl4j.testkit.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process with a heap of 128 MiB for each admission policy, side by side so that one minute does
 * for all; an endpoint that answers nothing for that minute; and callers that put as fast as they
 * can. No process dies or grows, and everything accepted is stored once the endpoint is back.
 */
class MemoryBoundIT {

  private static final Duration OUTAGE = Duration.ofSeconds(60);

  @Test
  void put_endpointSilentForAMinute_noOutOfMemoryNoGrowthAndAllSucceed(@TempDir Path outputs)
      throws Exception {
    try (KinesisTestServer server =
        KinesisTestServer.builder().storage(Storage.COUNT_ONLY).stream("s", 16).start()) {
      server.faults().add(Fault.on("PutRecords").always().neverAnswer());
      Map<AdmissionPolicy, Process> processes = new EnumMap<>(AdmissionPolicy.class);
      try {
        for (AdmissionPolicy policy : AdmissionPolicy.values()) {
          processes.put(policy, start(server, policy, outputs));
        }
        LockSupport.parkNanos(OUTAGE.toNanos());
        server.faults().clear();
        for (Map.Entry<AdmissionPolicy, Process> each : processes.entrySet()) {
          Process process = each.getValue();
          boolean ended = process.waitFor(150, TimeUnit.SECONDS);
          String output = Files.readString(output(outputs, each.getKey()), UTF_8);
          System.out.println("128 MiB, silent for a minute: " + output.strip());
          assertThat(ended).as(output).isTrue();
          assertThat(output).doesNotContain("OutOfMemoryError").contains("failed 0");
          assertThat(process.exitValue()).as(output).isZero();
        }
      } finally {
        processes.values().forEach(Process::destroyForcibly);
      }
    }
  }

  private static Path output(Path outputs, AdmissionPolicy policy) {
    return outputs.resolve(policy + ".txt");
  }

  private static Process start(KinesisTestServer server, AdmissionPolicy policy, Path outputs)
      throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                PutAsFastAsPossible.class.getName(),
                server.endpoint().toString(),
                policy.name(),
                Long.toString(OUTAGE.toMillis())))
        .redirectErrorStream(true)
        .redirectOutput(output(outputs, policy).toFile())
        .start();
  }
}
