// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Random runs of the whole pipeline. {@code -Dkpl.sim.seeds=N} runs more of them, {@code
 * -Dkpl.sim.seed=S} one again.
 */
class RandomRunTest {

  @Test
  void runs_ofAThousandSeeds_loseNothing() throws Exception {
    Long one = Long.getLong("kpl.sim.seed");
    RandomRuns runs = new RandomRuns();
    runs.play(
        one == null
            ? LongStream.rangeClosed(1, Long.getLong("kpl.sim.seeds", 1_000))
            : LongStream.of(one));
    runs.failIfAnyFailed();
  }
}
