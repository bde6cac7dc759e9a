// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.FailureReason;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.engine.Weather.CallFault;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** A run whose configuration, callers, faults and reshards all follow from one seed. */
final class RandomRun {

  private static final long BUSY_NANOS = 4 * SECOND;

  private final SplittableRandom random;
  private final SimulationSettings settings = new SimulationSettings();
  private final Set<FailureReason> allowed = EnumSet.noneOf(FailureReason.class);
  private final List<CompletableFuture<Void>> flushes = new ArrayList<>();
  private final List<String> streams = new ArrayList<>();
  private final Simulation run;
  private boolean ambiguous;

  RandomRun(long seed) {
    this.random = new SplittableRandom(seed ^ 0x5DEECE66DL);
    settings.seed = seed;
    configure();
    this.run = new Simulation(settings);
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  @SafeVarargs
  private <T> T any(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private void configure() {
    settings.aggregation = chance(85);
    settings.aggregationMaxSize = any(500, 5_000, 51_200);
    settings.aggregationMaxCount = any(2, 20, Integer.MAX_VALUE);
    settings.lingerNanos = any(0, 10, 100, 100, 1_000) * MILLI;
    settings.batchRecords = any(1, 10, 500, 500);
    settings.maxRequests = any(1, 2, 8, 24);
    settings.maxInFlightBytes = any(2_000, 100_000, 16 << 20);
    settings.bufferRecords = any(5, 50, 1_000_000);
    settings.bufferBytes = any(20_000, 100_000, 64 << 20);
    settings.maxBlockNanos = any(100, 60_000) * MILLI;
    settings.requestTimeoutNanos = any(1, 6) * SECOND;
    settings.ratePercent = any(20, 100, 150);
    settings.rejectPercent = any(0, 0, 0, 5);
    if (chance(20)) {
      settings.ttlNanos = any(1, 3) * SECOND;
      allowed.add(FailureReason.EXPIRED);
      allowed.add(FailureReason.PLACEMENT_UNKNOWN);
    } else {
      settings.ttlNanos = chance(20) ? Long.MAX_VALUE : 600 * SECOND;
    }
    if (chance(5)) {
      settings.failIfThrottled = true;
      allowed.add(FailureReason.THROTTLED);
    }
    if (chance(5)) {
      settings.maxAttempts = any(2, 5);
      allowed.add(FailureReason.ATTEMPTS_EXHAUSTED);
    }
    settings.patienceNanos = 8 * SECOND;
  }

  private void makeStreams() {
    int count = any(1, 1, 2, 3);
    for (int i = 0; i < count; i++) {
      streams.add("stream-" + i);
      run.kinesis.create("stream-" + i, any(1, 2, 5, 8));
    }
  }

  private String anyStream() {
    return streams.get(random.nextInt(streams.size()));
  }

  private void makeCallers() {
    int puts = any(50, 200, 600);
    boolean inBursts = chance(30);
    for (int i = 0; i < puts; i++) {
      long at = inBursts ? (random.nextInt(4) * SECOND) : random.nextLong(BUSY_NANOS);
      String key = "key-" + random.nextInt(any(1, 10, 1_000));
      int size = chance(3) ? random.nextInt(9_500) : random.nextInt(any(20, 200, 1_000));
      String stream = anyStream();
      String explicit =
          chance(20) ? HashKey.of(random.nextLong(), random.nextLong()).toDecimal() : null;
      boolean again = chance(5);
      run.time.after(
          at,
          () -> {
            if (again) {
              run.putThen(stream, key, size, () -> run.put(stream, key, size));
            } else if (explicit == null) {
              run.put(stream, key, size);
            } else {
              run.put(stream, key, explicit, size);
            }
          });
    }
  }

  private void makeFaults() {
    Weather weather = run.kinesis.weather;
    if (chance(40)) {
      during(
          () -> weather.throttledEntries = any(0.05, 0.5, 1.0), () -> weather.throttledEntries = 0);
    }
    if (chance(30)) {
      ambiguous = true;
      during(() -> weather.failedEntries = any(0.05, 0.5), () -> weather.failedEntries = 0);
    }
    if (chance(40)) {
      List<CallFault> faults = new ArrayList<>();
      for (CallFault fault : CallFault.values()) {
        if (chance(30)) {
          faults.add(fault);
          ambiguous |= fault.ambiguous();
        }
      }
      weather.faults = faults;
      if (!faults.isEmpty()) {
        during(() -> weather.callFaults = any(0.05, 0.3, 1.0), () -> weather.callFaults = 0);
      }
    }
    if (chance(15)) {
      ambiguous = true;
      during(() -> weather.dead = true, () -> weather.dead = false);
    }
    if (chance(10)) {
      during(() -> weather.credentialsWrong = true, () -> weather.credentialsWrong = false);
    }
    if (chance(8)) {
      allowed.add(chance(50) ? FailureReason.NO_SUCH_STREAM : FailureReason.ACCESS_DENIED);
      if (allowed.contains(FailureReason.NO_SUCH_STREAM)) {
        during(() -> weather.missing = true, () -> weather.missing = false);
      } else {
        during(() -> weather.denied = true, () -> weather.denied = false);
      }
    }
    if (chance(15)) {
      weather.poison = true;
      allowed.add(FailureReason.INVALID);
      for (int i = random.nextInt(5); i >= 0; i--) {
        run.time.after(random.nextLong(BUSY_NANOS), () -> run.put(anyStream(), "poison", 50));
      }
    }
  }

  private void makeListingFaults() {
    Weather weather = run.kinesis.weather;
    if (chance(60)) {
      return;
    }
    // A shard's range is asked for every 30 s at worst.
    settings.patienceNanos = 50 * SECOND;
    if (chance(50)) {
      during(() -> weather.listFailures = any(0.5, 1.0), () -> weather.listFailures = 0);
    }
    if (chance(30)) {
      during(() -> weather.listHoles = any(0.5, 1.0), () -> weather.listHoles = 0);
    }
    if (chance(30)) {
      weather.listNanos = any(500, 3_000) * MILLI;
    }
    if (chance(15)) {
      weather.listDenied = true;
      during(() -> {}, () -> weather.listDenied = false);
    }
  }

  private void during(Runnable begin, Runnable end) {
    long from = random.nextLong(BUSY_NANOS);
    run.time.after(from, begin);
    run.time.after(from + random.nextLong(5 * SECOND), end);
  }

  private void makeReshards() {
    for (int i = any(0, 0, 1, 3, 8); i > 0; i--) {
      String stream = anyStream();
      long at = random.nextLong(BUSY_NANOS);
      boolean split = chance(60);
      run.time.after(
          at,
          () -> {
            if (split) {
              run.kinesis.splitAny(stream);
            } else {
              run.kinesis.mergeAny(stream);
            }
          });
    }
  }

  private void makeFlushesAndGaps() {
    for (int i = any(0, 0, 1, 3); i > 0; i--) {
      boolean all = chance(50);
      run.time.after(
          random.nextLong(BUSY_NANOS),
          () -> {
            String stream = anyStream();
            if (run.ended()) {
              return;
            }
            if (all) {
              flushes.add(run.flush());
            } else if (run.streams.containsKey(stream)) {
              flushes.add(run.flush(stream));
            }
          });
    }
    if (chance(10)) {
      // Calls under way are overtime when the process wakes.
      ambiguous = true;
      long gap = any(2, 10, 100) * SECOND;
      run.time.after(random.nextLong(BUSY_NANOS), () -> run.suspend(gap));
    }
  }

  Outcome play() {
    makeStreams();
    makeCallers();
    makeFaults();
    makeListingFaults();
    makeReshards();
    makeFlushesAndGaps();
    boolean close = chance(25);
    if (close) {
      boolean inTime = chance(60);
      long timeout = inTime ? 300 * SECOND : random.nextLong(2 * SECOND);
      if (!inTime) {
        allowed.add(FailureReason.PRODUCER_CLOSED);
        allowed.add(FailureReason.OUTCOME_UNKNOWN);
        allowed.add(FailureReason.PLACEMENT_UNKNOWN);
      }
      run.time.after(random.nextLong(BUSY_NANOS * 2), () -> run.close(timeout));
    }
    run.run(10 * SECOND);
    Outcome outcome = run.finish(180 * SECOND);
    check(outcome);
    return outcome;
  }

  private void check(Outcome outcome) {
    assertThat(outcome.failures.keySet()).as(run.describe()).isSubsetOf(allowed);
    assertThat(flushes).as(run.describe()).allMatch(CompletableFuture::isDone);
    for (CompletableFuture<Void> flush : flushes) {
      assertThat(flush).as(run.describe()).isCompleted();
    }
    if (!ambiguous) {
      assertThat(outcome.duplicated).as(run.describe() + ": seen twice").isZero();
    }
  }
}
