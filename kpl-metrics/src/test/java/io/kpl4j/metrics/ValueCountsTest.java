// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueCountsTest {

  private final ValueCounts counts = new ValueCounts();

  @Test
  void counted_oneValue_isItself() {
    counts.add(7, 1);

    assertThat(counts.counted(7, 7)).containsExactly(new ValueCounts.Counted(7, 1));
  }

  @Test
  void counted_zeroAndOthers_areInOrder() {
    counts.add(0, 3);
    counts.add(1_000, 2);

    assertThat(total(counts.counted(0, 1_000))).isEqualTo(5);
    assertThat(sum(counts.counted(0, 1_000))).isEqualTo(2_000);
    assertThat(counts.counted(0, 1_000))
        .isSortedAccordingTo(Comparator.comparingDouble(ValueCounts.Counted::value));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void counted_anyValues_hasTheirNumberSumEndsAndPercentiles(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values =
        random.doubles(20_000).map(uniform -> Math.exp(uniform * 12 - 3)).sorted().toArray();
    ValueCounts other = new ValueCounts();
    for (double value : values) {
      (random.nextBoolean() ? counts : other).add(value, 1);
    }
    List<ValueCounts.Counted> counted =
        counts.plus(other).counted(values[0], values[values.length - 1]);

    assertThat(counted).hasSizeLessThanOrEqualTo(ValueCounts.MOST_VALUES);
    assertThat(total(counted)).isEqualTo(values.length);
    double sum = Arrays.stream(values).sum();
    assertThat(sum(counted)).isCloseTo(sum, within(sum * 1e-9));
    assertThat(counted.get(0).value()).isEqualTo(values[0]);
    assertThat(counted.get(counted.size() - 1).value()).isEqualTo(values[values.length - 1]);
    for (int percent : new int[] {10, 50, 90, 99}) {
      double right = values[values.length * percent / 100];
      assertThat(percentile(counted, values.length * percent / 100))
          .as(percent + " %")
          .isBetween(right * 0.87, right * 1.14);
    }
  }

  @Test
  void add_valuesOfAllSizes_staysWithinTheBoundAndInexactOnlyInTheSpread() {
    for (int power = -300; power < 300; power++) {
      counts.add(Math.pow(10, power), 2);
    }
    List<ValueCounts.Counted> counted = counts.counted(1e-300, 1e299);

    assertThat(counted).hasSizeLessThanOrEqualTo(ValueCounts.MOST_VALUES);
    assertThat(total(counted)).isEqualTo(1_200);
  }

  private static long total(List<ValueCounts.Counted> counted) {
    return counted.stream().mapToLong(ValueCounts.Counted::count).sum();
  }

  private static double sum(List<ValueCounts.Counted> counted) {
    return counted.stream().mapToDouble(each -> each.value() * (double) each.count()).sum();
  }

  private static double percentile(List<ValueCounts.Counted> counted, long rank) {
    long before = 0;
    for (ValueCounts.Counted each : counted) {
      before += each.count();
      if (before > rank) {
        return each.value();
      }
    }
    throw new AssertionError("no such rank");
  }
}
