// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Several producers that know nothing of each other write to one stream. */
class SharedStreamTest {

  private final VirtualTime time = new VirtualTime();
  private final KinesisModel kinesis = new KinesisModel(time, new SplittableRandom(1));
  private final List<Simulation> producers = new ArrayList<>();

  private Simulation producer(SimulationSettings settings) {
    settings.seed = producers.size() + 1L;
    settings.checkEvery = 20;
    Simulation made = new Simulation(settings, time, kinesis);
    producers.add(made);
    return made;
  }

  private void load(Simulation producer, int records, long nanos) {
    for (int i = 0; i < records; i++) {
      String key = "key-" + i;
      time.after(nanos * i / records, () -> producer.put("s", key, 200));
    }
  }

  @Test
  void producers_onOneStreamThatSplits_loseNothingAndSeeNothingTwice() {
    kinesis.create("s", 2);
    for (int i = 0; i < 3; i++) {
      load(producer(new SimulationSettings()), 2_000, 3 * SECOND);
    }
    time.after(SECOND, () -> kinesis.splitAny("s"));
    time.after(2 * SECOND, () -> kinesis.mergeAny("s"));
    producers.get(0).run(4 * SECOND);
    for (Simulation producer : producers) {
      Outcome outcome = producer.finish(10 * SECOND);
      assertThat(outcome.succeeded).isEqualTo(2_000);
      assertThat(outcome.duplicated).isZero();
    }
    List<Long> seen =
        kinesis.consume("s").stream().map(one -> SimulatedPut.idOf(one.record().data())).toList();
    assertThat(seen).hasSize(6_000);
    assertThat(new HashSet<>(seen)).as("each put has a number of its own").hasSize(6_000);
  }

  @Test
  void producer_thatIsClosed_leavesTheOthersAlone() {
    kinesis.create("s", 1);
    Simulation closed = producer(new SimulationSettings());
    Simulation other = producer(new SimulationSettings());
    load(closed, 500, SECOND);
    load(other, 500, SECOND);
    time.after(500 * MILLI, () -> closed.close(10 * SECOND));
    closed.run(2 * SECOND);
    assertThat(closed.ended()).isTrue();
    assertThat(closed.finish(SECOND).refused).isBetween(1, 499);
    assertThat(other.finish(5 * SECOND).succeeded).isEqualTo(500);
  }

  @Test
  void producers_eachAtItsOwnRate_areThrottledTogether() {
    kinesis.create("s", 1);
    SimulationSettings few = new SimulationSettings();
    few.maxRequests = 1;
    for (SimulationSettings settings : List.of(few, new SimulationSettings())) {
      settings.aggregation = false;
      settings.ttlNanos = 60 * SECOND;
      settings.ratePercent = 100;
      load(producer(settings), 2_500, 2 * SECOND);
    }
    producers.get(0).run(3 * SECOND);
    for (Simulation producer : producers) {
      // Each keeps to the shard's limits, checked at every send; both together do not.
      assertThat(producer.finish(30 * SECOND).succeeded).isEqualTo(2_500);
      assertThat(producer.puts).anyMatch(put -> put.result().attemptCount() > 1);
    }
  }
}
