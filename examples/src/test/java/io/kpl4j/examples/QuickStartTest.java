// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the README's quick start against the program that is compiled. */
class QuickStartTest {

  private static final Pattern JAVA_BLOCK = Pattern.compile("(?s)```java\\R(.*?)\\R```");
  private static final Pattern REGION =
      Pattern.compile("(?s)// README: begin\\R(.*?)\\R// README: end");

  @Test
  void readme_firstJavaBlock_isTheCompiledQuickStart() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    String program = Files.readString(Path.of("src/main/java/io/kpl4j/examples/QuickStart.java"));

    assertThat(first(JAVA_BLOCK, readme)).isEqualTo(first(REGION, program));
  }

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as("%s is there", pattern).isTrue();
    return matcher.group(1);
  }
}
