// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Among admitted records a hot shard never delays another. */
class HotShardTest {

  private static final String HOT = "0";
  private static final String COLD = BigInteger.ONE.shiftLeft(127).toString();
  private static final int SECONDS = 10;

  /** What the cold shard's records saw. */
  private record Seen(double perSecond, long medianNanos, long p99Nanos, long worstNanos) {
    @Override
    public String toString() {
      return "%.1f a second, median %.1f ms, p99 %.1f ms, worst %.1f ms"
          .formatted(
              perSecond,
              medianNanos / (double) MILLI,
              p99Nanos / (double) MILLI,
              worstNanos / (double) MILLI);
    }
  }

  /** Some 0.8 of what the cold shard takes, and beside it so much for the hot one. */
  private static Seen cold(SimulationSettings settings, int hotPerSecond, boolean throttled) {
    settings.bufferBytes = 256 << 20;
    settings.ttlNanos = Long.MAX_VALUE;
    settings.checkEvery = 1_000;
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", 2);
    run.warmUp("s");
    if (throttled) {
      run.kinesis.weather.throttledShards.add(run.kinesis.shards("s").get(0).id);
    }
    List<SimulatedPut> cold = new ArrayList<>();
    for (int i = 0; i < 800 * SECONDS; i++) {
      run.time.after(i * SECOND / 800, () -> cold.add(run.put("s", "cold", COLD, 1_000)));
    }
    for (int i = 0; i < hotPerSecond * SECONDS; i++) {
      run.time.after(i * SECOND / hotPerSecond, () -> run.put("s", "hot", HOT, 1_000));
    }
    run.run(SECONDS * SECOND);
    run.run(SECOND);
    assertThat(cold).hasSize(800 * SECONDS).allMatch(SimulatedPut::succeeded);
    assertThat(cold).allMatch(put -> put.result().attemptCount() == 1);
    long[] latencies = cold.stream().mapToLong(SimulatedPut::latencyNanos).sorted().toArray();
    long lastNanos = cold.stream().mapToLong(put -> put.completedNanos).max().orElseThrow();
    return new Seen(
        cold.size() * (double) SECOND / (lastNanos - cold.get(0).calledNanos),
        latencies[latencies.length / 2],
        latencies[latencies.length * 99 / 100],
        latencies[latencies.length - 1]);
  }

  private static void assertAsAlone(Seen beside, Seen alone) {
    assertThat(beside.perSecond).isGreaterThan(0.99 * alone.perSecond);
    assertThat(beside.medianNanos).isLessThan(alone.medianNanos + 2 * MILLI);
    assertThat(beside.p99Nanos).isLessThan(alone.p99Nanos + 3 * MILLI);
    assertThat(beside.worstNanos).isLessThan(alone.worstNanos + 10 * MILLI);
  }

  @Test
  void hotShard_whollyThrottled_delaysNoOther() {
    Seen alone = cold(new SimulationSettings(), 0, false);
    Seen beside = cold(new SimulationSettings(), 2_000, true);
    System.out.println("cold shard alone: " + alone + "; beside a throttled one: " + beside);

    assertAsAlone(beside, alone);
  }

  @Test
  void hotShard_offeredTwiceWhatItTakes_delaysNoOther() {
    Seen alone = cold(new SimulationSettings(), 0, false);
    Seen beside = cold(new SimulationSettings(), 2_000, false);
    System.out.println("cold shard alone: " + alone + "; beside an overloaded one: " + beside);

    assertAsAlone(beside, alone);
  }

  @Test
  void hotShard_inEagerMode_delaysNoOther() {
    SimulationSettings eager = new SimulationSettings();
    eager.lingerNanos = 0;
    Seen alone = cold(eager, 0, false);
    Seen beside = cold(eager, 2_000, true);
    System.out.println("eager, alone: " + alone + "; beside a throttled one: " + beside);

    assertAsAlone(beside, alone);
  }
}
