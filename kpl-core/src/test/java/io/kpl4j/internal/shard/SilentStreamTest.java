// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.aggregation.HashKey;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a tracker believes of a stream that it has not heard of for a while, or that is another. */
class SilentStreamTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long START = 1_000 * SECOND;
  private static final HashKey HALF = HashKey.parse("170141183460469231731687303715884105728");
  private static final HashKey THIRD = HashKey.parse("113427455640312821154458202477256070485");

  private final ShardMapTracker tracker =
      new ShardMapTracker(fruitless -> SECOND * fruitless, bound -> 0, START);

  private static ShardRange shard(String id, HashKey start, HashKey end) {
    return new ShardRange(id, start, end, true);
  }

  private static ShardListing halves() {
    return new ShardListing.Listed(
        List.of(shard("0", HashKey.MIN, HALF.previous()), shard("1", HALF, HashKey.MAX)), false);
  }

  private static ShardListing thirdAndRest() {
    return new ShardListing.Listed(
        List.of(shard("0", HashKey.MIN, THIRD.previous()), shard("1", THIRD, HashKey.MAX)), false);
  }

  private void list(ShardListing answer, long began) {
    tracker.begin(began);
    tracker.answered(answer, began);
    tracker.plan(false, began);
  }

  @BeforeEach
  void listed() {
    list(halves(), START);
  }

  @Test
  void wake_soonAfterAWord_believesTheRanges() {
    tracker.wake(START + ShardMapTracker.SILENCE_NANOS);

    assertThat(tracker.range("0")).isNotNull();
    assertThat(tracker.nextNanos()).isGreaterThan(START + 200 * SECOND);
  }

  @Test
  void wake_afterASilence_doubtsTheRangesAndListsAtOnce() {
    long now = START + ShardMapTracker.SILENCE_NANOS + 1;
    tracker.wake(now);

    assertThat(tracker.range("0")).isNull();
    assertThat(tracker.nextNanos()).isEqualTo(now);
    list(halves(), now);
    assertThat(tracker.range("0")).isNotNull();
  }

  @Test
  void heard_keepsTheSilenceAway() {
    for (int i = 1; i <= 10; i++) {
      tracker.heard(START + 20L * i * SECOND);
    }
    tracker.wake(START + 220 * SECOND);

    assertThat(tracker.range("0")).isNotNull();
  }

  @Test
  void listing_failsWhileInDoubt_staysInDoubt() {
    long now = START + 40 * SECOND;
    tracker.wake(now);
    list(new ShardListing.Failed("LimitExceededException", ""), now);

    assertThat(tracker.range("0")).isNull();
    assertThat(tracker.nextNanos()).isBetween(now + SECOND / 2, now + SECOND);
  }

  @Test
  void listing_deniedWhileInDoubt_believesWhatIsKnown() {
    long now = START + 40 * SECOND;
    tracker.wake(now);
    list(new ShardListing.Failed("AccessDeniedException", ""), now);
    tracker.wake(now + SECOND);

    assertThat(tracker.range("0")).isNotNull();
    assertThat(tracker.nextNanos()).isGreaterThan(now);
  }

  @Test
  void learn_whileADoubtIsListed_asksForClosedShardsOnlyIfThatDidNotTell() {
    long now = START + 40 * SECOND;
    tracker.wake(now);
    assertThat(tracker.begin(now)).as("open shards are enough").isTrue();
    tracker.learn(now);
    tracker.answered(halves(), now);
    tracker.plan(true, now);

    assertThat(tracker.nextNanos()).isEqualTo(now);
    assertThat(tracker.begin(now)).as("closed shards too").isFalse();
  }

  @Test
  void listing_ofOtherBounds_isAnotherStreamAndClearsAllThatWasKnown() {
    list(
        new ShardListing.Listed(
            List.of(
                shard("0", HashKey.MIN, HALF.previous()),
                shard("1", HALF, HashKey.MAX),
                new ShardRange("old", HashKey.MIN, HashKey.MAX, false)),
            true),
        START + SECOND);
    assertThat(tracker.range("old")).isNotNull();
    list(thirdAndRest(), START + 2 * SECOND);

    assertThat(tracker.range("old")).isNull();
    assertThat(tracker.range("0")).isEqualTo(shard("0", HashKey.MIN, THIRD.previous()));
  }

  @Test
  void listing_ofAShardThatWasReplaced_isAnotherStream() {
    list(
        new ShardListing.Listed(List.of(shard("2", HashKey.MIN, HashKey.MAX)), false),
        START + SECOND);
    list(halves(), START + 2 * SECOND);

    assertThat(tracker.range("2")).as("of the stream that was").isNull();
    assertThat(tracker.range("0")).isNotNull();
  }

  @Test
  void heard_afterAnOutage_listsAtOnceInsteadOfWaitingForItsDelay() {
    long now = START + 10 * SECOND;
    tracker.heard(now);
    for (int i = 0; i < 20; i++) {
      list(new ShardListing.Failed("IOException", ""), now);
    }
    assertThat(tracker.nextNanos()).isGreaterThan(now + 7 * SECOND);
    tracker.heard(now + ShardMapTracker.RECOVERY_NANOS + 1);

    assertThat(tracker.nextNanos()).isEqualTo(now + ShardMapTracker.RECOVERY_NANOS + 1);
  }
}
