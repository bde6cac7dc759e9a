// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KeyOrder;
import org.junit.jupiter.api.Test;

/**
 * What the order of keys costs where the time of a round trip bounds it: one Kinesis record of a
 * shard is under way, so a shard takes at most {@code AggregationMaxSize} a round trip. These are
 * the figures of {@code docs/tuning.md}.
 */
class KeyOrderCostTest {

  private static final int SHARDS = 4;
  private static final int SIZE = 1_000;

  private final SimulationSettings settings = new SimulationSettings();

  /** How fast ordered records go, as a part of how fast they go without an order. */
  private double ratio(long roundTripNanos, int recordsOfAShard) {
    long without = nanos(KeyOrder.NONE, roundTripNanos, recordsOfAShard);
    return without / (double) nanos(KeyOrder.SKIP, roundTripNanos, recordsOfAShard);
  }

  private long nanos(KeyOrder order, long roundTripNanos, int recordsOfAShard) {
    settings.keyOrder = order;
    settings.ttlNanos = Long.MAX_VALUE;
    settings.maxRequests = 24;
    settings.checkEvery = 1_000;
    Simulation run = new Simulation(settings);
    run.kinesis.weather.latencyNanos = roundTripNanos;
    run.kinesis.weather.jitterNanos = 0;
    run.kinesis.create("s", SHARDS);
    run.warmUp("s");
    long from = run.time.nowNanos();
    for (int i = 0; i < SHARDS * recordsOfAShard; i++) {
      run.put("s", "key-" + i % 5_000, SIZE);
    }
    run.runUntil("all is stored", 1_000 * SECOND, run::drained);
    return run.time.nowNanos() - from;
  }

  @Test
  void aggregates_atAShortRoundTrip_costNothing() {
    assertThat(ratio(20 * MILLI, 4_000)).isGreaterThan(0.95);
  }

  @Test
  void aggregates_atALongRoundTrip_areBoundByIt() {
    assertThat(ratio(100 * MILLI, 4_000)).isBetween(0.3, 0.6);
  }

  @Test
  void largerAggregates_atALongRoundTrip_costNothing() {
    settings.aggregationMaxSize = 262_144;
    assertThat(ratio(100 * MILLI, 4_000)).isGreaterThan(0.95);
  }

  @Test
  void singleRecords_goOneARoundTrip() {
    settings.aggregation = false;
    long nanos = nanos(KeyOrder.SKIP, 20 * MILLI, 200);
    assertThat(nanos).isGreaterThan(200 * 20 * MILLI);
  }
}
