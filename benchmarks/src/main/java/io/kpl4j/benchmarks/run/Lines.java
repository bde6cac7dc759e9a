// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What child processes and their parent say to each other, a line at a time. Thread-safe. */
final class Lines {

  /** Begins a line that is for the parent; any other is output of some library. */
  static final String MARK = "@";

  /** In place of a line, at the end. */
  static final String END = "";

  private static final long END_NANOS = TimeUnit.SECONDS.toNanos(5);

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

  /**
   * What the parent says, line by line, and {@link #END} when it has closed its end, or has ended.
   * This process ends then, by force if it does not by itself.
   */
  static BlockingQueue<String> fromParent() {
    BlockingQueue<String> said = new LinkedBlockingQueue<>();
    BufferedReader input = standardInput();
    Thread reader =
        new Thread(
            () -> {
              for (String line = next(input); line != null; line = next(input)) {
                said.add(line);
              }
              said.add(END);
              LockSupport.parkNanos(END_NANOS);
              Runtime.getRuntime().halt(1);
            },
            "parent");
    reader.setDaemon(true);
    reader.start();
    return said;
  }
}
