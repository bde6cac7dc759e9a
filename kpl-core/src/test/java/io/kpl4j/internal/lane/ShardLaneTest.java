// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.lane;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.internal.aggregate.Fixtures;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.aggregate.ShardBuffer;
import io.kpl4j.internal.record.LedgerFault;
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

  @Test
  void visit_recordOfAnotherLane_standsInSealingOrder() {
    append(6);
    List<KinesisRecord> moving = new ArrayList<>();
    lane.sealOpenTo(moving);
    KinesisRecord first = moving.get(0);
    KinesisRecord second = moving.get(1);
    lane.add(second);

    lane.visit(first);

    assertThat(lane.head()).as("sealed before").isSameAs(first);
    assertThat(lane.visitors()).containsExactly(first);
    assertThat(lane.holds(first)).as("is in another's queue").isFalse();
    assertThat(lane.holds(second)).isTrue();
    lane.visit(moving.get(2));
    assertThat(lane.remove(first)).as("was in the queue").isFalse();
    assertThat(lane.head()).as("sealed before the visitor").isSameAs(second);
    assertThat(lane.queuedBytes()).isEqualTo(second.sizeBytes());
    lane.remove(second);
    assertThat(lane.head()).as("only a visitor").isSameAs(moving.get(2));
    assertThat(lane.isEmpty()).isFalse();
  }

  @Test
  void gate_twice_holdsUntilBothAreOpen() {
    append(2);
    drain();

    lane.gate();
    lane.gate();
    lane.ungate();

    assertThat(lane.gated()).isTrue();
    assertThat(lane.sendableAtNanos(NOW)).isEqualTo(NEVER);
    lane.ungate();
    assertThat(lane.sendableAtNanos(NOW)).isEqualTo(NOW);
    assertThatThrownBy(lane::ungate).isInstanceOf(LedgerFault.class);
  }

  @Test
  void retire_handsOverAllAndRefusesFromNowOn() {
    append(3);
    drain();
    List<KinesisRecord> moving = new ArrayList<>();

    lane.retireTo(moving);

    assertThat(moving).as("what was open").hasSize(1);
    assertThat(lane.open().count()).isZero();
    assertThat(lane.shardId()).isEqualTo("shard");
    assertThat(buffer.append(Fixtures.member(9), Fixtures.user("a", 10))).isFalse();
  }

  @Test
  void isEmpty_someOpenOrSealed_isFalse() {
    assertThat(lane.isEmpty()).isTrue();
    append(1);
    drain();
    assertThat(lane.isEmpty()).as("open").isFalse();
    sealOpen();
    assertThat(lane.isEmpty()).as("sealed").isFalse();
  }

  @Test
  void throttled_adaptive_growsAtTheLowerRate() {
    ShardLane adaptive = adaptive();
    for (int i = 0; i < 2; i++) {
      buffer.append(Fixtures.member(i), Fixtures.user("a", 800_000));
    }
    added(adaptive, adaptive::drainTo);

    adaptive.throttled(NOW, NOW);

    // 800,000 bytes at 0.8 MiB a second, from nothing, at the next step of 20 ms.
    assertThat(adaptive.sendableAtNanos(NOW)).isEqualTo(960_000_000L);
  }

  @Test
  void halveSavings_full_leavesHalfASecond() {
    for (int i = 0; i < 2; i++) {
      buffer.append(Fixtures.member(i), Fixtures.user("a", 1 << 18));
    }
    drain();

    lane.halveSavings(NOW);
    KinesisRecord head = requireNonNull(lane.head());
    lane.pay(head, NOW);
    lane.remove(head);

    assertThat(lane.sendableAtNanos(NOW)).as("the second quarter, less keys").isGreaterThan(NOW);
  }
}
