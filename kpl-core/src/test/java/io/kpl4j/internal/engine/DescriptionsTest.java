// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.Stories.assertAllSucceeded;
import static io.kpl4j.internal.engine.Stories.load;
import static io.kpl4j.internal.engine.Stories.logOf;
import static io.kpl4j.internal.engine.Stories.simulation;
import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.internal.shard.StreamDescription;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a stream's own settings are asked for, and what comes of the answer. */
class DescriptionsTest {

  private static final long MINUTE = 60 * SECOND;

  private final SimulationSettings settings = new SimulationSettings();

  @Test
  void start_ofManyProducers_isSpreadOverTheWholeInterval() {
    List<Long> first = new ArrayList<>();
    for (int seed = 1; seed <= 40; seed++) {
      settings.seed = seed;
      Simulation run = simulation(settings, 1);
      run.warmUp("s");
      run.run(5 * MINUTE + SECOND);
      first.add(run.kinesis.metadata.describedNanos.get(0) - SECOND);
    }

    // Each in [0, interval); both ends are reached and no half is preferred.
    assertThat(first).allMatch(at -> at >= 0 && at <= 5 * MINUTE);
    assertThat(first).anyMatch(at -> at < MINUTE).anyMatch(at -> at > 4 * MINUTE);
    assertThat(first.stream().filter(at -> at < 150 * SECOND).count()).isBetween(8L, 32L);
  }

  @Test
  void description_isAskedForAtMostOnceAnInterval() {
    Simulation run = simulation(settings, 1);
    load(run, 60, 100, 60 * MINUTE);
    run.time.after(20 * MINUTE, () -> run.stream("s").descriptions().recheck(run.time.nowNanos()));
    run.run(60 * MINUTE);

    List<Long> asked = run.kinesis.metadata.describedNanos;
    assertThat(asked).hasSizeBetween(11, 13);
    for (int i = 1; i < asked.size(); i++) {
      assertThat(asked.get(i) - asked.get(i - 1)).isGreaterThanOrEqualTo(5 * MINUTE);
    }
    assertAllSucceeded(run.finish(SECOND), 60);
  }

  @Test
  void description_neverPermitted_everythingWorksAndOneLineSaysSo() {
    String log =
        logOf(
            () -> {
              Simulation run = simulation(settings, 2);
              run.kinesis.weather.describeDenied = true;
              load(run, 3_000, 100, 30 * MINUTE);
              settings.checkEvery = 20;
              run.run(30 * MINUTE);
              assertThat(run.kinesis.metadata.describedNanos).hasSizeBetween(5, 7);
              assertAllSucceeded(run.finish(SECOND), 3_000);
            });

    assertThat(log)
        .containsOnlyOnce("kinesis:DescribeStreamSummary is the permission")
        .doesNotContain("WARN");
  }

  @Test
  void description_neverAnswered_isAskedForAgainAndHoldsNothingUp() {
    Simulation run = simulation(settings, 1);
    run.kinesis.metadata.silent = true;
    load(run, 300, 100, 20 * MINUTE);
    run.run(20 * MINUTE);
    assertThat(run.kinesis.metadata.describedNanos).hasSizeBetween(3, 5);
    assertAllSucceeded(run.finish(SECOND), 300);
  }

  @Test
  void recordLimit_discovered_putTakesLargerRecords() {
    Simulation run = simulation(settings, 1);
    run.kinesis.metadata.maxRecordBytes.put("s", 4L << 20);
    settings.patienceNanos = 20 * SECOND;
    run.put("s", "key", 1_000);
    run.run(SECOND);
    assertThatThrownBy(() -> run.put("s", "key", 2 << 20))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "data and partition key have 2097155 bytes, at most the stream's record limit of"
                + " 1048576");

    describe(run);

    SimulatedPut large = run.put("s", "key", 2 << 20);
    assertThatThrownBy(() -> run.put("s", "key", 4 << 20))
        .hasMessageContaining("record limit of 4194304");
    run.runUntil("it is stored", 10 * SECOND, large::done);
    assertThat(large.succeeded()).isTrue();
  }

  @Test
  void recordLimit_discovered_isBoundedByMaxUserRecordSize() {
    settings.maxDataBytes = 1 << 20;
    Simulation run = simulation(settings, 1);
    run.kinesis.metadata.maxRecordBytes.put("s", 4L << 20);
    run.put("s", "key", 1_000);
    describe(run);

    SimulatedPut largest = run.put("s", "key", 1 << 20);
    assertThatThrownBy(() -> run.put("s", "key", (1 << 20) + 1))
        .hasMessage("data has 1048577 bytes, at most MaxUserRecordSize = 1048576");
    run.runUntil("it is stored", 10 * SECOND, largest::done);
    assertThat(largest.succeeded()).isTrue();
  }

  @Test
  void recordLimit_smallerOrUnknown_leavesOneMebibyte() {
    for (long said : new long[] {0, 500_000, 1 << 20}) {
      Simulation run = simulation(settings, 1);
      run.kinesis.metadata.maxRecordBytes.put("s", said);
      run.put("s", "key", 1_000);
      describe(run);

      SimulatedPut largest = run.put("s", "key", (1 << 20) - 3);
      assertThatThrownBy(() -> run.put("s", "key", (1 << 20) - 2))
          .hasMessageContaining("record limit of 1048576");
      run.runUntil("it is stored", 10 * SECOND, largest::done);
      assertThat(largest.succeeded()).isTrue();
    }
  }

  @Test
  void recordLimit_discovered_aggregatesGrowUpToIt() {
    settings.aggregationMaxSize = 10 << 20;
    settings.lingerNanos = 2 * SECOND;
    settings.patienceNanos = 20 * SECOND;
    settings.checkEvery = 50;
    settings.ratePercent = 1_000;
    Simulation run = simulation(settings, 1);
    run.kinesis.metadata.maxRecordBytes.put("s", 2L << 20);
    List<Integer> sizes = new ArrayList<>();
    settings.onSend = batch -> batch.records().forEach(record -> sizes.add(record.sizeBytes()));
    run.warmUp("s");
    load(run, 50, 40_000, 100 * MILLI);
    run.run(3 * SECOND);
    assertThat(sizes).allMatch(size -> size <= 1 << 20).anyMatch(size -> size > 1_000_000);

    describe(run);
    sizes.clear();
    load(run, 50, 40_000, 100 * MILLI);
    run.run(3 * SECOND);
    assertThat(sizes).allMatch(size -> size <= 2 << 20).anyMatch(size -> size > 1_500_000);
    assertThat(run.finish(30 * SECOND).succeeded).isEqualTo(100);
  }

  @Test
  void recheck_beforeTheInterval_waitsForIt() {
    Simulation run = simulation(settings, 1);
    run.warmUp("s");
    describe(run);
    long asked = run.kinesis.metadata.describedNanos.get(0);
    run.stream("s").descriptions().recheck(run.time.nowNanos());
    run.run(6 * MINUTE);
    assertThat(run.kinesis.metadata.describedNanos.get(1) - asked)
        .isBetween(5 * MINUTE, 5 * MINUTE + 11 * SECOND);
  }

  /** Somebody asks, and gets the answer. */
  private static void describe(Simulation run) {
    List<StreamDescription> told = new ArrayList<>();
    run.stream("s").descriptions().tell(told::add, run.time.nowNanos());
    run.stream("s").nudge();
    run.runUntil("it is described", SECOND, () -> !told.isEmpty());
  }
}
