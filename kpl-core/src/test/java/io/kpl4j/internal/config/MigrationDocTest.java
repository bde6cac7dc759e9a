// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducer;
import java.io.IOException;
import java.lang.reflect.Member;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds docs/migrating-from-kpl.md against the code. */
class MigrationDocTest {

  private static final Path DOC = Path.of("..", "docs", "migrating-from-kpl.md");

  /** Key, the KPL's default, effect. */
  private static final Pattern ROW =
      Pattern.compile("\\| `(\\w+)` \\| ([^|]+) \\| ([^|]+) \\| [^|]+ \\|");

  /** A member of a public type of ours. */
  private static final Pattern OURS =
      Pattern.compile("`((?:Kinesis|Record|User|Failure|Attempt|Stream)\\w*)\\.(\\w+)`");

  private static String doc() throws IOException {
    return Files.readString(DOC);
  }

  private static String section(String heading) throws IOException {
    String doc = doc();
    int begin = doc.indexOf("\n## " + heading + "\n");
    assertThat(begin).as(heading).isPositive();
    int end = doc.indexOf("\n## ", begin + 1);
    return doc.substring(begin, end < 0 ? doc.length() : end);
  }

  @Test
  void properties_areThoseOfTheKplWithTheirDefaultsAndEffects() throws IOException {
    Properties kpl = KplFileTest.defaults();
    List<String> expected = new ArrayList<>();
    for (String name : new TreeSet<>(kpl.stringPropertyNames())) {
      ConfigKey<?> key = requireNonNull(KnownKeys.find(name), name);
      String value = kpl.getProperty(name);
      expected.add(
          name + ", " + (value.isEmpty() ? "none" : value) + ", " + TuningDocTest.effect(key));
    }

    List<String> rows =
        ROW.matcher(section("Properties"))
            .results()
            .map(row -> row.group(1) + ", " + row.group(2) + ", " + row.group(3))
            .toList();

    assertThat(rows).containsExactlyElementsOf(expected);
  }

  static Stream<String> replacements() throws IOException {
    return OURS.matcher(ourColumns())
        .results()
        .map(MigrationDocTest::qualified)
        .distinct()
        .sorted();
  }

  private static String qualified(MatchResult found) {
    return found.group(1) + "." + found.group(2);
  }

  /** The columns that speak of kpl4j: all but the first. */
  private static String ourColumns() throws IOException {
    StringBuilder columns = new StringBuilder();
    for (String line : doc().split("\n", -1)) {
      int second = line.startsWith("| ") ? line.indexOf(" | ") : -1;
      columns.append(second < 0 ? "" : line.substring(second)).append('\n');
    }
    return columns.toString();
  }

  @ParameterizedTest
  @MethodSource("replacements")
  void replacement_isThere(String qualified) throws ClassNotFoundException {
    int dot = qualified.indexOf('.');
    Class<?> type =
        Class.forName(KinesisProducer.class.getPackageName() + "." + qualified.substring(0, dot));

    assertThat(Stream.concat(Stream.of(type.getMethods()), Stream.of(type.getFields())))
        .extracting(Member::getName)
        .contains(qualified.substring(dot + 1));
  }

  @Test
  void links_pointToHeadings() throws IOException {
    for (MatchResult link : links()) {
      String file = link.group(1).isEmpty() ? "migrating-from-kpl.md" : link.group(1);
      String text = Files.readString(DOC.resolveSibling(file));
      assertThat(headings(text)).as(link.group()).contains(link.group(2));
    }
  }

  private static List<MatchResult> links() throws IOException {
    return Pattern.compile("\\]\\(([\\w.-]*)#([\\w-]+)\\)").matcher(doc()).results().toList();
  }

  private static List<String> headings(String text) {
    return text.lines()
        .filter(line -> line.startsWith("#"))
        .map(
            line ->
                line.replaceFirst("^#+ ", "")
                    .toLowerCase(java.util.Locale.ROOT)
                    .replaceAll("[^a-z0-9 -]", "")
                    .replace(' ', '-'))
        .toList();
  }
}
