// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.KeyOrder;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The random runs of {@link RandomRunTest} on streams whose keys keep their order, with callers
 * that resume now and then what halts: no key's first copies go backwards, its futures complete in
 * order, and nothing of it is sent behind a failure where keys halt. {@code
 * -Dkpl.sim.orderedSeeds=N} plays more of them, {@code -Dkpl.sim.seed=S} one again.
 */
class OrderedRunTest {

  @ParameterizedTest
  @EnumSource(names = {"SKIP", "HALT"})
  void runs_ofHundredsOfSeeds_keepTheOrderOfEachKey(KeyOrder order) throws Exception {
    Long one = Long.getLong("kpl.sim.seed");
    RandomRuns runs = new RandomRuns(seed -> new RandomRun(seed, order));
    runs.play(
        one == null
            ? LongStream.rangeClosed(1, Long.getLong("kpl.sim.orderedSeeds", 250))
            : LongStream.of(one));
    runs.failIfAnyFailed();
  }
}
