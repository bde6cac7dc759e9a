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
  private List<KinesisRecord> added(Consumer<List<KinesisRecord>> handOver) {
    List<KinesisRecord> moving = new ArrayList<>();
    handOver.accept(moving);
    moving.forEach(lane::add);
    return moving;
  }

  private List<KinesisRecord> drain() {
    return added(lane::drainTo);
  }

  private List<KinesisRecord> sealOpen() {
    return added(lane::sealOpenTo);
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
  void sendableAtNanos_tokensSpent_isWhenTheyHaveGrown() {
    buffer.append(Fixtures.member(1), Fixtures.user("a", 1 << 20));
    buffer.append(Fixtures.member(2), Fixtures.user("a", 1 << 20));
    drain();
    KinesisRecord head = requireNonNull(lane.head());
    assertThat(lane.sendableAtNanos(NOW)).isEqualTo(NOW);

    lane.remove(head);
    lane.pay(head, NOW);

    assertThat(lane.sendableAtNanos(NOW)).isBetween(NOW + 1_000_000_000L, NOW + 1_000_010_000L);
  }
}
