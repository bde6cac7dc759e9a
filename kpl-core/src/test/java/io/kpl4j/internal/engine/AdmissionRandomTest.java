// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.AdmissionPolicy;
import io.kpl4j.FailureReason;
import io.kpl4j.internal.engine.Weather.CallFault;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs from seeds with a buffer that is always full: throttling, faults, reshards, flushes, closes.
 * After every event as many permits are held as the pipeline holds records, and at the end every
 * put has come to one end.
 */
class AdmissionRandomTest {

  static Stream<Arguments> runs() {
    return Stream.of(AdmissionPolicy.values())
        .flatMap(
            policy ->
                Stream.iterate(1L, seed -> seed + 1)
                    .limit(policy == AdmissionPolicy.ASYNC ? 60 : 15)
                    .map(seed -> Arguments.of(policy, seed)));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void put_intoAFullBufferAmongFaults_hasOneEnd(AdmissionPolicy policy, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Simulation run = new Simulation(settings(policy, seed, random));
    for (int i = 0; i < 3; i++) {
      run.kinesis.create("stream-" + i, 1 + random.nextInt(4));
    }
    List<CompletableFuture<Void>> flushes = new ArrayList<>();
    script(run, random, flushes);
    boolean close = random.nextInt(4) == 0;
    if (close) {
      run.time.after(random.nextLong(6 * SECOND), () -> run.close(20 * SECOND));
    }
    run.run(8 * SECOND);

    Outcome outcome = run.finish(120 * SECOND);

    assertThat(outcome.accepted + outcome.refused).isEqualTo(run.puts.size());
    assertThat(outcome.failures.keySet())
        .as(run.describe())
        .isSubsetOf(
            close
                ? EnumSet.of(FailureReason.PRODUCER_CLOSED, FailureReason.OUTCOME_UNKNOWN)
                : EnumSet.noneOf(FailureReason.class));
    assertThat(flushes).as(run.describe()).allMatch(CompletableFuture::isDone);
    assertThat(run.puts)
        .as(run.describe() + ": waits that are over")
        .allMatch(put -> put.refused || put.admittedNanos - put.calledNanos < 2_100 * MILLI);
  }

  private static SimulationSettings settings(
      AdmissionPolicy policy, long seed, SplittableRandom random) {
    SimulationSettings settings = new SimulationSettings();
    settings.policy = policy;
    settings.seed = seed;
    settings.bufferRecords = random.nextLong(5, 45);
    settings.bufferBytes = random.nextLong(30_000, 60_000);
    settings.maxWaiting = 1 + random.nextInt(60);
    settings.maxBlockNanos = 2 * SECOND;
    settings.lingerNanos = random.nextLong(2 * SECOND);
    settings.ttlNanos = Long.MAX_VALUE;
    settings.rejectPercent = random.nextInt(2) * 10;
    settings.maxRequests = 1 + random.nextInt(4);
    settings.patienceNanos = 20 * SECOND;
    return settings;
  }

  private static void script(
      Simulation run, SplittableRandom random, List<CompletableFuture<Void>> flushes) {
    for (int i = 0; i < 400; i++) {
      String stream = "stream-" + random.nextInt(3);
      String key = "key-" + random.nextInt(20);
      int size = random.nextInt(random.nextInt(20) == 0 ? 9_000 : 300);
      boolean again = random.nextInt(10) == 0;
      run.time.after(
          random.nextLong(4 * SECOND),
          () -> {
            SimulatedPut put = run.put(stream, key, size);
            if (again) {
              put.callback = () -> run.put(stream, key, size);
            }
          });
    }
    run.kinesis.weather.faults = List.of(CallFault.HTTP_500, CallFault.LOST_REPLY);
    run.kinesis.weather.callFaults = random.nextInt(3) * 0.2;
    run.kinesis.weather.throttledEntries = random.nextInt(3) * 0.2;
    run.time.after(
        5 * SECOND,
        () -> {
          run.kinesis.weather.callFaults = 0;
          run.kinesis.weather.throttledEntries = 0;
        });
    run.time.after(random.nextLong(4 * SECOND), () -> run.kinesis.splitAny("stream-0"));
    run.time.after(
        random.nextLong(4 * SECOND),
        () -> {
          if (!run.ended()) {
            flushes.add(run.flush());
          }
        });
  }
}
