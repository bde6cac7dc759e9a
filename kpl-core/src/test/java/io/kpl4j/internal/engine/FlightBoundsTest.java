// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducerConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is under way is bounded in number and in bytes, and slots rotate over the streams. */
class FlightBoundsTest {

  private final SimulationSettings settings = new SimulationSettings();
  private int mostCalls;
  private long mostBytes;
  private final List<String> order = new ArrayList<>();

  private Simulation loaded(int streams) {
    settings.ttlNanos = Long.MAX_VALUE;
    settings.aggregation = false;
    settings.checkEvery = 200;
    Simulation run = new Simulation(settings);
    run.kinesis.weather.latencyNanos = 50 * MILLI;
    for (int i = 0; i < streams; i++) {
      run.kinesis.create("s" + i, 16);
      run.warmUp("s" + i);
    }
    run.client.watch(
        (batch, nowNanos) -> {
          // Told before the batch counts.
          mostCalls = Math.max(mostCalls, run.client.inFlight + 1);
          mostBytes = Math.max(mostBytes, run.client.inFlightBytes + batch.sizeBytes());
          order.add(batch.streamName());
        });
    for (int i = 0; i < 4_000; i++) {
      run.put("s" + i % streams, "key-" + i, 2_000);
    }
    return run;
  }

  @Test
  void calls_underLoad_areAsManyAsAllowedAndNeverMore() {
    settings.maxRequests = 3;
    settings.batchRecords = 50;
    assertThat(loaded(1).finish(20 * SECOND).succeeded).isEqualTo(4_000);

    assertThat(mostCalls).isEqualTo(3);
  }

  @Test
  void bytes_underLoad_areNeverMoreThanAllowed() {
    settings.maxRequests = 24;
    settings.batchRecords = 50;
    settings.maxInFlightBytes = 500_000;
    assertThat(loaded(1).finish(20 * SECOND).succeeded).isEqualTo(4_000);

    assertThat(mostBytes).isBetween(400_000L, 500_000L);
    assertThat(mostCalls).isBetween(4, 10);
  }

  @Test
  void slots_wantedBySeveralStreams_rotate() {
    settings.maxRequests = 1;
    settings.batchRecords = 50;
    assertThat(loaded(4).finish(60 * SECOND).succeeded).isEqualTo(4_000);

    for (int i = 0; i + 4 <= 40; i += 4) {
      assertThat(order.subList(i, i + 4)).doesNotHaveDuplicates();
    }
  }

  /** It goes when nothing else is under way, which others must not put off for ever. */
  @Test
  void record_largerThanAllThatMayBeUnderWay_goesThoughOtherStreamsNeverRest() {
    settings.maxInFlightBytes = 500_000;
    settings.lingerNanos = 10 * MILLI;
    settings.ttlNanos = 10 * SECOND;
    settings.checkEvery = 200;
    Simulation run = new Simulation(settings);
    run.kinesis.weather.latencyNanos = 50 * MILLI;
    run.kinesis.create("busy", 2);
    run.kinesis.create("large", 1);
    run.warmUp("busy");
    run.warmUp("large");
    for (int i = 0; i < 2_000; i++) {
      String key = "key-" + i;
      run.time.after(i * (10 * MILLI), () -> run.put("busy", key, 100));
    }
    run.run(SECOND);

    SimulatedPut large = run.put("large", "key", 900_000);
    run.runUntil("the large record is stored", 2 * SECOND, large::succeeded);

    assertThat(run.finish(30 * SECOND).failures).isEmpty();
  }

  @Test
  void bytes_byDefault_areAQuarterOfTheHeapWithWhatACallHolds() {
    // A call holds some four times its payload.
    assertThat(4 * KinesisProducerConfig.builder().build().maxInFlightBytes())
        .isLessThanOrEqualTo(Runtime.getRuntime().maxMemory() / 4);
  }
}
