// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.AdmissionPolicy;
import io.kpl4j.FailureReason;
import io.kpl4j.KeyOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** One producer of a random run: its configuration, its life, and what may come of its records. */
final class RandomProducer {

  final SimulationSettings settings = new SimulationSettings();

  /** Why records may fail; whatever else fails is an error. */
  final Set<FailureReason> allowed = EnumSet.noneOf(FailureReason.class);

  final Simulation run;
  private final Chance chance;
  private final List<CompletableFuture<Void>> flushes = new ArrayList<>();

  /** Whether a reply may leave in doubt whether the records were stored. */
  private boolean ambiguous;

  RandomProducer(long seed, RandomRun of) {
    this.chance = of.chance;
    settings.seed = seed;
    settings.keyOrder = of.keyOrder;
    configure();
    if (of.keyOrder == KeyOrder.HALT) {
      allowed.add(FailureReason.KEY_HALTED);
    }
    if (of.keyOrder != KeyOrder.NONE && settings.policy == AdmissionPolicy.ASYNC) {
      // When such a put is appended, and so what it is to be in order with, its caller cannot tell.
      settings.policy = AdmissionPolicy.BLOCK;
    }
    if (of.anew) {
      // Where a record lies on a shard that is no more can never be learnt.
      settings.ttlNanos = Math.min(settings.ttlNanos, 20 * SECOND);
      settings.patienceNanos = 50 * SECOND;
    }
    this.run = new Simulation(settings, of.time, of.kinesis);
  }

  private void configure() {
    settings.aggregation = chance.percent(85);
    settings.aggregationMaxSize = chance.any(500, 5_000, 51_200);
    settings.aggregationMaxCount = chance.any(2, 20, Integer.MAX_VALUE);
    settings.lingerNanos = chance.any(0, 10, 100, 100, 1_000) * MILLI;
    settings.batchRecords = chance.any(1, 10, 500, 500);
    settings.maxRequests = chance.any(1, 2, 8, 24);
    settings.maxInFlightBytes = chance.any(2_000, 100_000, 16 << 20);
    settings.bufferRecords = chance.any(5, 50, 1_000_000);
    settings.bufferBytes = chance.any(20_000, 100_000, 64 << 20);
    settings.maxBlockNanos = chance.any(100, 60_000) * MILLI;
    settings.policy =
        chance.any(
            AdmissionPolicy.BLOCK,
            AdmissionPolicy.BLOCK,
            AdmissionPolicy.ASYNC,
            AdmissionPolicy.ASYNC,
            AdmissionPolicy.FAIL,
            AdmissionPolicy.DROP);
    settings.maxWaiting = chance.any(1, 20, 10_000);
    settings.requestTimeoutNanos = chance.any(1, 6) * SECOND;
    settings.ratePercent = chance.any(20, 100, 150);
    settings.rejectPercent = chance.any(0, 0, 0, 5);
    settings.interruptPercent = chance.any(0, 0, 10);
    // Another stream's calls, never answered, may have all slots until they are taken back.
    settings.patienceNanos = 10 * SECOND + settings.requestTimeoutNanos;
    if (chance.percent(20)) {
      settings.ttlNanos = chance.any(1, 3) * SECOND;
      allowed.add(FailureReason.EXPIRED);
      allowed.add(FailureReason.PLACEMENT_UNKNOWN);
    } else {
      settings.ttlNanos = chance.percent(20) ? Long.MAX_VALUE : 600 * SECOND;
    }
    if (chance.percent(5)) {
      settings.failIfThrottled = true;
      allowed.add(FailureReason.THROTTLED);
    }
    if (chance.percent(5)) {
      settings.maxAttempts = chance.any(2, 5);
      allowed.add(FailureReason.ATTEMPTS_EXHAUSTED);
    }
  }

  /** From now on a record may be stored although its producer cannot know. */
  void mayBeAmbiguous() {
    ambiguous = true;
  }

  private void sometime(Runnable act) {
    run.time.after(chance.below(RandomRun.BUSY_NANOS), act);
  }

  void makeFlushes(List<String> streams) {
    for (int i = chance.any(0, 0, 1, 3); i > 0; i--) {
      String stream = chance.percent(50) ? null : chance.any(streams.toArray(String[]::new));
      sometime(
          () -> {
            if (!run.ended() && (stream == null || run.streams.containsKey(stream))) {
              flushes.add(stream == null ? run.flush() : run.flush(stream));
            }
          });
    }
  }

  /** The process stands still, with or without the world, and its wall clock jumps. */
  void makeGaps(List<RandomProducer> all) {
    if (chance.percent(15)) {
      long gapNanos = chance.any(2, 10, 100) * SECOND;
      boolean worldToo = chance.percent(50);
      // Calls under way are overtime when the process wakes.
      (worldToo ? all : List.of(this)).forEach(RandomProducer::mayBeAmbiguous);
      sometime(
          () -> {
            if (worldToo) {
              run.suspend(gapNanos);
            } else {
              run.pause(gapNanos);
            }
          });
    }
    if (chance.percent(20)) {
      for (int i = 0; i < 4; i++) {
        long offNanos = chance.any(-3_600, -1, 1, 3_600) * SECOND;
        sometime(
            () -> {
              run.kinesis.faults.count(Faults.Kind.WALL_CLOCK_SET);
              run.wallClockOffNanos = offNanos;
            });
      }
    }
  }

  /** Its credentials expire again and again, and are renewed in time, or a little late. */
  void makeSessions() {
    if (chance.percent(15)) {
      run.client.sessionNanos = chance.any(3, 5, 7) * SECOND;
      run.client.renewalNanos = chance.any(50, 500, 1_500) * MILLI;
    }
  }

  void makeClose() {
    if (!chance.percent(25)) {
      return;
    }
    boolean inTime = chance.percent(60);
    long timeoutNanos = inTime ? 300 * SECOND : chance.below(2 * SECOND);
    if (!inTime) {
      allowed.add(FailureReason.PRODUCER_CLOSED);
      allowed.add(FailureReason.OUTCOME_UNKNOWN);
      allowed.add(FailureReason.PLACEMENT_UNKNOWN);
    }
    run.time.after(chance.below(RandomRun.BUSY_NANOS * 2), () -> run.close(timeoutNanos));
  }

  Outcome finish() {
    Outcome outcome = run.finish(240 * SECOND);
    assertThat(outcome.failures.keySet()).as(run.describe()).isSubsetOf(allowed);
    for (CompletableFuture<Void> flush : flushes) {
      assertThat(flush).as(run.describe()).isCompleted();
    }
    if (!ambiguous) {
      assertThat(outcome.duplicated).as(run.describe() + ": seen twice").isZero();
    }
    if (allowed.isEmpty()) {
      assertThat(outcome.meddledUnseen).as(run.describe() + ": not sent").isZero();
    }
    return outcome;
  }
}
