// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.internal.engine.Weather.CallFault;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Attempts stay bounded whatever is buffered. A stream whose calls fail as a whole makes one call
 * in the mean delay, which is half of {@code RetryMaxDelay}: about two a second. A lane whose
 * entries fail makes as many, with at most what its tokens allow in them.
 */
class RetryBudgetTest {

  private static final int SMALL = 10;
  private static final int HUGE = 20_000;
  private static final int SECONDS = 30;

  private final SimulationSettings settings = new SimulationSettings();

  RetryBudgetTest() {
    settings.ttlNanos = Long.MAX_VALUE;
    settings.checkEvery = 1_000;
  }

  private static void calls(Simulation run, CallFault fault) {
    run.kinesis.weather.callFaults = 1;
    run.kinesis.weather.faults = List.of(fault);
  }

  /** Ways in which whole calls fail, so that the stream is paused. */
  static Stream<Arguments> outages() {
    return Stream.of(
            outage("dead", run -> run.kinesis.weather.dead = true),
            outage("500", run -> calls(run, CallFault.HTTP_500)),
            outage("throttled", run -> calls(run, CallFault.CALL_THROTTLED)),
            outage("reset", run -> calls(run, CallFault.NETWORK)),
            outage("out of memory", run -> calls(run, CallFault.OUT_OF_MEMORY)),
            outage("credentials", run -> run.kinesis.weather.credentialsWrong = true))
        .flatMap(
            outage ->
                Stream.of(SMALL, HUGE)
                    .map(backlog -> Arguments.of(outage.get()[0], outage.get()[1], backlog)));
  }

  private static Arguments outage(String name, Consumer<Simulation> begin) {
    return Arguments.of(name, begin);
  }

  /** Calls a second once the delays have grown. */
  private static double callsPerSecond(Simulation run) {
    run.run(5 * SECOND);
    int before = run.kinesis.calls;
    run.run(SECONDS * SECOND);
    return (run.kinesis.calls - before) / (double) SECONDS;
  }

  private Simulation backlog(int streams, int records) {
    Simulation run = new Simulation(settings);
    for (int s = 0; s < streams; s++) {
      run.kinesis.create("s" + s, 4);
      run.stream("s" + s);
    }
    run.run(200 * MILLI);
    run.kinesis.weather.dead = true;
    for (int i = 0; i < records; i++) {
      run.put("s" + i % streams, "key-" + i, 1_000);
    }
    return run;
  }

  @ParameterizedTest(name = "{0}, {2} records")
  @MethodSource("outages")
  void everyCallFails_oneStream_twoAttemptsASecond(
      String name, Consumer<Simulation> begin, int records) {
    Simulation run = backlog(1, records);
    run.kinesis.weather.dead = false;
    begin.accept(run);
    assertThat(callsPerSecond(run)).as(name).isBetween(1.0, 3.0);
  }

  @ParameterizedTest(name = "{0}, {2} records")
  @MethodSource("outages")
  void everyCallFails_fiftyStreams_twoAttemptsASecondEach(
      String name, Consumer<Simulation> begin, int records) {
    Simulation run = backlog(50, Math.max(50, records));
    run.kinesis.weather.dead = false;
    begin.accept(run);
    assertThat(callsPerSecond(run)).as(name).isBetween(50.0, 125.0);
  }

  @Test
  void everyEntryFails_aBacklog_isBoundedByLanesAndTokens() {
    settings.ratePercent = 100;
    double small = entriesThatFail(SMALL);
    double huge = entriesThatFail(HUGE);
    // Four lanes, two attempts a second each; of the backlog a shard's rate, in calls of 256 KiB.
    assertThat(small).isLessThan(4 * 3);
    assertThat(huge).isLessThan(4 * (3 + 4));
  }

  private double entriesThatFail(int records) {
    Simulation run = backlog(1, records);
    run.kinesis.weather.dead = false;
    run.kinesis.weather.throttledEntries = 1;
    return callsPerSecond(run);
  }

  static Stream<Arguments> hugeOutages() {
    return outages().filter(outage -> outage.get()[2].equals(HUGE));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hugeOutages")
  void firstSuccess_afterAnOutage_restoresTheFullRateWithinASecond(
      String name, Consumer<Simulation> begin, int records) {
    settings.adaptiveRate = false;
    restoresTheRate(name, begin, records, 1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hugeOutages")
  void firstSuccess_afterAnOutage_restoresAnAdaptiveRateWithinASecond(
      String name, Consumer<Simulation> begin, int records) {
    // To be throttled is news of the shards, to be told once as nothing is stored meanwhile.
    restoresTheRate(name, begin, records, name.equals("throttled") ? 0.8 : 1);
  }

  private void restoresTheRate(String name, Consumer<Simulation> begin, int records, double share) {
    settings.ratePercent = 100;
    Simulation run = backlog(1, records);
    run.kinesis.weather.dead = false;
    begin.accept(run);
    run.run(SECONDS * SECOND);
    run.kinesis.weather.callFaults = 0;
    run.kinesis.weather.credentialsWrong = false;
    run.kinesis.weather.dead = false;
    run.runUntil("the first success", 2 * SECOND, () -> anyStored(run));
    run.run(SECOND);
    long before = stored(run);
    run.run(SECOND);
    double shards = (stored(run) - before) / (double) (1 << 20);
    assertThat(shards).as("shards' worth a second after " + name).isGreaterThan(0.9 * 4 * share);
    run.runUntil("everything is done", 30 * SECOND, run::drained);
    assertThat(run.puts).hasSize(records).allMatch(SimulatedPut::succeeded);
  }

  private static boolean anyStored(Simulation run) {
    return run.kinesis.shards("s0").stream().anyMatch(shard -> !shard.stored.isEmpty());
  }

  private static long stored(Simulation run) {
    return run.kinesis.shards("s0").stream()
        .flatMap(shard -> shard.stored.stream())
        .mapToLong(record -> record.data().length)
        .sum();
  }
}
