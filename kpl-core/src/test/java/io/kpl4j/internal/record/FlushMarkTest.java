// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FlushMarkTest {

  private final AtomicInteger done = new AtomicInteger();
  private final FlushMark mark = new FlushMark(done::incrementAndGet);

  @Test
  void release_noHolderButTheFlush_isDone() {
    mark.release();

    assertThat(done).hasValue(1);
  }

  @Test
  void release_holdersLeft_isNotDoneUntilTheLastLetsGo() {
    mark.hold();
    mark.hold();
    mark.release();
    mark.release();
    assertThat(done).hasValue(0);

    mark.release();

    assertThat(done).hasValue(1);
  }

  private FlushMark follower(FlushMark before, Runnable whenDone) {
    FlushMark follower = new FlushMark(whenDone);
    before.followedBy(follower);
    return follower;
  }

  @Test
  void release_followerIsMarkedAndHasNoHolder_itIsOverRightAfterwards() {
    List<String> over = new ArrayList<>();
    FlushMark first = new FlushMark(() -> over.add("first"));
    FlushMark second = follower(first, () -> over.add("second"));
    FlushMark third = follower(second, () -> over.add("third"));
    third.hold();
    third.release();
    second.release();
    assertThat(over).isEmpty();

    first.release();

    assertThat(over).containsExactly("first", "second");
    assertThat(third.isOver()).isFalse();
    third.release();
    assertThat(over).containsExactly("first", "second", "third");
    assertThat(third.isOver()).isTrue();
  }

  @Test
  void release_manyFollowEachOther_allAreOverInTurn() {
    FlushMark last = mark;
    for (int i = 0; i < 100_000; i++) {
      FlushMark next = follower(last, done::incrementAndGet);
      next.release();
      last = next;
    }

    mark.release();

    assertThat(done).hasValue(100_001);
  }

  @Test
  void followedBy_afterItIsOver_theOtherWaitsForNothing() {
    mark.release();
    FlushMark other = follower(mark, done::incrementAndGet);

    other.release();

    assertThat(done).hasValue(2);
    assertThat(other.coveredBy(List.of(mark))).isFalse();
  }

  @Test
  void coveredBy_marksOfItsSequence_isByItselfAndEarlierOnes() {
    FlushMark second = follower(mark, () -> {});
    FlushMark third = follower(second, () -> {});

    assertThat(second.coveredBy(List.of(mark))).isTrue();
    assertThat(second.coveredBy(List.of(second))).isTrue();
    assertThat(second.coveredBy(List.of(third))).isFalse();
    assertThat(second.coveredBy(List.of())).isFalse();
    assertThat(third.coveredBy(List.of(new FlushMark(() -> {}), mark))).isTrue();
    assertThat(third.coveredBy(List.of(new FlushMark(() -> {})))).isFalse();
  }

  /** As where memory lacks for the task that ends a flush. */
  @Test
  void release_oneInTheMiddleCannotBeTold_isToldWhenReleasedAgainAndNoneTwice() {
    AtomicBoolean memory = new AtomicBoolean();
    List<String> over = new ArrayList<>();
    FlushMark first = new FlushMark(() -> over.add("first"));
    FlushMark second = follower(first, () -> over.add("second"));
    FlushMark third =
        follower(
            second,
            () -> {
              if (!memory.get()) {
                throw new OutOfMemoryError("test");
              }
              over.add("third");
            });
    FlushMark fourth = follower(third, () -> over.add("fourth"));
    Stream.of(second, third, fourth).forEach(FlushMark::release);
    assertThatThrownBy(first::release).isInstanceOf(OutOfMemoryError.class);
    assertThatThrownBy(first::release).isInstanceOf(OutOfMemoryError.class);
    assertThat(over).containsExactly("first", "second");

    memory.set(true);
    first.release();

    assertThat(over).containsExactly("first", "second", "third", "fourth");
  }
}
