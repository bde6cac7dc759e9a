// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How lines are read, and what is said of those that cannot be. */
class FileLinesTest {

  private static final int LIMIT = 100_000;

  @TempDir private Path folder;

  @Test
  void next_mixedLineEnds_linesWithoutThem() {
    assertThat(texts("a\n\nb\r\nc\rd\n\r\ne")).containsExactly("a", "", "b", "c\rd", "", "e");
  }

  @Test
  void next_nothing_noLine() {
    assertThat(texts("")).isEmpty();
  }

  @Test
  void next_linesOverManyBlocks_wholeAgain() {
    String line = "x".repeat(LIMIT);
    assertThat(texts(line + "\n" + line + "\r\n" + line)).containsExactly(line, line, line);
  }

  @Test
  void next_equalLines_sameKeyAndFewKeysInAll() {
    List<Line> lines = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      text.append(i % 10_000).append('\n');
    }
    FileLines source = lines(text.toString());
    for (Line line = source.next(); line != null; line = source.next()) {
      lines.add(line);
    }

    assertThat(lines.get(7).partitionKey()).isEqualTo(lines.get(10_007).partitionKey());
    assertThat(lines.stream().map(Line::partitionKey).distinct().count()).isBetween(3_000L, 4_096L);
  }

  @Test
  void next_lineTooLong_namesLineAndLimit() {
    FileLines lines = lines("a\n" + "x".repeat(LIMIT + 1) + "\nb");
    lines.next();

    assertThatExceptionOfType(DemoException.class)
        .isThrownBy(lines::next)
        .withMessageContaining("test, line 2: longer than 100,000 bytes");
  }

  @Test
  void open_noSuchFile_saysSo() {
    Path missing = folder.resolve("missing");

    assertThatExceptionOfType(DemoException.class)
        .isThrownBy(() -> FileLines.open(missing, LIMIT))
        .withMessage("cannot read " + missing + ": there is no such file");
  }

  @Test
  void open_directory_saysSo() {
    assertThatExceptionOfType(DemoException.class)
        .isThrownBy(() -> FileLines.open(folder, LIMIT))
        .withMessage("cannot read " + folder + ": it is a directory; name a file in it");
  }

  @Test
  void open_noPermission_saysSo() throws IOException {
    Path secret =
        Files.createFile(
            folder.resolve("secret"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("---------")));
    Assumptions.assumeFalse(Files.isReadable(secret), "root may read everything");

    assertThatExceptionOfType(DemoException.class)
        .isThrownBy(() -> FileLines.open(secret, LIMIT))
        .withMessage("cannot read " + secret + ": you have no permission to read it");
  }

  private static FileLines lines(String text) {
    return new FileLines("test", new ByteArrayInputStream(text.getBytes(UTF_8)), 0, LIMIT);
  }

  private static List<String> texts(String text) {
    List<String> texts = new ArrayList<>();
    FileLines lines = lines(text);
    for (Line line = lines.next(); line != null; line = lines.next()) {
      texts.add(new String(line.data(), UTF_8));
    }
    return texts;
  }
}
