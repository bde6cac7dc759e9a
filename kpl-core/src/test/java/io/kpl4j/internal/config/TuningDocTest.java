// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds the tables of docs/tuning.md against the declarations. */
class TuningDocTest {

  private static final Path DOC = Path.of("..", "docs", "tuning.md");

  @ParameterizedTest
  @EnumSource
  void doc_tableOfGroup_equalsTheDeclarations(ConfigKey.Group group) throws IOException {
    List<String> expected =
        KnownKeys.all().stream()
            .filter(key -> key.group() == group)
            .map(TuningDocTest::row)
            .toList();

    assertThat(rowsUnder(heading(group))).containsExactlyElementsOf(expected);
  }

  static String heading(ConfigKey.Group group) {
    return switch (group) {
      case ESSENTIAL -> "## Essentials";
      case FREQUENT -> "## Often tuned";
      case RARE -> "## Seldom tuned";
      case FOREIGN -> "## Keys of the KPL without meaning here";
    };
  }

  static String row(ConfigKey<?> key) {
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(key.name(), key.defaultText(), key.allowed(), effect(key), key.meaning());
  }

  static String effect(ConfigKey<?> key) {
    return switch (key.effect()) {
      case FULL -> "full";
      case IGNORED -> "ignored";
      case REFUSED -> "refused";
    };
  }

  private static List<String> rowsUnder(String heading) throws IOException {
    List<String> rows = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(DOC)) {
      if (line.startsWith("## ")) {
        inside = line.equals(heading);
      } else if (inside && line.startsWith("| `")) {
        rows.add(line);
      }
    }
    return rows;
  }
}
