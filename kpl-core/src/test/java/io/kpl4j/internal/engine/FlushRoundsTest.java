// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.AdmissionPolicy;
import io.kpl4j.RecordResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Flushes that the loop reads at once share one round, which ends with them. */
class FlushRoundsTest {

  private final ManualProducer run = new ManualProducer(AdmissionPolicy.BLOCK);
  private final Flushes flushes = new Flushes(run.context, run.streams, run.pipelines, () -> false);

  /** As {@code orTimeout} does, for one. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void flush_endedByItsUserBeforeItIsOver_isForgottenWithItsRound(int ended) {
    List<CompletableFuture<Void>> round = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      round.add(flushes.begin());
    }
    round.get(ended).cancel(false);

    run.turn();
    run.deliver();

    assertThat(round).allMatch(CompletableFuture::isDone);
    assertThat(flushes.isEmpty()).isTrue();
  }

  @Test
  void flushes_inManyRoundsWhileRecordsWait_areAllOverAfterThem() {
    for (int i = 0; i < 10; i++) {
      run.put(i);
    }
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      all.add(i % 2 == 0 ? flushes.begin() : flushes.begin("s"));
      run.turn();
    }
    run.deliver();
    assertThat(all).noneMatch(CompletableFuture::isDone);

    run.pipelines.giveUp();
    run.deliver();

    assertThat(all).allMatch(CompletableFuture::isDone);
    assertThat(flushes.isEmpty()).isTrue();
  }

  @Test
  void flush_ofARecordThatWaitsForRoom_isOverAfterItThoughLaterOnesAreMarkedAlready() {
    ManualProducer waits = new ManualProducer(AdmissionPolicy.ASYNC);
    Flushes own = new Flushes(waits.context, waits.streams, waits.pipelines, () -> false);
    waits.put(0);
    waits.fillBut(0);
    CompletableFuture<RecordResult> waiting = waits.put(1);
    CompletableFuture<Void> first = own.begin();
    waits.turn();
    waits.makeRoom();
    // This one is in the buffer, and marked, before the loop appends the one that waited.
    waits.put(2);
    CompletableFuture<Void> second = own.begin();
    waits.turn();
    waits.deliver();
    assertThat(first).isNotDone();
    assertThat(second).isNotDone();

    waits.pipelines.giveUp();
    waits.turn();
    waits.deliver();

    assertThat(waiting).isDone();
    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
  }
}
