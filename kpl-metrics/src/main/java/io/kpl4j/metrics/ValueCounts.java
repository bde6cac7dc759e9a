// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How values are spread, in at most 150 values with their counts, as many as a datum of CloudWatch
 * takes. Not thread-safe.
 *
 * <p>Values that differ by less than an eighth share a place, which stands for their mean: count
 * and sum stay exact, a percentile is right to an eighth. Where too many places are taken,
 * neighbours join. The least and the greatest value are kept apart when they are told, so they are
 * exact too.
 */
final class ValueCounts {

  /** What a datum takes (CloudWatch API reference, MetricDatum). */
  static final int MOST_VALUES = 150;

  /** The least and the greatest need one each. */
  private static final int MOST_PLACES = MOST_VALUES - 2;

  /** A double's exponent and three bits of its fraction: eight places for each doubling. */
  private static final int SHIFT = 52 - 3;

  /**
   * A value and how often it was seen.
   *
   * @param value the value
   * @param count how often, at least 1
   */
  record Counted(double value, long count) {}

  private record Sum(long count, double sum) {
    Sum plus(Sum other) {
      return new Sum(count + other.count, sum + other.sum);
    }
  }

  private final TreeMap<Long, Sum> places = new TreeMap<>();
  private int shift = SHIFT;

  /** Takes a value, zero or more, that was seen so many times. */
  void add(double value, long times) {
    long place = Double.doubleToRawLongBits(Math.max(0, value)) >>> shift;
    places.merge(place, new Sum(times, value * times), Sum::plus);
    while (places.size() > MOST_PLACES) {
      coarser();
    }
  }

  private void coarser() {
    shift++;
    TreeMap<Long, Sum> joined = new TreeMap<>();
    places.forEach((place, sum) -> joined.merge(place >>> 1, sum, Sum::plus));
    places.clear();
    places.putAll(joined);
  }

  /** Both together; neither is changed. */
  ValueCounts plus(@Nullable ValueCounts other) {
    ValueCounts both = new ValueCounts();
    both.shift = other == null ? shift : Math.max(shift, other.shift);
    both.addAll(this);
    if (other != null) {
      both.addAll(other);
    }
    while (both.places.size() > MOST_PLACES) {
      both.coarser();
    }
    return both;
  }

  private void addAll(ValueCounts other) {
    int by = shift - other.shift;
    other.places.forEach((place, sum) -> places.merge(place >>> by, sum, Sum::plus));
  }

  /** About how many values there are. */
  int size() {
    return places.size() + 2;
  }

  /** The values in order, at most {@value #MOST_VALUES}, with these as the first and the last. */
  List<Counted> counted(double minimum, double maximum) {
    TreeMap<Long, Sum> rest = new TreeMap<>(places);
    List<Counted> counted = new ArrayList<>();
    takeOne(rest, rest.firstEntry(), minimum);
    counted.add(new Counted(minimum, 1));
    boolean several = !rest.isEmpty();
    if (several) {
      takeOne(rest, rest.lastEntry(), maximum);
    }
    for (Sum sum : rest.values()) {
      double mean = sum.sum / sum.count;
      counted.add(new Counted(Math.min(maximum, Math.max(minimum, mean)), sum.count));
    }
    if (several) {
      counted.add(new Counted(maximum, 1));
    }
    return counted;
  }

  private static void takeOne(Map<Long, Sum> from, Map.Entry<Long, Sum> place, double value) {
    Sum sum = place.getValue();
    if (sum.count == 1) {
      from.remove(place.getKey());
    } else {
      from.put(place.getKey(), new Sum(sum.count - 1, sum.sum - value));
    }
  }
}
