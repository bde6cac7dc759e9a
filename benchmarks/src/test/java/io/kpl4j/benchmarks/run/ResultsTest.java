// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** What is written of a whole plan whose figures are made up. */
final class ResultsTest {

  @TempDir private Path folder;

  private final BenchOptions options = BenchOptions.parse();
  private Results results;

  @BeforeEach
  void begin() {
    results =
        new Results(
            About.of(options, new String[] {"--only", "a|b"}, none(), folder), calibrated());
  }

  private static ClassPaths none() {
    return ClassPaths.of("", "");
  }

  private static Calibration calibrated() {
    Calibration calibration = new Calibration();
    List.of("keyNanos", "md5NanosPerByte", "sha256NanosPerByte", "tlsNanosPerByte")
        .forEach(
            name ->
                List.of("", "jdk.", "own.").forEach(prefix -> calibration.add(prefix + name, 1)));
    calibration.add("own.ownNanos", 300);
    calibration.add("own.ownBytes", 230);
    return calibration;
  }

  private void runAll() {
    for (Plan.Run run : Plan.of(options).runs()) {
      results.add(run, measured());
    }
  }

  private static Measured measured() {
    Measured measured = new Measured();
    List.of(
            "records",
            "acknowledged",
            "seconds",
            "cpuSeconds",
            "startMillis",
            "calls",
            "storedUserRecords")
        .forEach(name -> measured.put(name, 1_000));
    measured.put("kinesisRecords", 10);
    measured.put("storedBytes", 141_000);
    measured.put("endpointCpuSeconds", 1);
    measured.latency(50, 80);
    measured.latency(99, 100);
    measured.latency(99.9, 120);
    measured.latency(100, 130);
    measured.memory(new Measured.Memory(1, 300, 100));
    measured.complete();
    return measured;
  }

  @Test
  void targets_allRan_haveEveryRow() {
    runAll();

    assertThat(Targets.of(results).rows())
        .extracting(row -> row.get(0))
        .containsExactly(
            "CPU s per 10^6, 100 B",
            "CPU s per 10^6, 100 B",
            "CPU s per 10^6, 100 B, JDK's TLS",
            "CPU s per 10^6, 1 KiB",
            "CPU s per 10^6, 1 KiB",
            "CPU s per 10^6, 1 KiB, JDK's TLS",
            "CPU s per 10^6, 10 KiB",
            "CPU s per 10^6, 10 KiB",
            "CPU s per 10^6, 10 KiB, JDK's TLS",
            "records/s, 100 B",
            "records/s, 1 KiB",
            "p99 at 20,000/s of 1 KiB, linger 100 ms, ms",
            "p99 at 20,000/s of 1 KiB, eager, ms",
            "peak RSS MiB, 1 KiB, heap of 256 MiB",
            "peak RSS MiB, 1 KiB, heap of 256 MiB",
            "own work without transport, 100 B, ns",
            "the same without hashing",
            "bytes allocated, 100 B",
            "idle, % of a core",
            "start to the first record, ms",
            "CPU s per 10^6, 1,000 shards");
  }

  @Test
  void targets_figure_isHeldAgainstBoth() {
    runAll();

    // The same as the KPL's, where an eighth is wanted; 100 ms, where 110 are aimed at.
    assertThat(row("CPU s per 10^6, 1 KiB")).contains("1.00x", "8.00x", "10.0x", "missed");
    assertThat(row("p99 at 20,000/s of 1 KiB, linger")).contains("100 ms", "110 ms", "aim met");
    // 230 bytes less the 141 in the request.
    assertThat(row("bytes allocated")).contains("89.0 B", "150 B", "80.0 B", "must met");
  }

  private List<String> row(String title) {
    return Targets.of(results).rows().stream()
        .filter(row -> row.get(0).startsWith(title))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void write_all_isReadable() throws Exception {
    runAll();
    results.failed(Plan.of(options).runs().get(0), "1 < 2 | 3");

    Path page = results.write(folder);

    assertWellFormed(Files.readString(page), "html");
    assertThat(Files.readString(page)).contains("<svg", "1 &lt; 2 | 3", "a|b", "LocalStack");
    for (String chart : List.of("throughput", "cpu", "latency", "memory")) {
      String svg = Files.readString(page.resolveSibling(chart + ".svg"));
      assertWellFormed(svg, "svg");
      assertThat(Files.readString(page)).contains(svg);
    }
    assertThat(Files.readString(page.resolveSibling("latency.svg")))
        .contains("kpl4j, eager: p50 80.0 ms, p99 100 ms, p99.9 120 ms");
    assertThat(Files.readString(page.resolveSibling("table.md"))).contains("a\\|b");
    try (JsonParser json =
        new JsonFactory().createParser(page.resolveSibling("raw.json").toFile())) {
      while (json.nextToken() != null) {
        // It throws if that is none.
      }
    }
  }

  /** A page of XML is one of HTML as well. */
  private static void assertWellFormed(String page, String tag)
      throws ParserConfigurationException, IOException, SAXException {
    String xml = page.replace("<!DOCTYPE html>", "").replace("<meta charset='utf-8'>", "");
    assertThat(
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml)))
                .getDocumentElement()
                .getTagName())
        .isEqualTo(tag);
  }

  @Test
  void write_nothingRan_hasStillAPage() throws IOException {
    assertThat(Files.readString(results.write(folder))).contains("How it was run");
  }
}
