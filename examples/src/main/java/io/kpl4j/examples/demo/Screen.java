// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Prints lines, and on a terminal a bar that stays below them. Thread-safe. The launcher says
 * whether there is a terminal: Java itself cannot tell while standard input is a pipe.
 */
final class Screen {

  /** Set by the launcher to the terminal's width in characters, if standard output is one. */
  static final String WIDTH_PROPERTY = "kpl.demo.width";

  private static final int MAX_WIDTH = 140;

  private final PrintStream output;
  private final PrintStream errors;

  /** In characters; 0 if this is no terminal. */
  private final int width;

  @GuardedBy("this")
  private String bar = "";

  Screen(PrintStream output, PrintStream errors, int width) {
    this.output = output;
    this.errors = errors;
    this.width = width;
  }

  /** The screen of this process. */
  static Screen ofProcess() {
    return new Screen(System.out, System.err, Integer.getInteger(WIDTH_PROPERTY, 0));
  }

  boolean isTerminal() {
    return width > 0;
  }

  /** How long a bar may be: a full line would wrap on some terminals. */
  int width() {
    return Math.min(MAX_WIDTH, width - 1);
  }

  /** Prints a line. */
  void line(String text) {
    print(output, text);
  }

  /** Prints a line for errors. */
  void errorLine(String text) {
    print(errors, text);
  }

  private synchronized void print(PrintStream target, String text) {
    String kept = bar;
    eraseBar();
    target.println(text);
    target.flush();
    bar(kept);
  }

  /** Paints the bar over the one before, in one write: nothing flickers. */
  synchronized void bar(String text) {
    if (isTerminal() && (!text.isEmpty() || !bar.isEmpty())) {
      output.print("\r" + text + " ".repeat(Math.max(0, bar.length() - text.length())));
      output.flush();
      bar = text;
    }
  }

  /** Takes the bar away. */
  synchronized void eraseBar() {
    if (!bar.isEmpty()) {
      bar("");
      output.print("\r");
      output.flush();
    }
  }

  /**
   * A stream whose lines come out above the bar, for what libraries log.
   *
   * @param stackTraces whether to let them through
   */
  PrintStream errorStream(boolean stackTraces) {
    return new PrintStream(new Lines(stackTraces), true, UTF_8);
  }

  /** Gathers bytes to lines. Thread-safe by its print stream's lock. */
  private final class Lines extends OutputStream {

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final boolean stackTraces;

    Lines(boolean stackTraces) {
      this.stackTraces = stackTraces;
    }

    @Override
    public void write(int b) {
      if (b == '\n') {
        complete(line.toString(UTF_8));
        line.reset();
      } else if (b != '\r') {
        line.write(b);
      }
    }

    private void complete(String text) {
      boolean inTrace = text.startsWith("\t") || text.startsWith("Caused by: ");
      if (stackTraces || !inTrace) {
        errorLine(text);
      }
    }
  }
}
