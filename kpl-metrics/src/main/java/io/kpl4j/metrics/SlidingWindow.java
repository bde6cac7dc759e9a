// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import java.util.Arrays;

/**
 * The values of the last sixty seconds and of the running one, second by second. Not thread-safe.
 * Some two kilobytes.
 */
final class SlidingWindow {

  static final int MOST_SECONDS = 60;

  private final long[] seconds = new long[MOST_SECONDS];
  private final long[] counts = new long[MOST_SECONDS];
  private final double[] sums = new double[MOST_SECONDS];
  private final double[] minima = new double[MOST_SECONDS];
  private final double[] maxima = new double[MOST_SECONDS];

  SlidingWindow() {
    Arrays.fill(seconds, Long.MIN_VALUE);
  }

  void add(long second, long count, double sum, double minimum, double maximum) {
    int at = (int) Math.floorMod(second, (long) MOST_SECONDS);
    if (seconds[at] != second) {
      seconds[at] = second;
      counts[at] = 0;
      sums[at] = 0;
      minima[at] = Double.POSITIVE_INFINITY;
      maxima[at] = Double.NEGATIVE_INFINITY;
    }
    counts[at] += count;
    sums[at] += sum;
    minima[at] = Math.min(minima[at], minimum);
    maxima[at] = Math.max(maxima[at], maximum);
  }

  /** So many seconds up to this one, which is counted. */
  Statistics last(int howMany, long second) {
    Statistics last = Statistics.NONE;
    for (int at = 0; at < MOST_SECONDS; at++) {
      if (seconds[at] > second - howMany && seconds[at] <= second && counts[at] > 0) {
        last = last.plus(new Statistics(counts[at], sums[at], minima[at], maxima[at]));
      }
    }
    return last;
  }
}
