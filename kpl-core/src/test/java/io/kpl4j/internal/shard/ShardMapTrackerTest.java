// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.shard;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.aggregation.HashKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The state table of the tracker: what was known, what happened, when it lists next. */
class ShardMapTrackerTest {

  private static final long START = 1_000;
  private static final long BOUND = 80;
  private static final ShardRange ALL = new ShardRange("0", HashKey.MIN, HashKey.MAX, true);
  private static final HashKey HALF = HashKey.of(1L << 63, 0);
  private static final ShardRange LOWER = new ShardRange("1", HashKey.MIN, HALF.previous(), true);
  private static final ShardRange UPPER = new ShardRange("2", HALF, HashKey.MAX, true);
  private static final ShardRange PARENT = new ShardRange("0", HashKey.MIN, HashKey.MAX, false);
  private static final ShardListing FAILED = new ShardListing.Failed("LimitExceeded", "slow");

  /** The greatest number that a random one below the bound can be. */
  private static long greatest(long bound) {
    return bound - 1;
  }

  private final ShardMapTracker tracker =
      new ShardMapTracker(fruitless -> BOUND * fruitless, bound -> 0, START);

  private static ShardListing open(ShardRange... shards) {
    return new ShardListing.Listed(List.of(shards), false);
  }

  private static ShardListing every(ShardRange... shards) {
    return new ShardListing.Listed(List.of(shards), true);
  }

  private void answer(ShardListing listing, long now) {
    tracker.answered(listing, now);
    tracker.plan(false, now);
  }

  @Test
  void start_wantsAListingAtOnce_ofOpenShards() {
    assertThat(tracker.nextNanos()).isEqualTo(START);
    assertThat(tracker.map()).isNull();
    assertThat(tracker.begin(START)).isTrue();
    assertThat(tracker.nextNanos()).isEqualTo(NEVER);
  }

  @Test
  void answered_firstMap_isInstalledAndDatedByTheBeginning() {
    tracker.begin(START);

    assertThat(tracker.answered(open(ALL), START + 50)).isPresent();

    assertThat(tracker.mapFromNanos()).isEqualTo(START);
    assertThat(tracker.range("0")).isEqualTo(ALL);
    assertThat(tracker.range("unheard-of")).isNull();
  }

  @Test
  void answered_sameShardsAgain_installsNothingButIsNewer() {
    tracker.begin(START);
    answer(open(LOWER, UPPER), START);
    tracker.begin(START + 500);

    assertThat(tracker.answered(open(UPPER, LOWER), START + 600)).isEmpty();
    assertThat(tracker.mapFromNanos()).isEqualTo(START + 500);
  }

  @Test
  void plan_allIsWell_isTenMinutesGiveOrTakeAHalf() {
    tracker.begin(START);
    answer(open(ALL), START);
    assertThat(tracker.nextNanos()).isEqualTo(START + ShardMapTracker.REFRESH_NANOS / 2);

    ShardMapTracker late = new ShardMapTracker(n -> BOUND, ShardMapTrackerTest::greatest, START);
    late.begin(START);
    late.answered(open(ALL), START);
    late.plan(false, START);
    assertThat(late.nextNanos()).isEqualTo(START + ShardMapTracker.REFRESH_NANOS * 3 / 2 - 1);
  }

  @Test
  void plan_failures_growTheDelayUpToItsCeiling() {
    for (int failure = 1; failure <= 3; failure++) {
      tracker.begin(START);
      answer(FAILED, START);
      assertThat(tracker.nextNanos()).isEqualTo(START + BOUND * failure / 2);
    }
    ShardMapTracker slow =
        new ShardMapTracker(n -> Long.MAX_VALUE, ShardMapTrackerTest::greatest, START);
    slow.begin(START);
    slow.answered(FAILED, START);
    slow.plan(false, START);
    assertThat(slow.nextNanos()).isEqualTo(START + ShardMapTracker.MAX_BACKOFF_NANOS);
  }

  @Test
  void refresh_afterAListingInVain_isDelayedLessWhileARecordWaits() {
    ShardMapTracker slow =
        new ShardMapTracker(n -> Long.MAX_VALUE, ShardMapTrackerTest::greatest, START);
    slow.begin(START);
    slow.answered(open(ALL), START);
    slow.begin(START);
    slow.answered(open(ALL), START);
    slow.plan(false, START);

    slow.refresh(START);
    assertThat(slow.nextNanos()).isEqualTo(START + ShardMapTracker.MAX_BACKOFF_NANOS);
    slow.refreshAwaited(START);
    assertThat(slow.nextNanos()).isEqualTo(START + ShardMapTracker.MAX_AWAITED_BACKOFF_NANOS);
  }

