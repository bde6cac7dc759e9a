// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.internal.engine.Weather.CallFault;
import io.kpl4j.internal.lane.ShardLane;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * A flush waits for every holder that has something of what it means, and for what that becomes.
 */
class FlushTest {

  private final SimulationSettings settings = new SimulationSettings();

  private Simulation simulation(int shards) {
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", shards);
    run.warmUp("s");
    return run;
  }

  private static void put(Simulation run, int records) {
    for (int i = 0; i < records; i++) {
      run.put("s", "key-" + i, 100);
    }
    // Some callers are slow; what they append later is not meant by a flush.
    run.run(2 * MILLI);
  }

  /** Simulation.flush itself checks, when it is over, that what was accepted before it is done. */
  private static void assertEnds(Simulation run, CompletableFuture<Void> flush, long nanos) {
    run.runUntil("the flush is over", nanos, flush::isDone);
    assertThat(flush).isCompleted();
  }

  @Test
  void flush_ofAggregatesThatLandWhereTheyAreDropped_waitsForWhatTheyAreRebuiltInto() {
    Simulation run = simulation(1);
    put(run, 100);
    run.kinesis.splitAny("s");
    assertEnds(run, run.flush(), 5 * SECOND);
    assertThat(run.puts).allMatch(put -> put.result().attemptCount() == 2);
    assertThat(run.finish(SECOND).succeeded).isEqualTo(100);
  }

  @Test
  void flush_ofAnAggregateThatStraddlesShards_waitsForItsPieces() {
    Simulation run = simulation(1);
    run.kinesis.weather.throttledEntries = 1;
    put(run, 100);
    run.run(300 * MILLI);
    run.kinesis.splitAny("s");
    run.stream("s").listings().tracker().refresh(run.time.nowNanos());
    CompletableFuture<Void> flush = run.flush();
    run.run(2 * SECOND);
    assertThat(flush).isNotDone();
    assertThat(run.stream("s").lanes().lanes()).as("by the new map").hasSize(2);
    run.kinesis.weather.throttledEntries = 0;
    assertEnds(run, flush, 5 * SECOND);
    assertThat(run.finish(SECOND).succeeded).isEqualTo(100);
  }

  @Test
  void flush_ofAnAggregateThatExpiresInPart_waitsForTheRest() {
    settings.ttlNanos = SECOND;
    settings.lingerNanos = 500 * MILLI;
    Simulation run = simulation(1);
    run.kinesis.weather.throttledEntries = 1;
    for (int i = 0; i < 100; i++) {
      run.time.after(i * (4 * MILLI), () -> run.put("s", "key", 100));
    }
    run.run(450 * MILLI);
    CompletableFuture<Void> flush = run.flush();
    run.run(750 * MILLI);
    assertThat(flush).isNotDone();
    assertThat(run.puts).anyMatch(SimulatedPut::done).anyMatch(put -> !put.done());
    run.kinesis.weather.throttledEntries = 0;
    assertEnds(run, flush, 2 * SECOND);
    assertThat(run.finish(SECOND).accepted).isEqualTo(100);
  }

  @Test
  void flush_ofACallThatIsDividedForAPoisonRecord_waitsForEveryHalf() {
    settings.aggregation = false;
    settings.lingerNanos = 10 * SECOND;
    Simulation run = simulation(2);
    run.kinesis.weather.poison = true;
    run.tokens.stopChecking();
    put(run, 20);
    run.put("s", "poison", 100);
    put(run, 20);
    assertEnds(run, run.flush(), 5 * SECOND);
    assertThat(run.finish(SECOND).succeeded).isEqualTo(40);
  }

  @Test
  void flush_ofRecordsInFlight_waitsForTheirAnswer() {
    Simulation run = simulation(2);
    run.kinesis.weather.latencyNanos = 2 * SECOND;
    put(run, 20);
    run.run(300 * MILLI);
    CompletableFuture<Void> flush = run.flush();
    run.run(SECOND);
    assertThat(run.client.underWay("s")).isPositive();
    assertThat(flush).isNotDone();
    assertEnds(run, flush, 3 * SECOND);
    run.finish(SECOND);
  }

  @Test
  void flush_withoutAMap_waitsForSinglesAndMakesThemDue() {
    settings.lingerNanos = 20 * SECOND;
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", 2);
    run.kinesis.weather.listDenied = true;
    put(run, 20);
    run.run(SECOND);
    assertThat(run.puts).noneMatch(SimulatedPut::done);
    assertEnds(run, run.flush(), SECOND);
    assertThat(run.finish(SECOND).succeeded).isEqualTo(20);
  }

