// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.FailureReason;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No such stream, access denied: fatal, after a grace, probing with one batch. */
class StreamRefusedTest {

  private final SimulationSettings settings = new SimulationSettings();

  /** Why the service refuses the stream. */
  enum Why {
    MISSING(FailureReason.NO_SUCH_STREAM),
    DENIED(FailureReason.ACCESS_DENIED);

    final FailureReason reason;

    Why(FailureReason reason) {
      this.reason = reason;
    }

    void set(Simulation run, boolean on) {
      if (this == MISSING) {
        run.kinesis.weather.missing = on;
      } else {
        run.kinesis.weather.denied = on;
      }
    }
  }

  private Simulation simulation(int shards) {
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", shards);
    return run;
  }

  /** A stream that has taken a record. */
  private Simulation seen(int shards) {
    Simulation run = simulation(shards);
    run.put("s", "first", 100);
    run.run(SECOND);
    assertThat(run.puts).allMatch(SimulatedPut::succeeded);
    run.puts.clear();
    return run;
  }

  private static void put(Simulation run, int records, int size) {
    for (int i = 0; i < records; i++) {
      run.put("s", "key-" + i, size);
    }
  }

  @ParameterizedTest
  @EnumSource
  void streamNeverSeen_refused_failsWithoutGrace(Why why) {
    Simulation run = simulation(2);
    run.kinesis.weather.listDenied = true;
    why.set(run, true);
    put(run, 50, 100);
    run.run(SECOND);
    assertThat(run.puts)
        .allMatch(put -> put.failed().reason() == why.reason)
        .allMatch(put -> put.failed().attemptCount() == 1)
        .allMatch(put -> !put.failed().mayBeStored())
        .allMatch(put -> put.latencyNanos() < 300 * MILLI);
    run.finish(SECOND);
  }

  @ParameterizedTest
  @EnumSource
  void streamSeen_refusedForGood_failsAfterFiveSeconds(Why why) {
    Simulation run = seen(2);
    why.set(run, true);
    put(run, 50, 100);
    Outcome outcome = run.finish(10 * SECOND);
    assertThat(outcome.failures).isEqualTo(Map.of(why.reason, 50));
    assertThat(run.puts)
        .allMatch(put -> put.latencyNanos() > 5 * SECOND)
        .allMatch(put -> put.latencyNanos() < 6_200 * MILLI)
        .allMatch(put -> put.failed().attemptCount() > 1);
  }

  @Test
  void streamKnownByAListingOnly_denied_hasTheGraceToo() {
    Simulation run = simulation(2);
    run.warmUp("s");
    run.kinesis.weather.denied = true;
    put(run, 10, 100);
    run.run(2 * SECOND);
    assertThat(run.puts).noneMatch(SimulatedPut::done);
    run.kinesis.weather.denied = false;
    assertThat(run.finish(3 * SECOND).succeeded).isEqualTo(10);
  }

  @ParameterizedTest
  @EnumSource
  void streamSeen_refusedForThreeSeconds_everythingSucceedsOnce(Why why) {
    Simulation run = seen(2);
    why.set(run, true);
    put(run, 50, 100);
    run.run(3 * SECOND);
    why.set(run, false);
    Outcome outcome = run.finish(3 * SECOND);
    assertThat(outcome.succeeded).isEqualTo(50);
    assertThat(outcome.duplicated).isZero();
    assertThat(run.puts).noneMatch(put -> put.result().mayBeDuplicated());
  }

  @ParameterizedTest
  @EnumSource
  void streamRefused_again_afterASuccess_hasANewGrace(Why why) {
    Simulation run = seen(2);
    for (int round = 0; round < 3; round++) {
      why.set(run, true);
      put(run, 10, 100);
      run.run(4 * SECOND);
      why.set(run, false);
      run.run(2 * SECOND);
    }
    assertThat(run.finish(SECOND).succeeded).isEqualTo(30);
  }

  @ParameterizedTest
  @EnumSource
  void streamRefused_withABacklog_isProbedWithOneBatch(Why why) {
    settings.checkEvery = 50;
    Simulation run = seen(4);
    why.set(run, true);
    put(run, 10_000, 1_000);
    run.run(500 * MILLI);
    int before = run.kinesis.calls;
    run.client.mostInFlight = 0;
    run.run(4 * SECOND);
    assertThat(run.client.mostInFlight).isEqualTo(1);
    assertThat(run.kinesis.calls - before).isLessThan(20);
    assertThat(run.puts).noneMatch(SimulatedPut::done);
    why.set(run, false);
    assertThat(run.finish(10 * SECOND).succeeded).isEqualTo(10_000);
  }

  @ParameterizedTest
  @EnumSource
  void streamRefusedForGood_withABacklog_failsBatchByBatch(Why why) {
    settings.checkEvery = 50;
    Simulation run = seen(4);
    why.set(run, true);
    put(run, 10_000, 1_000);
    run.run(7 * SECOND);
    int before = run.kinesis.calls;
    run.client.mostInFlight = 0;
    put(run, 1_000, 1_000);
    Outcome outcome = run.finish(5 * SECOND);
    assertThat(outcome.failures).isEqualTo(Map.of(why.reason, 11_000));
    assertThat(run.client.mostInFlight).isEqualTo(1);
    assertThat(run.kinesis.calls - before).isLessThan(40);
  }

  @Test
  void streamThatAppears_afterItWasMissing_isUsedAtOnce() {
    Simulation run = simulation(2);
    run.kinesis.weather.missing = true;
    put(run, 10, 100);
    run.run(2 * SECOND);
    assertThat(run.puts).allMatch(put -> put.failed().reason() == FailureReason.NO_SUCH_STREAM);
    run.kinesis.weather.missing = false;
    put(run, 10, 100);
    assertThat(run.finish(2 * SECOND).succeeded).isEqualTo(10);
  }
}
