// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.StreamConfigBuilder;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What may be set for one stream, may be so in a file and in code, and is documented. */
class StreamKeysTest {

  private static Set<String> allowed() {
    return StreamSettings.ALLOWED.stream().map(ConfigKey::name).collect(Collectors.toSet());
  }

  @Test
  void builder_hasASetterForEachKeyOfOneStream() {
    assertThat(
            Stream.of(StreamConfigBuilder.class.getDeclaredMethods())
                .filter(method -> method.getReturnType() == StreamConfigBuilder.class)
                .map(Method::getName)
                .filter(name -> !name.equals("set")))
        .containsExactlyInAnyOrderElementsOf(
            allowed().stream().map(StreamKeysTest::setter).toList());
  }

  private static String setter(String key) {
    return key.substring(0, 1).toLowerCase(Locale.ROOT) + key.substring(1);
  }

  @Test
  void doc_ofSettingsForOneStream_namesEachKey() throws IOException {
    String doc = Files.readString(Path.of("..", "docs", "tuning.md"));
    int begin = doc.indexOf("\n## Settings for one stream\n");
    String section = doc.substring(begin, doc.indexOf("\n## ", begin + 1));

    for (String key : allowed()) {
      assertThat(section).containsPattern("[`.]" + key + "`");
    }
  }
}
