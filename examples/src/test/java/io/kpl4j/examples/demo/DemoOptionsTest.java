// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the demo's command line may and may not be. */
class DemoOptionsTest {

  @Test
  void parse_nothing_clickStreamToTheEmbeddedEndpoint() {
    DemoOptions options = DemoOptions.parse();

    assertThat(options.file()).isEmpty();
    assertThat(options.endpoint()).isEmpty();
    assertThat(options.properties()).isEmpty();
    assertThat(options.localstack()).isFalse();
    assertThat(options.debug()).isFalse();
  }

  @Test
  void parse_everythingButLocalStack_isKept() {
    DemoOptions options =
        DemoOptions.parse(
            "--endpoint",
            "https://localhost:4566/",
            "--stream",
            "s",
            "-",
            "--properties",
            "p",
            "--debug");

    assertThat(options.endpoint()).contains(URI.create("https://localhost:4566"));
    assertThat(options.stream()).contains("s");
    assertThat(options.file()).contains(DemoOptions.STANDARD_INPUT);
    assertThat(options.properties()).contains(Path.of("p"));
    assertThat(options.debug()).isTrue();
  }

  @Test
  void parse_afterTwoDashes_anythingIsAFile() {
    assertThat(DemoOptions.parse("--", "--help").file()).contains("--help");
  }

  @Test
  void parse_help_excusesWhatDoesNotGoTogether() {
    assertThat(DemoOptions.parse("--stream", "s", "--help").help()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--foo | there is no option --foo",
        "-x | there is no option -x",
        "a b | one file at a time, not both a and b",
        "--properties | --properties needs a value: --properties FILE",
        "--endpoint | --endpoint needs a value: --endpoint URL",
        "--endpoint http://h:1 | --endpoint needs --stream NAME, a stream that exists there",
        "--endpoint h:1 --stream s | --endpoint takes a URL such as http://127.0.0.1:4566, not h:1",
        "--endpoint http://h/p --stream s | --endpoint takes a URL such as http://127.0.0.1:4566, not http://h/p",
        "--stream s | --stream goes with --endpoint URL; without it the demo makes a stream of its own",
        "--localstack --endpoint http://h:1 --stream s | --localstack and --endpoint exclude each other",
      })
  void parse_misuse_saysWhatIsWrong(String words, String message) {
    assertThatExceptionOfType(DemoException.class)
        .isThrownBy(() -> DemoOptions.parse(words.split(" ")))
        .withMessage(message)
        .matches(e -> e.exitCode() == DemoException.WRONG_USAGE);
  }
}
