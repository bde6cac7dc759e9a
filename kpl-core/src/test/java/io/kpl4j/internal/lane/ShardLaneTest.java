// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.lane;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.internal.aggregate.Fixtures;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.aggregate.ShardBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ShardLaneTest {

  private static final long NOW = 1_000;

  private final ShardBuffer buffer = Fixtures.buffer("shard", Fixtures.limits(10_000, 2));
  private final ShardLane lane = new ShardLane(buffer, new RateLimit(100, false), NOW);

  private void append(int records) {
    for (int i = 0; i < records; i++) {
      buffer.append(Fixtures.member(i), Fixtures.user("a", 10));
    }
  }

  /** What the loop does with what callers left. */
  private static List<KinesisRecord> added(ShardLane to, Consumer<List<KinesisRecord>> handOver) {
    List<KinesisRecord> moving = new ArrayList<>();
    handOver.accept(moving);
    moving.forEach(to::add);
    return moving;
  }

  private List<KinesisRecord> drain() {
    return added(lane, lane::drainTo);
  }

  private List<KinesisRecord> sealOpen() {
    return added(lane, lane::sealOpenTo);
  }

  @Test
  void drain_takesWhatIsSealedAndLooksAtWhatIsOpen() {
    append(5);

    List<KinesisRecord> drained = drain();

    assertThat(drained).hasSize(2);
    assertThat(lane.queuedRecords()).isEqualTo(2);
    assertThat(lane.queuedBytes())
        .isEqualTo(drained.stream().mapToLong(KinesisRecord::sizeBytes).sum());
    assertThat(lane.open().count()).isEqualTo(1);
    assertThat(lane.openAdmittedNanos()).isEqualTo(4);
    assertThat(lane.head()).isSameAs(drained.get(0));
  }

  @Test
  void sealOpen_leavesNothingOpen() {
    append(3);
    drain();

    assertThat(sealOpen()).hasSize(1);
    assertThat(lane.openAdmittedNanos()).isEqualTo(NEVER);
    assertThat(lane.queuedRecords()).isEqualTo(2);
  }

  @Test
  void add_returned_goesBackToItsPlace() {
    append(6);
    drain();
    sealOpen();
    KinesisRecord first = requireNonNull(lane.head());
    lane.remove(first);
    KinesisRecord second = requireNonNull(lane.head());

    lane.add(first);

    assertThat(lane.queued()).startsWith(first, second);
  }

  @Test
  void add_twice_isAFaultOfOurs() {
    append(2);
    sealOpen();
    KinesisRecord head = requireNonNull(lane.head());

    assertThatThrownBy(() -> lane.add(head)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void moveTo_handsAllOverAndEmptiesTheCounts() {
    append(5);
    sealOpen();
    List<KinesisRecord> moving = new ArrayList<>();

    lane.moveTo(moving);

    assertThat(moving).hasSize(3).isSortedAccordingTo(KinesisRecord.SEALING_ORDER);
    assertThat(lane.isEmpty()).isTrue();
    assertThat(lane.queuedBytes()).isZero();
    assertThat(lane.head()).isNull();
  }

  @Test
  void remove_notIn_changesNothing() {
    append(2);
    sealOpen();
    KinesisRecord head = requireNonNull(lane.head());
    assertThat(lane.remove(head)).isTrue();

    assertThat(lane.remove(head)).isFalse();
    assertThat(lane.queuedBytes()).isZero();
  }

  @Test
  void sendableAtNanos_backoff_holdsUntilItIsOver() {
    append(2);
    sealOpen();
    assertThat(lane.sendableAtNanos(NOW)).isEqualTo(NOW);

    lane.backOff(NOW + 500);
    lane.backOff(NOW + 300);

    assertThat(lane.sendableAtNanos(NOW)).as("never shortened").isEqualTo(NOW + 500);
    assertThat(lane.failures()).isEqualTo(2);
    assertThat(lane.sendableAtNanos(NOW + 500)).isEqualTo(NOW + 500);
    lane.succeeded();
    assertThat(lane.failures()).isZero();
  }

  @Test
  void sendableAtNanos_tokensSpent_isTheStepAtWhichTheyHaveGrown() {
    buffer.append(Fixtures.member(1), Fixtures.user("a", 1 << 20));
    buffer.append(Fixtures.member(2), Fixtures.user("a", 1 << 20));
    drain();
    KinesisRecord head = requireNonNull(lane.head());
    assertThat(lane.sendableAtNanos(NOW)).isEqualTo(NOW);

    lane.remove(head);
    lane.pay(head, NOW);

    assertThat(lane.sendableAtNanos(NOW)).isEqualTo(1_020_000_000L);
  }

  private ShardLane adaptive() {
    return new ShardLane(buffer, new RateLimit(150, true), NOW);
  }

  @Test
  void throttled_adaptive_lowersTheRateAndVoidsWhatWasSavedUp() {
    ShardLane adaptive = adaptive();
    append(2);
    added(adaptive, adaptive::drainTo);
    assertThat(adaptive.sendableAtNanos(NOW)).isEqualTo(NOW);

    adaptive.throttled(NOW, NOW);

    assertThat(adaptive.rateShare()).isEqualTo(0.8);
    assertThat(adaptive.sendableAtNanos(NOW)).isEqualTo(ShardTokens.STEP_NANOS);
  }

  @Test
  void throttled_noNews_leavesTheTokens() {
    ShardLane adaptive = adaptive();
    append(2);
    added(adaptive, adaptive::drainTo);
    adaptive.throttled(NOW, NOW);
    long later = NOW + 1_000_000_000L;

    adaptive.throttled(later, later);

    assertThat(adaptive.sendableAtNanos(later)).isEqualTo(later);
  }

  @Test
  void accepted_adaptive_raisesTheRateByWhatTheShardTook() {
    ShardLane adaptive = adaptive();
    adaptive.throttled(NOW, NOW);

    adaptive.accepted(800, 100, NOW);

    assertThat(adaptive.rateShare()).isBetween(0.81, 0.82);
    // A second of the raised rate grows.
    long later = NOW + 2_000_000_000L;
    for (int i = 0; i < 10; i++) {
      buffer.append(Fixtures.member(i), Fixtures.user("a", 106_100));
    }
    added(adaptive, adaptive::drainTo);
    for (int i = 0; i < 8; i++) {
      assertThat(adaptive.sendableAtNanos(later)).as("%s", i).isEqualTo(later);
      KinesisRecord next = requireNonNull(adaptive.head());
      adaptive.pay(next, later);
      adaptive.remove(next);
    }
    assertThat(adaptive.sendableAtNanos(later)).isGreaterThan(later);
  }

  @Test
  void accepted_withoutAMap_mayRiseAboveOneShard() {
    ShardBuffer unknown = Fixtures.buffer(null, Fixtures.limits(10_000, 2));
    ShardLane stream = new ShardLane(unknown, new RateLimit(150, true), NOW);

    stream.accepted(1, 4 << 20, NOW);

    assertThat(stream.rateShare()).isEqualTo(5);
  }

  @Test
  void sendableAtNanos_tokensGrownAtAStep_isThatMoment() {
    ShardLane slow = new ShardLane(buffer, new RateLimit(100, false), 0);
    buffer.append(Fixtures.member(1), Fixtures.user("a", (1 << 20) - 1));
    added(slow, slow::drainTo);
    slow.pay(requireNonNull(slow.head()), 0);

    assertThat(slow.sendableAtNanos(0)).isEqualTo(1_000_000_000L);
  }
}
