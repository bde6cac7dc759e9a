// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Nothing polls: a producer without work sleeps until its next refresh of the shard map. */
class IdleTest {

  private static final long MINUTE = 60 * SECOND;

  private static Simulation used(int streams) {
    Simulation run = new Simulation(new SimulationSettings());
    for (int i = 0; i < streams; i++) {
      run.kinesis.create("s" + i, 4);
      for (int record = 0; record < 20; record++) {
        run.put("s" + i, "key-" + record, 100);
      }
    }
    run.run(5 * SECOND);
    assertThat(run.puts).allMatch(SimulatedPut::succeeded);
    return run;
  }

  @Test
  void loop_idleForAMinute_turnsNotAtAll() {
    Simulation run = used(1);
    int turns = run.turns;
    int calls = run.kinesis.calls;

    run.run(MINUTE);

    assertThat(run.turns - turns).isLessThanOrEqualTo(2);
    assertThat(run.kinesis.calls).isEqualTo(calls);
  }

  @Test
  void loop_idleForAnHour_turnsToAskOfTheStreamsOnly() {
    Simulation run = used(10);
    int turns = run.turns;
    int listings = run.kinesis.listings;
    int descriptions = run.kinesis.metadata.describedNanos.size();

    run.run(60 * MINUTE);

    int listed = run.kinesis.listings - listings;
    int described = run.kinesis.metadata.describedNanos.size() - descriptions;
    assertThat(listed).as("every 5 to 15 minutes, until the stream is retired").isBetween(5, 30);
    assertThat(described).as("every 5 minutes, until the stream is retired").isBetween(10, 40);
    // One to ask, one for the answer, and one to retire it.
    assertThat(run.turns - turns).isLessThanOrEqualTo(2 * (listed + described) + 10);
  }

  @Test
  void loop_shardWhollyThrottled_turnsWithItsBackoffOnly() {
    SimulationSettings settings = new SimulationSettings();
    settings.ttlNanos = Long.MAX_VALUE;
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", 1);
    run.warmUp("s");
    run.kinesis.weather.throttledEntries = 1;
    run.put("s", "key", 100);
    run.run(20 * SECOND);
    int turns = run.turns;

    run.run(MINUTE);

    // Half a second between attempts, one turn to send and one for the answer.
    assertThat(run.turns - turns).isLessThan(500);
  }
}
