// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import java.util.Locale;

/** Writes amounts for people. Stateless. */
final class Amounts {

  private static final double MEGA = 1e6;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  private Amounts() {}

  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  static String count(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  /** One or two digits that count. */
  static String ratio(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%,.0f", value);
  }

  static String megabytes(double bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / MEGA);
  }

  static String time(long nanos) {
    return nanos < NANOS_PER_SECOND
        ? String.format(Locale.ROOT, "%.0f ms", nanos / NANOS_PER_MILLI)
        : String.format(Locale.ROOT, "%.2f s", nanos / NANOS_PER_SECOND);
  }
}
