// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random runs of the whole pipeline. {@code -Dkpl.sim.seeds=N} runs more of them, {@code
 * -Dkpl.sim.seed=S} one again.
 */
class RandomRunTest {

  static LongStream seeds() {
    Long one = Long.getLong("kpl.sim.seed");
    return one == null
        ? LongStream.rangeClosed(1, Long.getLong("kpl.sim.seeds", 200))
        : LongStream.of(one);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void run_ofASeed_losesNothing(long seed) {
    Outcome outcome = new RandomRun(seed).play();
    assertThat(outcome.accepted + outcome.refused).isPositive();
  }
}
