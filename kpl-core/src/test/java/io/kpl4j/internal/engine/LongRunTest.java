// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Random runs until so many faults were met: {@code -Dkpl.sim.faults=1000000}. The figures are
 * written to {@code target/simulation.md}.
 */
@EnabledIfSystemProperty(
    named = "kpl.sim.faults",
    matches = "\\d+",
    disabledReason = "takes minutes; see docs/reliability.md")
class LongRunTest {

  /** Beyond those that every build runs. */
  private static final long FIRST_SEED = 1_000_001;

  @Test
  void runs_untilSoManyFaultsWereMet_loseNothing() throws Exception {
    long faults = Long.getLong("kpl.sim.faults");
    RandomRuns runs = new RandomRuns();
    long began = System.nanoTime();
    runs.playUntil(faults, Long.getLong("kpl.sim.first", FIRST_SEED));
    String figures = runs.figures((System.nanoTime() - began) / VirtualTime.SECOND);
    Files.writeString(Path.of("target", "simulation.md"), figures);
    System.out.println(figures);
    runs.failIfAnyFailed();
    assertThat(runs.faults.total()).isGreaterThanOrEqualTo(faults);
  }
}
