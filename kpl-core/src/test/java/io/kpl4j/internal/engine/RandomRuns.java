// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.PrimitiveIterator;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * Plays random runs, one on each processor at a time, as each is confined to its thread, and adds
 * up what they came to. Confined to who makes it.
 */
final class RandomRuns {

  private static final int SHOWN_FAILURES = 5;

  final Faults faults = new Faults();
  long runs;
  long accepted;
  long refused;
  long succeeded;
  long failed;
  long duplicated;
  private final LongFunction<RandomRun> runOf;
  private final List<Throwable> failures = new ArrayList<>();
  private final List<Long> failedSeeds = new ArrayList<>();

  RandomRuns() {
    this(RandomRun::new);
  }

  RandomRuns(LongFunction<RandomRun> runOf) {
    this.runOf = runOf;
  }

  /** Plays the runs of these seeds. */
  void play(LongStream seeds) throws Exception {
    play(seeds.iterator(), () -> true);
  }

  /** Plays run after run, from a seed on, until so many faults have been met. */
  void playUntil(long faultsToMeet, long firstSeed) throws Exception {
    play(LongStream.iterate(firstSeed, seed -> seed + 1).iterator(), () -> met() < faultsToMeet);
  }

  private synchronized long met() {
    return faults.total();
  }

  private void play(PrimitiveIterator.OfLong seeds, BooleanSupplier goOn) throws Exception {
    int threads = Runtime.getRuntime().availableProcessors();
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        done.add(workers.submit(() -> playSome(seeds, goOn)));
      }
      for (Future<?> worker : done) {
        worker.get();
      }
    } finally {
      workers.shutdownNow();
    }
  }

  private void playSome(PrimitiveIterator.OfLong seeds, BooleanSupplier goOn) {
    while (goOn.getAsBoolean()) {
      long seed;
      synchronized (this) {
        if (!seeds.hasNext()) {
          return;
        }
        seed = seeds.nextLong();
      }
      RandomRun run = runOf.apply(seed);
      try {
        add(run, run.play());
      } catch (RuntimeException | AssertionError failure) {
        add(run, seed, failure);
      }
    }
  }

  private synchronized void add(RandomRun run, List<Outcome> outcomes) {
    runs++;
    faults.add(run.kinesis.faults);
    for (Outcome outcome : outcomes) {
      accepted += outcome.accepted;
      refused += outcome.refused;
      succeeded += outcome.succeeded;
      failed += outcome.failures.values().stream().mapToInt(Integer::intValue).sum();
      duplicated += outcome.duplicated;
    }
  }

  private synchronized void add(RandomRun run, long seed, Throwable failure) {
    runs++;
    faults.add(run.kinesis.faults);
    failedSeeds.add(seed);
    if (failures.size() < SHOWN_FAILURES) {
      failures.add(failure);
    }
  }

  void failIfAnyFailed() {
    if (!failedSeeds.isEmpty()) {
      AssertionError all =
          new AssertionError(
              failedSeeds.size()
                  + " of "
                  + runs
                  + " runs failed; -Dkpl.sim.seed=S plays one of these again: "
                  + failedSeeds);
      failures.forEach(all::addSuppressed);
      all.initCause(failures.get(0));
      throw all;
    }
  }

  /** The figures, as a table in Markdown. */
  String figures(long seconds) {
    StringBuilder table = new StringBuilder("| what | how many |\n|---|---|\n");
    row(table, "runs, each of a seed", runs);
    row(table, "user records accepted", accepted);
    row(table, "of these: stored where consumers see them", succeeded);
    row(table, "of these: failed, with their reason", failed);
    row(table, "of these: ended by their callers", accepted - succeeded - failed);
    row(table, "user records refused at `put`", refused);
    row(table, "seen twice, after an ambiguous reply", duplicated);
    row(table, "**faults**", faults.total());
    for (Faults.Kind kind : Faults.Kind.values()) {
      row(table, kind.label, faults.of(kind));
    }
    row(
        table,
        "seconds, on " + Runtime.getRuntime().availableProcessors() + " processors",
        seconds);
    return table.toString();
  }

  private static void row(StringBuilder table, String what, long count) {
    table.append(String.format(Locale.ROOT, "| %s | %,d |\n", what, count));
  }
}
