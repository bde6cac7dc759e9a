// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.testkit.KinesisTestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole demo in this process: what it prints and how it ends. */
@Timeout(60)
class DemoTest {

  private static final int EVENTS = 2_000;

  @TempDir private Path folder;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @Test
  void run_clickStream_allIsWell() {
    assertThat(run()).isZero();
    assertThat(text())
        .contains(
            "a click stream of 2,000 events",
            "read back                     2,000",
            "All is well.");
  }

  @Test
  void run_file_allLinesReadBack() throws IOException {
    Path file = Files.writeString(folder.resolve("lines"), "a\n\nb\na\n" + "x".repeat(200_000));

    assertThat(run(file.toString())).isZero();
    assertThat(text()).contains("read back                         5");
  }

  @Test
  void run_lineTooLong_saysWhichAndWhatWasSent() throws IOException {
    Path file = Files.writeString(folder.resolve("lines"), "a\n" + "x".repeat(1 << 20));

    assertThat(run(file.toString())).isEqualTo(DemoException.WRONG_USAGE);
    assertThat(text()).contains("line 2: longer than 1,048,567 bytes", "1 records were sent");
  }

  @Test
  void run_missingFile_saysSo() {
    assertThat(run("/nonexistent")).isEqualTo(DemoException.WRONG_USAGE);
    assertThat(text().lines())
        .containsExactly("demo: cannot read /nonexistent: there is no such file");
  }

  @Test
  void run_nobodyListens_saysSo() {
    assertThat(run("--endpoint", "http://127.0.0.1:1", "--stream", "x"))
        .isEqualTo(DemoException.FAILED);
    assertThat(text())
        .startsWith("demo: stream x at http://127.0.0.1:1 does not answer: connection refused.")
        .doesNotContain("\tat ");
  }

  @Test
  void run_endpointWithoutTheStream_saysSo() {
    try (KinesisTestServer server = KinesisTestServer.start()) {
      assertThat(run("--endpoint", server.endpoint().toString(), "--stream", "x"))
          .isEqualTo(DemoException.FAILED);
      assertThat(text()).contains("has no stream of that name");
    }
  }

  @Test
  void run_certificateNotTrusted_saysSo() {
    try (KinesisTestServer server = KinesisTestServer.builder().tls(true).stream("x", 1).start()) {
      assertThat(run("--endpoint", server.endpoint().toString(), "--stream", "x"))
          .isEqualTo(DemoException.FAILED);
      assertThat(text()).contains("TLS failed", "CaCertFile");
    }
  }

  @Test
  void run_twiceOnOneStream_readsOnlyItsOwn() {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("x", 2).start()) {
      URI url = server.endpoint();

      assertThat(run("--endpoint", url.toString(), "--stream", "x")).isZero();
      assertThat(run("--endpoint", url.toString(), "--stream", "x")).isZero();
    }
  }

  @Test
  void run_badProperties_namesFileAndKey() throws IOException {
    Path file = Files.writeString(folder.resolve("bad.properties"), "Foo=1");

    assertThat(run("--properties", file.toString())).isEqualTo(DemoException.WRONG_USAGE);
    assertThat(text()).contains(file.toString(), "Foo");
  }

  @Test
  void run_propertiesThatDoNotGoWithTheEndpoint_saysSo() throws IOException {
    Path file = Files.writeString(folder.resolve("p"), "KinesisEndpoint=h\nKinesisPort=1\n");

    assertThat(run("--properties", file.toString())).isEqualTo(DemoException.WRONG_USAGE);
    assertThat(text()).contains("KinesisPort");
  }

  private int run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    if (!all.contains("--properties")) {
      all.addAll(List.of("--properties", "demo.properties"));
    }
    PrintStream output = new PrintStream(printed, true, UTF_8);
    DemoOptions options = DemoOptions.parse(all.toArray(String[]::new));
    return new Demo(options, new Screen(output, output, 0), EVENTS).run();
  }

  private String text() {
    return printed.toString(UTF_8);
  }
}
