// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** What comes out where, and in which order. */
class ScreenTest {

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream output = new PrintStream(printed, true, UTF_8);

  @Test
  void line_whileABarIsShown_comesOutAboveIt() {
    Screen screen = new Screen(output, output, 80);
    screen.bar("[##..]");
    screen.line("hello");
    screen.eraseBar();

    assertThat(printed.toString(UTF_8))
        .isEqualTo("\r[##..]\r      \rhello" + System.lineSeparator() + "\r[##..]\r      \r");
  }

  @Test
  void bar_noTerminal_nothing() {
    new Screen(output, output, 0).bar("[##..]");

    assertThat(printed.size()).isZero();
  }

  @Test
  void errorStream_warningWithStackTrace_oneLineUnlessAskedFor() {
    Screen screen = new Screen(output, output, 0);
    String trace =
        "WARN slow\njava.io.IOException: x\n\tat A.b(A.java)\nCaused by: y\n\t... 3 more\n";
    screen.errorStream(false).print(trace);
    screen.errorStream(true).print("\tat C\n");

    assertThat(printed.toString(UTF_8).lines())
        .containsExactly("WARN slow", "java.io.IOException: x", "\tat C");
  }
}