  @Test
  void plan_failuresWhileRecordsWait_growTheDelayLess() {
    ShardMapTracker slow =
        new ShardMapTracker(n -> Long.MAX_VALUE, ShardMapTrackerTest::greatest, START);
    slow.begin(START);
    slow.answered(FAILED, START);
    slow.plan(true, START);
    assertThat(slow.nextNanos()).isEqualTo(START + ShardMapTracker.MAX_AWAITED_BACKOFF_NANOS);
  }

  @Test
  void heard_afterARecovery_listsSoonAlthoughListingsFailed() {
    ShardMapTracker slow = new ShardMapTracker(n -> Long.MAX_VALUE, n -> 0, START);
    slow.begin(START);
    slow.answered(FAILED, START);
    slow.plan(false, START);
    long delayed = slow.nextNanos();

    slow.heard(START + ShardMapTracker.RECOVERY_NANOS);
    assertThat(slow.nextNanos()).as("no silence").isEqualTo(delayed);

    long back = START + 2 * ShardMapTracker.RECOVERY_NANOS + 1;
    slow.heard(back);
    assertThat(slow.nextNanos()).isEqualTo(back);
  }

  @Test
  void heard_afterALongSilence_doubtsTheRanges() {
    tracker.begin(START);
    answer(open(ALL), START);

    tracker.heard(START + ShardMapTracker.SILENCE_NANOS);
    assertThat(tracker.range("0")).isEqualTo(ALL);

    long late = START + 2 * ShardMapTracker.SILENCE_NANOS + 1;
    tracker.heard(late);
    assertThat(tracker.range("0")).isNull();
    assertThat(tracker.nextNanos()).isEqualTo(late);
  }

  @Test
  void plan_listingsInVainAndRecordsThatWaitSinceTheLast_areNotHeldUpLonger() {
    ShardMapTracker slow =
        new ShardMapTracker(n -> Long.MAX_VALUE, ShardMapTrackerTest::greatest, START);
    for (int i = 0; i < 2; i++) {
      slow.begin(START);
      slow.learn(START);
      slow.answered(open(ALL), START);
      slow.plan(true, START);
    }
    assertThat(slow.nextNanos()).isEqualTo(START + ShardMapTracker.MAX_AWAITED_BACKOFF_NANOS);
  }

  @Test
  void answered_aHole_keepsTheOldMapAndListsAgainAfterADelay() {
    tracker.begin(START);
    answer(open(ALL), START);
    ShardMap old = tracker.map();
    tracker.begin(START + 10);

    assertThat(tracker.answered(open(LOWER), START + 10)).isEmpty();
    tracker.plan(false, START + 10);

    assertThat(tracker.map()).isSameAs(old);
    assertThat(tracker.mapFromNanos()).isEqualTo(START);
    assertThat(tracker.range("1")).as("an incomplete answer teaches nothing").isNull();
    assertThat(tracker.nextNanos()).isEqualTo(START + 10 + BOUND / 2);
  }

  @Test
  void answered_everyShardButWithAHole_stillTeachesRanges() {
    tracker.begin(START);

    assertThat(tracker.answered(every(PARENT, LOWER), START)).isEmpty();

    assertThat(tracker.range("0")).isEqualTo(PARENT);
    assertThat(tracker.range("1")).isEqualTo(LOWER);
  }

  @Test
  void refresh_idle_listsWithinTheJitter() {
    tracker.begin(START);
    answer(open(ALL), START);

    tracker.refresh(START + 5);

    assertThat(tracker.nextNanos()).isEqualTo(START + 5);
  }

  @Test
  void refresh_thatBringsNothingNew_isDelayedLongerEachTime() {
    tracker.begin(START);
    answer(open(ALL), START);
    long now = START;
    for (int inVain = 1; inVain <= 5; inVain++) {
      tracker.refresh(now);
      long due = tracker.nextNanos();
      assertThat(due).as("after %s in vain", inVain - 1).isEqualTo(now + (inVain - 1) * BOUND / 2);
      now = due;
      tracker.begin(now);
      answer(open(ALL), now);
    }
  }

  @Test
  void refresh_wantedDuringAListingThatBringsNothingNew_isDelayedToo() {
    tracker.begin(START);
    answer(open(ALL), START);
    tracker.begin(START + 1);
    tracker.refresh(START + 2);
    answer(open(ALL), START + 10);

    assertThat(tracker.nextNanos()).isEqualTo(START + 10 + BOUND / 2);
  }

