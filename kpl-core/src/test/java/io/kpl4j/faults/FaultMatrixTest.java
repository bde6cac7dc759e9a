// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Faults over real sockets, alone and in pairs, under load: what was acknowledged is there, nothing
 * is lost, second copies are explained, and nothing is left over. {@code docs/reliability.md} tells
 * more.
 */
class FaultMatrixTest {

  private static final String ALL = "kpl.faults.all";
  private static final int SAMPLED_PAIRS = 24;
  private static final int SHOWN_CELLS = 10;

  private final long seed = Long.getLong("kpl.faults.seed", 1);

  /** Only cells whose names contain this. */
  private final String only = System.getProperty("kpl.faults.only", "");

  @Test
  @DisabledIfSystemProperty(named = ALL, matches = "true")
  void faults_eachAloneAndSomePairs_loseNothing() throws Exception {
    FaultMatrix matrix = new FaultMatrix(seed, progress -> {}, System.out::println);
    List<FaultCell> cells = matrix.alone();
    cells.addAll(matrix.somePairs(SAMPLED_PAIRS));
    play(matrix, cells, table -> {});
  }

  @Test
  @EnabledIfSystemProperty(
      named = ALL,
      matches = "true",
      disabledReason = "takes minutes; see docs/reliability.md")
  void faults_eachAloneAndAllPairs_loseNothing() throws Exception {
    FaultMatrix matrix = new FaultMatrix(seed, System.out::println, System.out::println);
    List<FaultCell> cells = matrix.alone();
    cells.addAll(matrix.pairs());
    play(matrix, cells, System.out::println);
  }

  @Test
  void somePairs_anySeed_haveEveryFaultInOne() {
    for (long each = 0; each < 1_000; each++) {
      assertThat(new FaultMatrix(each, progress -> {}, again -> {}).somePairs(SAMPLED_PAIRS))
          .as("seed %d", each)
          .hasSize(SAMPLED_PAIRS)
          .doesNotHaveDuplicates()
          .flatExtracting(FaultCell::kinds)
          .contains(FaultKind.values());
    }
  }

  private void play(FaultMatrix matrix, List<FaultCell> cells, Consumer<String> print)
      throws Exception {
    List<FaultCell> wanted =
        new ArrayList<>(cells.stream().filter(cell -> cell.toString().contains(only)).toList());
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    long began = System.nanoTime();
    List<CellResult> results = matrix.play(wanted);
    long seconds = (System.nanoTime() - began) / 1_000_000_000;
    String byFault =
        FaultTable.byFault(results)
            + String.format(
                "%nSeed %d, %d seconds, %d cells played again.%n",
                seed, seconds, matrix.playedAgain());
    Files.writeString(Path.of("target", "faults.md"), byFault + "\n" + FaultTable.byCell(results));
    print.accept(byFault);
    failIfAnyFailed(results);
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> !before.contains(thread))
        .noneMatch(thread -> thread.getName().startsWith("kpl-testkit"))
        .noneMatch(thread -> thread.getName().startsWith("kpl4j-"));
  }

  private static void failIfAnyFailed(List<CellResult> results) {
    List<CellResult> failed =
        results.stream()
            .filter(result -> !result.wrong.isEmpty() || !result.late.isEmpty())
            .toList();
    if (!failed.isEmpty()) {
      throw new AssertionError(
          failed.size()
              + " of "
              + results.size()
              + " cells failed:\n"
              + failed.stream()
                  .limit(SHOWN_CELLS)
                  .map(CellResult::complaints)
                  .collect(Collectors.joining("\n")));
    }
  }
}
