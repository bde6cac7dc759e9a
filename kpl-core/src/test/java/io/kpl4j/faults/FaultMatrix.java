// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** The cells of the matrix, and the playing of them. Confined to who makes it. */
final class FaultMatrix {

  /** Cells mostly wait: for timeouts, backoff and the pace of their load. */
  private static final int AT_ONCE = 1 + Runtime.getRuntime().availableProcessors();

  /** How often a cell is played again, alone, of which only the machine's speed is in doubt. */
  private static final int AGAIN = 2;

  private final long seed;
  private final Consumer<String> progress;
  private final Consumer<String> doubts;
  private final List<CellResult> results = new ArrayList<>();
  private int playedAgain;

  /** {@code doubts} is told of each cell that is played again, and why. */
  FaultMatrix(long seed, Consumer<String> progress, Consumer<String> doubts) {
    this.seed = seed;
    this.progress = progress;
    this.doubts = doubts;
  }

  /** Each fault alone, passing and lasting, plain and with TLS. */
  List<FaultCell> alone() {
    List<FaultCell> cells = new ArrayList<>();
    for (FaultKind kind : FaultKind.values()) {
      for (boolean tls : new boolean[] {false, true}) {
        cells.add(new FaultCell(List.of(kind), tls, false, seed + cells.size()));
        if (kind.canLast()) {
          cells.add(new FaultCell(List.of(kind), tls, true, seed + cells.size()));
        }
      }
    }
    return cells;
  }

  /** Each two faults together, plain and with TLS. */
  List<FaultCell> pairs() {
    List<FaultCell> cells = new ArrayList<>();
    FaultKind[] kinds = FaultKind.values();
    for (int first = 0; first < kinds.length; first++) {
      for (int second = first + 1; second < kinds.length; second++) {
        for (boolean tls : new boolean[] {false, true}) {
          List<FaultKind> both = List.of(kinds[first], kinds[second]);
          cells.add(new FaultCell(both, tls, false, seed + 1_000 + cells.size()));
        }
      }
    }
    return cells;
  }

  /** Some pairs, others for another seed: every fault is in one at least. */
  List<FaultCell> somePairs(int count) {
    List<FaultCell> cells = pairs();
    Collections.shuffle(cells, new Random(seed));
    Set<FaultKind> missing = EnumSet.allOf(FaultKind.class);
    Set<FaultCell> chosen = new LinkedHashSet<>();
    for (FaultCell cell : cells) {
      if (missing.removeAll(cell.kinds())) {
        chosen.add(cell);
      }
    }
    chosen.addAll(cells);
    return chosen.stream().limit(count).toList();
  }

  /** Plays cells, some at once; then those again, one by one, that may just have been slow. */
  List<CellResult> play(List<FaultCell> cells) throws InterruptedException, ExecutionException {
    warmUp();
    ExecutorService players = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<CellResult>> playing = new ArrayList<>();
      cells.forEach(cell -> playing.add(players.submit(() -> CellRun.play(cell))));
      for (Future<CellResult> each : playing) {
        add(each.get(), cells.size());
      }
    } finally {
      players.shutdownNow();
    }
    results.replaceAll(this::again);
    return results;
  }

  /** How many cells were played again. */
  int playedAgain() {
    return playedAgain;
  }

  /** Else the first cells would time how fast classes are loaded. */
  private static void warmUp() {
    for (boolean tls : new boolean[] {false, true}) {
      CellRun.play(new FaultCell(List.of(FaultKind.LATENCY), tls, false, 0));
    }
  }

  private CellResult again(CellResult first) {
    CellResult last = first;
    for (int i = 0; i < AGAIN && last.wrong.isEmpty() && !last.late.isEmpty(); i++) {
      playedAgain += i == 0 ? 1 : 0;
      doubts.accept("played again, as it may just have been slow: " + last.firstComplaint());
      last = CellRun.play(first.cell.withPatience());
    }
    return last;
  }

  private void add(CellResult result, int all) {
    results.add(result);
    progress.accept(
        String.format(
            "%3d of %d, %5.1f s, %s%s",
            results.size(),
            all,
            result.tookNanos / 1e9,
            result.cell,
            result.wrong.isEmpty() ? "" : ": WRONG"));
  }
}
