// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import org.jspecify.annotations.Nullable;

/**
 * Count, sum, minimum and maximum of a number of values. Immutable.
 *
 * @param count how many values
 * @param sum their sum
 * @param minimum the least; positive infinity if there is none
 * @param maximum the greatest; negative infinity if there is none
 * @param values how they are spread, or null where nobody asked for it
 */
record Statistics(
    long count, double sum, double minimum, double maximum, @Nullable ValueCounts values) {

  static final Statistics NONE =
      new Statistics(0, 0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

  Statistics(long count, double sum, double minimum, double maximum) {
    this(count, sum, minimum, maximum, null);
  }

  static Statistics of(double value, long times) {
    return new Statistics(times, value * times, value, value);
  }

  boolean isEmpty() {
    return count == 0;
  }

  Statistics plus(Statistics other) {
    return new Statistics(
        count + other.count,
        sum + other.sum,
        Math.min(minimum, other.minimum),
        Math.max(maximum, other.maximum),
        values == null ? other.values : values.plus(other.values));
  }
}
