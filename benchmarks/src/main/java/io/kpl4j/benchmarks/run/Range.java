// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.List;
import java.util.Locale;

/**
 * The figures of several repetitions. Immutable.
 *
 * @param median the middle one
 * @param least the least
 * @param greatest the greatest
 * @param count how many there were; 0 if there is none, then the others are NaN
 */
record Range(double median, double least, double greatest, int count) {

  static Range of(List<Double> values) {
    List<Double> sorted = values.stream().filter(value -> !value.isNaN()).sorted().toList();
    int count = sorted.size();
    if (count == 0) {
      return new Range(Double.NaN, Double.NaN, Double.NaN, 0);
    }
    double median = (sorted.get((count - 1) / 2) + sorted.get(count / 2)) / 2;
    return new Range(median, sorted.get(0), sorted.get(count - 1), count);
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Three digits that count. */
  static String text(double value) {
    double size = Math.abs(value);
    String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }

  /** The median, and what it lies between. */
  String text() {
    if (count < 2) {
      return text(median);
    }
    return text(median) + " (" + text(least) + " to " + text(greatest) + ")";
  }
}
