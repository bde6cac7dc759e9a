// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import software.amazon.awssdk.services.cloudwatch.model.StatisticSet;

/**
 * Count, sum, minimum and maximum of a number of values. Immutable.
 *
 * @param count how many values
 * @param sum their sum
 * @param minimum the least; positive infinity if there is none
 * @param maximum the greatest; negative infinity if there is none
 */
record Statistics(long count, double sum, double minimum, double maximum) {

  static final Statistics NONE =
      new Statistics(0, 0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

  boolean isEmpty() {
    return count == 0;
  }

  Statistics plus(Statistics other) {
    return new Statistics(
        count + other.count,
        sum + other.sum,
        Math.min(minimum, other.minimum),
        Math.max(maximum, other.maximum));
  }

  StatisticSet toSet() {
    return StatisticSet.builder()
        .sampleCount((double) count)
        .sum(sum)
        .minimum(minimum)
        .maximum(maximum)
        .build();
  }
}
