// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of balances against a map. */
class HashBalancesTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void add_randomChanges_asAMapHasIt(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    HashBalances balances = new HashBalances();
    Map<Long, Integer> expected = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      // Few low bits: places collide, and runs wrap around the end of the table.
      long hash = ((long) random.nextInt(50) << 40) + (random.nextInt(64) - 32);
      int change = random.nextBoolean() ? 1 : -1;
      balances.add(hash, change);
      expected.merge(hash, change, (a, b) -> a + b == 0 ? null : a + b);
      if (i % 1_000 == 0) {
        check(balances, expected);
      }
    }
    check(balances, expected);
  }

  private static void check(HashBalances balances, Map<Long, Integer> expected) {
    assertThat(balances.size()).isEqualTo(expected.size());
    expected.forEach((hash, balance) -> assertThat(balances.get(hash)).isEqualTo(balance));
    assertThat(balances.surplus())
        .isEqualTo(expected.values().stream().mapToLong(b -> Math.max(0, b)).sum());
    assertThat(balances.deficit(new HashBalances()))
        .isEqualTo(expected.values().stream().mapToLong(b -> Math.max(0, -b)).sum());
  }
}
