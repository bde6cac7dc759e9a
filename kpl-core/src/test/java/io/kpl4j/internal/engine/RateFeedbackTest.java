// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kpl4j.internal.engine.Weather.CallFault;
import io.kpl4j.internal.lane.ShardLane;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What lowers and raises a shard's rate, seen through the whole pipeline. */
class RateFeedbackTest {

  private final SimulationSettings settings = new SimulationSettings();

  private Simulation simulation(int shards) {
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", shards);
    run.warmUp("s");
    return run;
  }

  private static void put(Simulation run, int records, int size) {
    for (int i = 0; i < records; i++) {
      run.put("s", "key-" + i, size);
    }
  }

  private static List<Double> rates(Simulation run) {
    return run.stream("s").lanes().lanes().stream().map(ShardLane::rateShare).toList();
  }

  @Test
  void rate_ofANewShard_isAHundredPercent() {
    assertThat(rates(simulation(3))).containsExactly(1.0, 1.0, 1.0);
  }

  @Test
  void throttles_severalInOneCall_areOneSignal() {
    Simulation run = simulation(1);
    run.kinesis.weather.throttledEntries = 1;
    put(run, 100, 2_000);
    run.runUntil("answered", SECOND, () -> run.kinesis.calls == 1 && run.client.inFlight == 0);
    run.run(MILLI);

    assertThat(run.kinesis.entries).isGreaterThan(3);
    assertThat(rates(run)).containsExactly(0.8);
  }

  @Test
  void shard_whollyThrottled_isLeftToBackoffAndHasItsRateWhenItIsBack() {
    Simulation run = simulation(1);
    run.kinesis.weather.throttledEntries = 1;
    put(run, 100, 2_000);
    run.run(15 * SECOND);

    assertThat(run.kinesis.calls).as("with backoff").isBetween(10, 70);
    assertThat(rates(run)).containsExactly(0.8);
    run.kinesis.weather.throttledEntries = 0;
    assertThat(run.finish(3 * SECOND).succeeded).isEqualTo(100);
  }

  @Test
  void throttles_ofOneShard_lowerNoOther() {
    Simulation run = simulation(3);
    run.kinesis.weather.throttledShards.add(run.kinesis.shards("s").get(1).id);
    put(run, 300, 200);
    run.run(SECOND);

    assertThat(rates(run).get(1)).isEqualTo(0.8);
    assertThat(rates(run).get(0)).isGreaterThanOrEqualTo(1);
    assertThat(rates(run).get(2)).isGreaterThanOrEqualTo(1);
  }

  @Test
  void throttles_halfOfAllEntries_lowerTheRateAgainAndAgain() {
    Simulation run = simulation(1);
    run.kinesis.weather.throttledEntries = 0.5;
    put(run, 2_000, 2_000);
    run.run(20 * SECOND);

    assertThat(rates(run).get(0)).isBetween(0.009, 0.2);
  }

  @Test
  void throttled_withFailIfThrottled_lowersTheRateToo() {
    settings.failIfThrottled = true;
    Simulation run = simulation(1);
    run.kinesis.weather.throttledEntries = 1;
    put(run, 10, 2_000);
    run.run(SECOND);

    assertThat(rates(run)).containsExactly(0.8);
    assertThat(run.puts).allMatch(SimulatedPut::done);
  }

  @Test
  void call_throttledAsAWhole_lowersTheRatesOfItsShards() {
    Simulation run = simulation(2);
    run.kinesis.weather.callFaults = 1;
    run.kinesis.weather.faults = List.of(CallFault.CALL_THROTTLED);
    put(run, 100, 200);
    run.run(SECOND);

    assertThat(rates(run)).containsExactly(0.8, 0.8);
  }

  @Test
  void failures_thatAreNoThrottles_leaveTheRate() {
    Simulation run = simulation(1);
    run.kinesis.weather.failedEntries = 1;
    put(run, 100, 200);
    run.run(2 * SECOND);

    assertThat(run.kinesis.calls).isGreaterThan(2);
    assertThat(rates(run)).containsExactly(1.0);
  }

  @Test
  void throttle_ofAShardThatIsNoMore_saysNothingOfItsChildren() {
    Simulation run = simulation(1);
    run.kinesis.weather.latencyNanos = 400 * MILLI;
    put(run, 100, 200);
    run.runUntil("sent", SECOND, () -> run.client.inFlight > 0);
    run.kinesis.split("s", run.kinesis.shards("s").get(0));
    run.stream("s").listings().tracker().refresh(run.time.nowNanos());
    run.stream("s").touch();
    run.stream("s").nudge();
    run.kinesis.weather.throttledEntries = 1;
    run.runUntil("the new map is there", SECOND, () -> rates(run).size() == 2);
    run.runUntil("answered", SECOND, () -> run.client.inFlight == 0);
    run.run(MILLI);

    assertThat(rates(run)).containsExactly(1.0, 1.0);
    run.kinesis.weather.throttledEntries = 0;
    run.kinesis.weather.latencyNanos = 5 * MILLI;
    assertThat(run.finish(10 * SECOND).succeeded).isEqualTo(100);
  }

  @Test
  void rate_notAdaptive_isAlwaysRateLimit() {
    settings.adaptiveRate = false;
    Simulation run = simulation(1);
    run.kinesis.weather.throttledEntries = 0.5;
    put(run, 200, 2_000);
    run.run(2 * SECOND);

    assertThat(rates(run)).containsExactly(1.5);
  }

  @Test
  void rate_ofAShardThatTakesAll_risesToRateLimit() {
    settings.ratePercent = 110;
    settings.bufferBytes = 256 << 20;
    settings.checkEvery = 500;
    Simulation run = simulation(1);
    // 900 KB a second: nothing is throttled, and most of the rate is used.
    for (int i = 0; i < 2_400; i++) {
      run.time.after(i * (50 * MILLI), () -> run.put("s", "key", 45_000));
    }
    run.run(120 * SECOND);

    assertThat(rates(run).get(0)).isEqualTo(1.1, within(1e-9));
  }

  @Test
  void stream_withoutAMap_mayRiseAboveOneShard() {
    settings.ttlNanos = Long.MAX_VALUE;
    settings.bufferBytes = 256 << 20;
    settings.checkEvery = 5_000;
    settings.maxRequests = 24;
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", 20);
    run.kinesis.weather.listDenied = true;
    for (int i = 0; i < 10_000; i++) {
      run.put("s", "key-" + i, 4_000);
    }

    // At one shard's rate it would be 40 s, at five shards' 8 s.
    assertThat(run.finish(8 * SECOND).succeeded).isEqualTo(10_000);
    assertThat(rates(run).get(0)).isGreaterThan(5);
  }
}