  @Test
  void refresh_afterANewMap_isSoonAgain() {
    tracker.begin(START);
    answer(open(ALL), START);
    for (int i = 1; i < 5; i++) {
      tracker.begin(START + i);
      answer(open(ALL), START + i);
    }
    tracker.begin(START + 5);
    answer(open(LOWER, UPPER), START + 5);

    tracker.refresh(START + 6);

    assertThat(tracker.nextNanos()).isEqualTo(START + 6);
  }

  @Test
  void refresh_longAfterOneInVain_beginsWithTheLeastDelay() {
    tracker.begin(START);
    answer(open(ALL), START);
    for (int i = 1; i < 5; i++) {
      tracker.begin(START + i);
      answer(open(ALL), START + i);
    }
    long later = START + 5 + ShardMapTracker.UNCHANGED_MEMORY_NANOS;
    tracker.begin(later);
    answer(open(ALL), later);

    tracker.refresh(later);

    assertThat(tracker.nextNanos()).isEqualTo(later + BOUND / 2);
  }

  @Test
  void learn_afterRefreshesInVain_doesNotWaitForTheirDelay() {
    tracker.begin(START);
    answer(open(ALL), START);
    tracker.begin(START + 1);
    answer(open(ALL), START + 1);

    tracker.learn(START + 2);

    assertThat(tracker.nextNanos()).isEqualTo(START + 2);
  }

  @Test
  void streamIsBack_afterFailedListings_listsSoon() {
    tracker.begin(START);
    answer(FAILED, START);
    tracker.begin(START + BOUND);
    answer(FAILED, START + BOUND);

    tracker.streamIsBack(START + BOUND + 1);

    assertThat(tracker.nextNanos()).isEqualTo(START + BOUND + 1);
  }

  @Test
  void refresh_whileFruitless_doesNotShortenTheDelay() {
    tracker.begin(START);
    answer(FAILED, START);

    tracker.refresh(START + 1);

    assertThat(tracker.nextNanos()).isEqualTo(START + BOUND / 2);
  }

  @Test
  void refresh_duringAListing_listsOnceMoreAfterIt() {
    tracker.begin(START);
    tracker.refresh(START + 1);
    answer(open(ALL), START + 2);

    assertThat(tracker.nextNanos()).isEqualTo(START + 2);
    tracker.begin(START + 2);
    answer(open(ALL), START + 3);
    assertThat(tracker.nextNanos()).isGreaterThan(START + 100);
  }

  @Test
  void learn_asksForClosedShardsUntilAllIsAnswered() {
    tracker.begin(START);
    answer(open(ALL), START);
    tracker.learn(START + 1);

    assertThat(tracker.begin(START + 1)).isFalse();
    tracker.answered(every(PARENT, LOWER, UPPER), START + 2);
    tracker.plan(true, START + 2);
    assertThat(tracker.nextNanos()).isEqualTo(START + 2 + BOUND / 2);
    assertThat(tracker.begin(START + 100)).isFalse();
    answer(every(PARENT, LOWER, UPPER), START + 100);
    assertThat(tracker.begin(START + 10_000)).isTrue();
  }

  @Test
  void learn_duringAListingOfOpenShards_isNotForgotten() {
    tracker.begin(START);
    tracker.learn(START + 1);
    answer(open(ALL), START + 2);

    assertThat(tracker.nextNanos()).isEqualTo(START + 2);
    assertThat(tracker.begin(START + 2)).isFalse();
  }

  @Test
  void range_shardGoneFromListings_isKeptForTwoRefreshes() {
    tracker.begin(START);
    answer(open(ALL), START);
    tracker.begin(START + 1);
    answer(open(LOWER, UPPER), START + 1);
    assertThat(tracker.range("0")).isEqualTo(ALL);

    long late = START + ShardMapTracker.MEMORY_NANOS + 1;
    tracker.begin(late);
    answer(open(LOWER, UPPER), late);

    assertThat(tracker.range("0")).isNull();
    assertThat(tracker.range("1")).isEqualTo(LOWER);
  }

  @Test
  void forgetRanges_streamGone_keepsTheMap() {
    tracker.begin(START);
    answer(open(ALL), START);

    tracker.forgetRanges();

    assertThat(tracker.range("0")).isNull();
    assertThat(tracker.map()).isNotNull();
  }
}
