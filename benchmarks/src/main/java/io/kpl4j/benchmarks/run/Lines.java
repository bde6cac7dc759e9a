// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What child processes and their parent say to each other, a line at a time. Thread-safe. */
final class Lines {

  /** Begins a line that is for the parent; any other is output of some library. */
  static final String MARK = "@";

  private Lines() {}

  /** Says something to the parent. */
  static synchronized void say(PrintStream out, String name, Object value) {
    out.println(MARK + name + " " + value);
    out.flush();
  }

  /** A figure as the parent reads it. */
  static String figure(double value) {
    return String.format(Locale.ROOT, "%.6g", value);
  }

  static BufferedReader standardInput() {
    return new BufferedReader(new InputStreamReader(System.in, UTF_8));
  }

  static @Nullable String next(BufferedReader from) {
    try {
      return from.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends this process when the parent has: its end closes the standard input. */
  static void endWithParent() {
    BufferedReader input = standardInput();
    Thread watch =
        new Thread(
            () -> {
              while (next(input) != null) {
                // Nothing is said this way.
              }
              Runtime.getRuntime().halt(1);
            },
            "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }
}
