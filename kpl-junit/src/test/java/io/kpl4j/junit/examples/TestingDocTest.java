// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the examples of {@code docs/testing.md} against those that are compiled and run. */
class TestingDocTest {

  private static final Path SOURCES = Path.of("src/test/java/io/kpl4j/junit/examples");
  private static final Pattern JAVA_BLOCK = Pattern.compile("(?s)```java\\R(.*?)```");
  private static final Pattern REGION =
      Pattern.compile("(?s)// docs/testing\\.md: begin\\R(.*?) *// docs/testing\\.md: end");

  @Test
  void javaBlocks_areTheExamples() throws IOException {
    List<String> examples = new ArrayList<>();
    for (String name : List.of("ClickService", "ClickServiceTest", "ClickServiceEndpointTest")) {
      all(REGION, Files.readString(SOURCES.resolve(name + ".java")))
          .forEach(region -> examples.add(region.stripTrailing().stripIndent() + "\n"));
    }

    assertThat(all(JAVA_BLOCK, Files.readString(Path.of("../docs/testing.md"))))
        .containsExactlyElementsOf(examples);
  }

  private static List<String> all(Pattern pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
