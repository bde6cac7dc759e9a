// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.internal.engine.Weather.CallFault;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An endpoint that is too slow, that contradicts itself, and a heap that is too small. */
class RetryLimitsTest {

  private final SimulationSettings settings = new SimulationSettings();

  @Test
  void endpoint_slowerThanRequestTimeoutAtFullBatches_getsSmallerOnes() {
    settings.ttlNanos = Long.MAX_VALUE;
    settings.requestTimeoutNanos = 2 * SECOND;
    settings.patienceNanos = 30 * SECOND;
    settings.aggregationMaxSize = 10_000;
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", 4);
    run.warmUp("s");
    // A second for 40,000 bytes: a full batch of a megabyte would take 26 s.
    run.kinesis.weather.nanosPerByte = 25_000;
    for (int i = 0; i < 2_000; i++) {
      run.put("s", "key-" + i, 1_000);
    }
    List<Integer> sizes = new ArrayList<>();
    run.client.watch((batch, now) -> sizes.add(batch.records().size()));
    settings.checkEvery = 20;
    Outcome outcome = run.finish(300 * SECOND);
    assertThat(outcome.succeeded).isEqualTo(2_000);
    assertThat(sizes).as("grown back, and halved again").anyMatch(size -> size < 10);
  }

  @Test
  void endpoint_fastAgain_getsFullBatchesAgainWithinASecond() {
    settings.ttlNanos = Long.MAX_VALUE;
    settings.requestTimeoutNanos = SECOND;
    settings.aggregation = false;
    settings.checkEvery = 100;
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", 8);
    run.warmUp("s");
    run.kinesis.weather.nanosPerByte = SECOND;
    for (int i = 0; i < 10_000; i++) {
      run.put("s", "key-" + i, 200);
    }
    run.run(60 * SECOND);
    List<Integer> sizes = new ArrayList<>();
    run.client.watch((batch, now) -> sizes.add(batch.records().size()));
    run.run(3 * SECOND);
    assertThat(sizes).isNotEmpty().allMatch(size -> size == 1);
    run.kinesis.weather.nanosPerByte = 0;
    run.runUntil("a full batch", 4 * SECOND, () -> sizes.contains(500));
    assertThat(run.finish(20 * SECOND).succeeded).isEqualTo(10_000);
  }

  @Test
  void endpoint_thatNamesAnotherShardThanTheMap_isListedSeldom() {
    settings.aggregation = false;
    settings.patienceNanos = 60 * SECOND;
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", 2);
    run.warmUp("s");
    run.kinesis.weather.shardNamed = "shardId-000000000001";
    int before = run.kinesis.listings;
    for (int i = 0; i < 6_000; i++) {
      run.time.after(i * (10 * MILLI), () -> run.put("s", "key", "0", 100));
    }
    settings.checkEvery = 20;
    run.run(60 * SECOND);
    assertThat(run.puts).hasSize(6_000).allMatch(put -> !put.done() || put.succeeded());
    assertThat(run.kinesis.listings - before).isBetween(3, 15);
  }

  @Test
  void listing_thatBringsNothingNew_doesNotDelayTheNextReshard() {
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", 2);
    run.warmUp("s");
    run.stream("s").listings().tracker().refresh(run.time.nowNanos());
    run.stream("s").touch();
    run.run(5 * SECOND);
    run.kinesis.splitAny("s");
    for (int i = 0; i < 500; i++) {
      run.put("s", "key-" + i, 100);
    }
    Outcome outcome = run.finish(2 * SECOND);
    assertThat(outcome.succeeded).isEqualTo(500);
    assertThat(run.stream("s").lanes().routes().buffers()).hasSize(3);
  }

  @Test
  void outOfMemory_insideACall_shrinksWhatIsInFlightAndIsNeverRetriedAtOnce() {
    settings.ttlNanos = 60 * SECOND;
    // Not even if the policy knows no delay.
    settings.backoffNanos = 0;
    Simulation run = new Simulation(settings);
    for (int s = 0; s < 20; s++) {
      run.kinesis.create("s" + s, 2);
      run.stream("s" + s);
    }
    run.run(200 * MILLI);
    run.kinesis.weather.callFaults = 1;
    run.kinesis.weather.faults = List.of(CallFault.OUT_OF_MEMORY);
    long[] lastSent = new long[20];
    long[] leastGap = {Long.MAX_VALUE};
    run.client.watch(
        (batch, now) -> {
          int stream = Integer.parseInt(batch.streamName().substring(1));
          if (lastSent[stream] > 0) {
            leastGap[0] = Math.min(leastGap[0], now - lastSent[stream]);
          }
          lastSent[stream] = now;
        });
    for (int i = 0; i < 2_000; i++) {
      run.put("s" + i % 20, "key-" + i, 1_000);
    }
    run.run(130 * MILLI);
    assertThat(run.client.mostInFlight).isEqualTo(settings.maxRequests);
    run.run(SECOND);
    run.client.mostInFlight = 0;
    run.run(5 * SECOND);
    assertThat(run.client.mostInFlight).isEqualTo(1);
    assertThat(leastGap[0]).isGreaterThan(100 * MILLI);
    run.kinesis.weather.callFaults = 0;
    assertThat(run.finish(10 * SECOND).succeeded).isEqualTo(2_000);
    assertThat(run.client.mostInFlight).as("grown again").isGreaterThan(1);
  }
}
