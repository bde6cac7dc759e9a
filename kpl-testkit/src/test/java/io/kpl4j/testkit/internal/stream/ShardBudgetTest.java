// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ShardBudgetTest {

  private static final long SECOND = 1_000_000_000L;
  private static final int MIB = 1 << 20;

  private final ShardBudget budget = new ShardBudget(0);

  @Test
  void tryTake_burstOfRecords_endsAtAThousand() {
    assertThat(takeRecords(1_500, 0)).isEqualTo(1_000);
  }

  @Test
  void tryTake_afterHalfASecond_hasHalfTheRecordsBack() {
    takeRecords(1_000, 0);

    assertThat(takeRecords(1_000, SECOND / 2)).isEqualTo(500);
  }

  @Test
  void tryTake_afterAnHour_hasOneSecondOnly() {
    takeRecords(1_000, 0);

    assertThat(takeRecords(5_000, 3_600 * SECOND)).isEqualTo(1_000);
  }

  @Test
  void tryTake_bytesSpent_refusesUntilTheyAreBack() {
    assertThat(budget.tryTake(MIB, 0)).isTrue();
    assertThat(budget.tryTake(1, 0)).isFalse();
    assertThat(budget.tryTake(MIB / 4, SECOND / 4)).isTrue();
    assertThat(budget.tryTake(1, SECOND / 4)).isFalse();
  }

  @Test
  void tryTake_recordDearerThanTheBurst_passesWhenFullAndLeavesDebt() {
    assertThat(budget.tryTake(3 * MIB, 0)).isTrue();
    assertThat(budget.tryTake(1, 2 * SECOND)).isFalse();
    assertThat(budget.tryTake(1, 2 * SECOND + SECOND / 100)).isTrue();
    assertThat(budget.tryTake(3 * MIB, 2 * SECOND + SECOND / 2)).isFalse();
  }

  @Test
  void tryTake_clockGoesBack_takesNoHarm() {
    takeRecords(1_000, SECOND);

    assertThat(takeRecords(10, 0)).isZero();
    assertThat(takeRecords(1_000, 2 * SECOND)).isEqualTo(1_000);
  }

  private int takeRecords(int wanted, long nowNanos) {
    int taken = 0;
    for (int i = 0; i < wanted; i++) {
      taken += budget.tryTake(1, nowNanos) ? 1 : 0;
    }
    return taken;
  }
}
