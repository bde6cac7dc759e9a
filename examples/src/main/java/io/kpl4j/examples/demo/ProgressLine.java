// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import java.util.List;
import java.util.Locale;

/** Writes how things stand in one line. Stateless. */
final class ProgressLine {

  private static final int MAX_BAR = 30;
  private static final int LEAST_BAR = 8;
  private static final String GAP = "  ";

  private ProgressLine() {}

  /**
   * What happens now.
   *
   * @param recordsPerSecond user records stored in a second
   * @param bytesPerSecond their data
   */
  record Rate(double recordsPerSecond, double bytesPerSecond) {}

  /** For a terminal: a bar and as much behind it as there is room for. */
  static String bar(Tally tally, Rate rate, double share, int width) {
    String head = Double.isNaN(share) ? records(tally) : percent(share);
    StringBuilder line = new StringBuilder(head);
    int room = Double.isNaN(share) ? width : width - LEAST_BAR - 3;
    for (String part : parts(tally, rate)) {
      if (line.length() + GAP.length() + part.length() <= room) {
        line.append(GAP).append(part);
      }
    }
    if (!Double.isNaN(share)) {
      int cells = Math.min(MAX_BAR, width - line.length() - 3);
      if (cells >= LEAST_BAR) {
        line.insert(0, "[" + cells(share, cells) + "] ");
      }
    }
    return line.length() > width ? line.substring(0, Math.max(0, width)) : line.toString();
  }

  /** For a file or a pipe: all of it. */
  static String plain(Tally tally, Rate rate, double share) {
    String head = (Double.isNaN(share) ? "" : percent(share) + GAP) + records(tally);
    return head + GAP + String.join(GAP, parts(tally, rate));
  }

  private static List<String> parts(Tally tally, Rate rate) {
    return List.of(
        Amounts.count(rate.recordsPerSecond()) + "/s",
        Amounts.megabytes(rate.bytesPerSecond()) + "/s",
        "p50 " + Amounts.time(tally.latency().p50Nanos()),
        "p99 " + Amounts.time(tally.latency().p99Nanos()),
        Amounts.ratio(tally.recordsPerKinesisRecord()) + " per Kinesis record",
        "throttled " + Amounts.count(tally.throttled()),
        "retried " + Amounts.count(tally.retried()));
  }

  private static String records(Tally tally) {
    return Amounts.count(tally.records()) + " records";
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%3.0f%%", Math.floor(100 * share));
  }

  private static String cells(double share, int cells) {
    int full = (int) (share * cells);
    return "#".repeat(full) + ".".repeat(cells - full);
  }
}
