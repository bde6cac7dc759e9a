// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.io.PrintStream;
import java.util.Locale;

/** Shows how far it is: a line that changes on a terminal, else a line a run. One thread. */
final class Progress {

  private static final double NANOS_PER_SECOND = 1e9;

  private final PrintStream out;
  private final int width;
  private final int runs;
  private int run;
  private String shown = "";
  private long lastCount;
  private long lastNanos = System.nanoTime();
  private double perSecond;

  /** {@code width} is the terminal's; 0 if there is none. */
  Progress(PrintStream out, int width, int runs) {
    this.out = out;
    this.width = width;
    this.runs = runs;
  }

  void begin() {
    run++;
    lastCount = 0;
    perSecond = 0;
  }

  void show(Plan.Run current, String state, Child.Said said) {
    if (said.name().equals("progress")) {
      long now = System.nanoTime();
      long count = Long.parseLong(said.value());
      perSecond = (count - lastCount) * NANOS_PER_SECOND / Math.max(1, now - lastNanos);
      lastCount = count;
      lastNanos = now;
    }
    if (width > 0) {
      String text =
          String.format(
              Locale.ROOT,
              "[%d/%d] %s  %s  %,.0f records/s",
              run,
              runs,
              current.title(),
              state,
              perSecond);
      paint(text);
    }
  }

  /** A line that stays. */
  void done(Plan.Run current, Measured measured) {
    paint("");
    if (width > 0) {
      out.print("\r");
    }
    StringBuilder line =
        new StringBuilder(String.format(Locale.ROOT, "[%d/%d] %s", run, runs, current.title()));
    switch (current.workload().kind()) {
      case START -> append(line, "  %.0f ms", measured.get("startMillis"));
      case IDLE -> append(line, "  %.3f %% of a core", measured.get("cpuPercent"));
      case SATURATING, PACED -> {
        append(line, "  %,.0f records/s", measured.get("recordsPerSecond"));
        append(line, "  %.2f CPU s per million", measured.get("cpuSecondsPerMillion"));
        append(line, "  p99 %.0f ms", measured.get("p99Millis"));
        if (current.workload().isApart()) {
          append(line, "  %.0f MiB", measured.get("peakMebibytes"));
        }
      }
    }
    out.println(line);
    out.flush();
  }

  private static void append(StringBuilder line, String format, double value) {
    line.append(String.format(Locale.ROOT, format, value));
  }

  private void paint(String text) {
    if (width > 0) {
      String cut = text.length() < width ? text : text.substring(0, width - 1);
      out.print("\r" + cut + " ".repeat(Math.max(0, shown.length() - cut.length())));
      out.flush();
      shown = cut;
    }
  }
}
