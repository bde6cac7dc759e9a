// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Linger 0: sends at once while nothing is under way; after that one call every 2 ms, unless it is
 * full, as soon as a slot is free.
 */
class EagerModeTest {

  private final SimulationSettings settings = new SimulationSettings();

  private Simulation eager(int shards) {
    settings.lingerNanos = 0;
    settings.checkEvery = 200;
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", shards);
    run.kinesis.weather.latencyNanos = 10 * MILLI;
    run.kinesis.weather.jitterNanos = 0;
    run.warmUp("s");
    return run;
  }

  private static void load(Simulation run, int perSecond, int seconds, int size) {
    for (int i = 0; i < perSecond * seconds; i++) {
      String key = "key-" + i;
      run.time.after(i * SECOND / perSecond, () -> run.put("s", key, size));
    }
    run.run(seconds * SECOND);
  }

  private static double percentileMillis(List<SimulatedPut> puts, int percent) {
    long[] latencies = puts.stream().mapToLong(SimulatedPut::latencyNanos).sorted().toArray();
    return latencies[(latencies.length - 1) * percent / 100] / (double) MILLI;
  }

  @Test
  void trickle_twentyASecond_addsNextToNothingToTheEndpointsLatency() {
    Simulation run = eager(4);
    load(run, 20, 60, 200);
    assertThat(run.finish(SECOND).succeeded).isEqualTo(1_200);
    double p99 = percentileMillis(run.puts, 99);
    System.out.printf("eager trickle over 10 ms: p99 %.2f ms%n", p99);

    // The harness itself has wake-ups of 20 us and hand-overs of half a millisecond.
    assertThat(p99).isBetween(10.0, 11.0);
    assertThat(run.kinesis.calls).as("each goes at once").isEqualTo(1_200);
  }

  @Test
  void load_slotsFree_makesACallEveryTwoMilliseconds() {
    settings.maxRequests = 24;
    Simulation run = eager(4);
    load(run, 20_000, 5, 100);
    assertThat(run.finish(SECOND).succeeded).isEqualTo(100_000);

    assertThat(percentileMillis(run.puts, 99)).isLessThan(13.5);
    assertThat(run.kinesis.calls).isBetween(2_000, 2_510);
  }

  /** Each a call of its own, by its size. */
  @Test
  void load_callsAreFull_doNotWaitForEachOther() {
    settings.maxRequests = 24;
    settings.batchBytes = 40_000;
    settings.aggregation = false;
    Simulation run = eager(128);
    load(run, 1_000, 2, 40_000);
    assertThat(run.finish(SECOND).succeeded).isEqualTo(2_000);

    assertThat(run.kinesis.calls).isGreaterThanOrEqualTo(2_000);
    assertThat(percentileMillis(run.puts, 50)).isLessThan(11.5);
  }

  @Test
  void load_allSlotsBusy_letsBatchesAndAggregatesGrow() {
    settings.maxRequests = 2;
    Simulation run = eager(4);
    load(run, 10_000, 5, 100);
    assertThat(run.finish(SECOND).succeeded).isEqualTo(50_000);

    // Two slots make 200 calls a second.
    assertThat(run.kinesis.calls).isBetween(900, 1_100);
    assertThat(run.kinesis.entries).isLessThan(4 * 1_100);
    assertThat(percentileMillis(run.puts, 99)).isLessThan(30);
  }

  /** What is left behind by a call goes at once, though it is not sealed. */
  @Test
  void flush_openPartsOfManyShards_goesAsFastAsSlotsAllow() {
    settings.maxRequests = 200;
    settings.batchRecords = 1;
    settings.lingerNanos = 20 * SECOND;
    settings.checkEvery = 200;
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", 128);
    run.kinesis.weather.latencyNanos = 10 * MILLI;
    run.kinesis.weather.jitterNanos = 0;
    run.warmUp("s");
    for (int i = 0; i < 1_000; i++) {
      run.put("s", "key-" + i, 100);
    }
    run.run(MILLI);
    var unused = run.producer.flush();
    assertThat(run.finish(SECOND).succeeded).isEqualTo(1_000);
    assertThat(percentileMillis(run.puts, 100)).isLessThan(100);
  }

  /** Counted at the model, in every window of a second: what the limit lets grow in it. */
  @Test
  void load_farMoreRecordsThanTheShardTakes_sendsNoMoreKinesisRecordsThanTheLimit() {
    settings.maxRequests = 24;
    settings.ratePercent = 100;
    Simulation run = eager(1);
    ArrayDeque<Long> window = new ArrayDeque<>();
    int[] most = new int[1];
    run.client.watch(
        (batch, nowNanos) -> {
          for (int i = 0; i < batch.records().size(); i++) {
            window.addLast(nowNanos);
          }
          while (window.getFirst() <= nowNanos - SECOND) {
            window.removeFirst();
          }
          most[0] = nowNanos < 3 * SECOND ? 0 : Math.max(most[0], window.size());
        });
    load(run, 8_000, 10, 100);
    assertThat(run.finish(SECOND).succeeded).isEqualTo(80_000);
    System.out.println(
        "eager at 8,000 records a second on one shard: "
            + run.kinesis.entries / 10
            + " Kinesis records a second, at most "
            + most[0]
            + " in any second; p99 "
            + percentileMillis(run.puts, 99)
            + " ms");

    // A second may have one gathering of 20 ms more than it has seconds.
    assertThat(most[0]).isBetween(500, 1_020);
    assertThat(run.puts).allMatch(put -> put.result().attemptCount() == 1);
    assertThat(percentileMillis(run.puts, 99)).isLessThan(60);
  }
}
