// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.AdmissionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
}
