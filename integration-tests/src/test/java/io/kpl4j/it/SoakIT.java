// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.testkit.KinesisTestServer;
import io.kpl4j.testkit.Storage;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A producer in a process of 256 MiB puts for a long time, while its endpoint fails and reshards at
 * random: memory, threads and files stay flat, and no record is unaccounted for, else {@link
 * SoakProducer} fails. The endpoint, in this process, keeps counts only.
 *
 * <p>It lasts 40 s, or {@code kpl.soak} (an ISO duration); {@code kpl.soak.seed} sets the seed,
 * {@code kpl.soak.leak} makes it keep so many bytes of each record, and then it must fail.
 */
class SoakIT {

  private final List<SoakSample> samples = Collections.synchronizedList(new ArrayList<>());

  @Test
  void producer_faultsAndReshardsAtRandom_staysFlatAndAccountsForEveryRecord(@TempDir Path folder)
      throws Exception {
    Duration duration = Duration.parse(System.getProperty("kpl.soak", "PT40S"));
    long seed = Long.getLong("kpl.soak.seed", 1);
    Path errors = folder.resolve("errors.txt");
    try (KinesisTestServer server =
        KinesisTestServer.builder().storage(Storage.COUNT_ONLY).stream(SoakProducer.STREAM, 4)
            .throttling(true)
            .start()) {
      SoakWeather weather = new SoakWeather(server, seed);
      Process process = start(server, seed, duration, errors.toFile());
      try {
        Thread reader = new Thread(() -> read(process), "soak-samples");
        reader.start();
        while (!process.waitFor(weather.change().toMillis(), MILLISECONDS)) {}
        reader.join();
      } finally {
        process.destroyForcibly();
      }
      System.out.println(
          "soak: seed "
              + seed
              + ", stored "
              + server.recordCount(SoakProducer.STREAM)
              + " Kinesis records, on "
              + server.shards(SoakProducer.STREAM).size()
              + " shards in turn; weather "
              + weather.report());
      assertThat(process.exitValue()).as(() -> text(errors)).isZero();
    }
    judge();
  }

  private void judge() {
    for (SoakSample.Bound bound : SoakSample.Bound.values()) {
      System.out.println("soak: " + bound.verdict(samples));
    }
    assertThat(samples).hasSizeGreaterThanOrEqualTo(SoakSample.FEWEST);
    assertThat(samples.get(samples.size() - 1).succeeded()).isPositive();
    assertThat(samples).allMatch(sample -> sample.underWay() > 0, "counted with records under way");
    assertThat(SoakSample.Bound.values())
        .allSatisfy(bound -> assertThat(bound.holds(samples)).as(bound.verdict(samples)).isTrue());
  }

  private void read(Process process) {
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        SoakSample sample = SoakSample.parse(line);
        samples.add(sample);
        System.out.println("soak: " + sample);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path errors) {
    try {
      return Files.readString(errors);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Thirty samples at least, and one a minute. */
  private static long period(Duration duration) {
    return Math.max(2, Math.min(60, duration.toSeconds() / 30));
  }

  private static Process start(KinesisTestServer server, long seed, Duration duration, File errors)
      throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp",
            System.getProperty("java.class.path"),
            SoakProducer.class.getName(),
            server.endpoint().toString(),
            Long.toString(seed),
            Long.toString(duration.toSeconds()),
            Long.toString(period(duration)),
            Integer.toString(Integer.getInteger("kpl.soak.leak", 0)))
        .redirectError(errors)
        .start();
  }
}