  @Test
  void flush_whileARangeIsAwaited_waitsForIt() {
    settings.ttlNanos = 120 * SECOND;
    settings.patienceNanos = 60 * SECOND;
    Simulation run = simulation(1);
    run.kinesis.weather.listDenied = true;
    run.kinesis.splitAny("s");
    put(run, 50);
    run.run(SECOND);
    CompletableFuture<Void> flush = run.flush();
    run.run(10 * SECOND);
    assertThat(flush).isNotDone();
    run.kinesis.weather.listDenied = false;
    assertEnds(run, flush, 40 * SECOND);
    assertThat(run.finish(SECOND).succeeded).isEqualTo(50);
  }

  @Test
  void flush_whileALaneBacksOff_doesNotShortenIt() {
    settings.backoffNanos = SECOND;
    Simulation run = simulation(1);
    run.kinesis.weather.throttledEntries = 1;
    put(run, 10);
    run.runUntil("a lane backs off", SECOND, () -> sendableAt(run) > run.time.nowNanos());
    run.kinesis.weather.throttledEntries = 0;
    long backsOffUntil = sendableAt(run);
    int calls = run.kinesis.calls;

    CompletableFuture<Void> flush = run.flush();
    run.run(backsOffUntil - run.time.nowNanos() - 1);

    assertThat(run.kinesis.calls).as("calls before the backoff is over").isEqualTo(calls);
    assertThat(flush).isNotDone();
    assertEnds(run, flush, 100 * MILLI);
    run.finish(SECOND);
  }

  private static long sendableAt(Simulation run) {
    return run.stream("s").lanes().lanes().stream()
        .filter(lane -> !lane.isEmpty())
        .mapToLong((ShardLane lane) -> lane.sendableAtNanos(run.time.nowNanos()))
        .findFirst()
        .orElse(0);
  }

  @Test
  void flush_whileTheStreamIsPaused_doesNotEndThePause() {
    settings.backoffNanos = SECOND;
    settings.ttlNanos = 120 * SECOND;
    Simulation run = simulation(2);
    run.kinesis.weather.callFaults = 1;
    run.kinesis.weather.faults = List.of(CallFault.HTTP_500);
    put(run, 10);
    run.runUntil(
        "the stream is paused",
        10 * SECOND,
        () -> run.stream("s").pause().untilNanos() > run.time.nowNanos() + 10 * MILLI);
    run.kinesis.weather.callFaults = 0;
    int calls = run.kinesis.calls;

    CompletableFuture<Void> flush = run.flush();
    run.run(run.stream("s").pause().untilNanos() - run.time.nowNanos() - 1);

    assertThat(run.kinesis.calls).as("calls before the pause is over").isEqualTo(calls);
    assertEnds(run, flush, 2 * SECOND);
    run.finish(SECOND);
  }

  @Test
  void flush_completesAfterTheFuturesItMeans() {
    settings.lingerNanos = 10 * SECOND;
    Simulation run = simulation(3);
    put(run, 100);
    boolean[] doneBefore = new boolean[1];
    CompletableFuture<Void> flush = run.flush();
    var unused =
        flush.thenRun(() -> doneBefore[0] = run.puts.stream().allMatch(SimulatedPut::done));
    assertEnds(run, flush, SECOND);
    assertThat(doneBefore[0]).isTrue();
    run.finish(SECOND);
  }

  @Test
  void flushes_askedForAtOnce_areAllOver() {
    settings.lingerNanos = 10 * SECOND;
    Simulation run = simulation(3);
    run.kinesis.create("t", 1);
    run.warmUp("t");
    put(run, 100);
    run.put("t", "key", 100);
    run.run(2 * MILLI);
    List<CompletableFuture<Void>> flushes = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      flushes.add(i % 3 == 0 ? run.flush() : i % 3 == 1 ? run.flush("s") : run.flush("unknown"));
    }
    run.runUntil(
        "all are over", SECOND, () -> flushes.stream().allMatch(CompletableFuture::isDone));
    assertThat(flushes).allMatch(flush -> !flush.isCompletedExceptionally());
    assertThat(run.finish(SECOND).succeeded).isEqualTo(101);
  }

  @Test
  void flush_whoseCallbackFlushesAgain_isOverEachTime() {
    Simulation run = simulation(2);
    put(run, 10);
    CompletableFuture<Void> flush =
        run.flush().thenCompose(over -> run.flush()).thenCompose(over -> run.flush("s"));
    assertEnds(run, flush, SECOND);
    run.finish(SECOND);
  }
}
