// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.internal.aggregate.Fixtures;
import io.kpl4j.internal.batch.PutRecordsBatch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InFlightTest {

  private static final long NOW = 1_000;
  private static final long TIMEOUT = 6_000_000_000L;
  private static final long SECOND = 1_000_000_000L;

  private final InFlight inFlight =
      new InFlight(new PipelineSettings.Flight(8, 1_000, TIMEOUT, Long.MAX_VALUE));
  private final StreamPipeline stream = Engines.stream("stream");

  private InFlight.Call begin(int bytes, long now) {
    PutRecordsBatch batch =
        PutRecordsBatch.of("stream", List.of(Fixtures.lone(Fixtures.user("k", bytes - 1))));
    return inFlight.begin(stream, batch, new InFlight.Moment(now, Instant.EPOCH));
  }

  @Test
  void begin_takesASlotAndRoom_andEndGivesThemBack() {
    InFlight.Call call = begin(300, NOW);
    assertThat(inFlight.roomBytes()).isEqualTo(700);
    assertThat(inFlight.isEmpty()).isFalse();

    assertThat(inFlight.end(call.id())).isSameAs(call);

    assertThat(inFlight.roomBytes()).isEqualTo(1_000);
    assertThat(inFlight.isEmpty()).isTrue();
    assertThat(inFlight.nextTimeoutNanos()).isEqualTo(NEVER);
  }

  @Test
  void hasSlot_allTaken_isFalse() {
    for (int i = 0; i < 8; i++) {
      assertThat(inFlight.hasSlot()).isTrue();
      begin(10, NOW);
    }

    assertThat(inFlight.hasSlot()).isFalse();
  }

  @Test
  void end_late_isNoLongerKnown() {
    InFlight.Call call = begin(10, NOW);
    inFlight.end(call.id());

    assertThat(inFlight.end(call.id())).isNull();
    assertThat(inFlight.roomBytes()).isEqualTo(1_000);
  }

  @Test
  void pollOverdue_timeoutAndASecond_isTakenBackOnce() {
    InFlight.Call early = begin(10, NOW);
    InFlight.Call late = begin(10, NOW + 5);
    long due = NOW + TIMEOUT + SECOND;
    assertThat(inFlight.nextTimeoutNanos()).isEqualTo(due);
    assertThat(inFlight.pollOverdue(due - 1)).isNull();

    assertThat(inFlight.pollOverdue(due)).isSameAs(early);
    assertThat(inFlight.pollOverdue(due)).isNull();

    assertThat(inFlight.end(early.id())).as("its late reply").isNull();
    assertThat(inFlight.pollOverdue(due + 5)).isSameAs(late);
    assertThat(inFlight.isEmpty()).isTrue();
  }

  @Test
  void pollAny_takesAllBack() {
    List<InFlight.Call> calls = new ArrayList<>(List.of(begin(10, NOW), begin(20, NOW)));

    calls.remove(inFlight.pollAny());
    calls.remove(inFlight.pollAny());

    assertThat(calls).isEmpty();
    assertThat(inFlight.pollAny()).isNull();
    assertThat(inFlight.roomBytes()).isEqualTo(1_000);
  }

  @Test
  void shrink_halvesBothBounds_andAnswersGiveThemBack() {
    inFlight.shrink();
    assertThat(inFlight.roomBytes()).isEqualTo(500);
    assertThat(slots()).isEqualTo(4);

    for (int i = 0; i < 8; i++) {
      inFlight.grow();
    }

    assertThat(inFlight.roomBytes()).isEqualTo(1_000);
    assertThat(slots()).isEqualTo(8);
    inFlight.grow();
    assertThat(inFlight.roomBytes()).isEqualTo(1_000);
  }

  @Test
  void shrink_manyTimes_leavesOneSlot() {
    for (int i = 0; i < 50; i++) {
      inFlight.shrink();
    }

    assertThat(slots()).isEqualTo(1);
    assertThat(inFlight.roomBytes()).isBetween(0L, 1L);
    for (int i = 0; i < 16; i++) {
      inFlight.grow();
    }
    assertThat(slots()).isEqualTo(8);
  }

  private int slots() {
    List<InFlight.Call> calls = new ArrayList<>();
    while (inFlight.hasSlot()) {
      calls.add(begin(1, NOW));
    }
    calls.forEach(call -> inFlight.end(call.id()));
    return calls.size();
  }

  @Test
  void pollOverdue_abandonsTheCall_soThatALateSenderDoesNotMakeIt() {
    InFlight.Call answered = begin(10, NOW);
    InFlight.Call overdue = begin(10, NOW + 1);
    inFlight.end(answered.id());

    assertThat(inFlight.pollOverdue(NOW + TIMEOUT + 2 * SECOND)).isSameAs(overdue);

    assertThat(overdue.batch.abandoned()).isTrue();
    assertThat(answered.batch.abandoned()).isFalse();
  }
}
