// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.Stories.assertAllSucceeded;
import static io.kpl4j.internal.engine.Stories.load;
import static io.kpl4j.internal.engine.Stories.simulation;
import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.FailureReason;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Streams whose records the service spreads itself, by configuration. */
class ServiceRoutedTest {

  private final SimulationSettings settings = new SimulationSettings();

  private Simulation serviceRouted(int shards) {
    settings.serviceRouted = true;
    Simulation run = simulation(settings, shards);
    run.kinesis.metadata.serviceRouted.add("s");
    return run;
  }

  @Test
  void records_withAndWithoutKey_goAloneAndArriveOnce() {
    Simulation run = serviceRouted(4);
    load(run, 300, 100, SECOND);
    for (int i = 0; i < 300; i++) {
      run.time.after(i * (3 * MILLI), () -> run.putWithoutKey("s", 100));
    }
    run.run(SECOND);
    Outcome outcome = run.finish(2 * SECOND);

    assertAllSucceeded(outcome, 600);
    assertThat(run.kinesis.entries).as("nothing is aggregated").isEqualTo(600);
    assertThat(outcome.duplicated).isZero();
    Set<String> shards = new HashSet<>();
    run.puts.forEach(put -> shards.add(put.result().shardId()));
    assertThat(shards).hasSize(4);
    assertThat(run.kinesis.calls).as("batches are as full as ever").isLessThan(30);
  }

  @Test
  void stream_thatTheServiceRoutes_isNeverListed() {
    Simulation run = serviceRouted(4);
    load(run, 100, 100, 60 * SECOND);
    run.run(1_000 * SECOND);
    assertThat(run.kinesis.listings).isZero();
    assertAllSucceeded(run.finish(SECOND), 100);
  }

  @Test
  void reshards_ofAServiceRoutedStream_areNobodysBusiness() {
    Simulation run = serviceRouted(2);
    load(run, 500, 100, 2 * SECOND);
    for (int i = 1; i <= 5; i++) {
      run.time.after(i * (300 * MILLI), () -> run.kinesis.splitAny("s"));
    }
    run.run(2 * SECOND);
    Outcome outcome = run.finish(2 * SECOND);
    assertAllSucceeded(outcome, 500);
    assertThat(run.kinesis.entries).isEqualTo(500);
    assertThat(run.puts).noneMatch(put -> put.result().mayBeDuplicated());
  }

  @Test
  void stream_thatAppearsLaterOrIsMissing_failsAsOthersDo() {
    Simulation run = serviceRouted(1);
    run.kinesis.weather.missing = true;
    SimulatedPut put = run.putWithoutKey("s", 100);
    run.runUntil("it is done", 40 * SECOND, put::done);
    assertThat(put.failed().reason()).isIn(FailureReason.NO_SUCH_STREAM, FailureReason.EXPIRED);
    assertThat(put.failed().userRecord().hasPartitionKey()).isFalse();
  }

  @Test
  void recordWithoutKey_expired_carriesItsPayloadAndNoKey() {
    settings.ttlNanos = SECOND;
    Simulation run = serviceRouted(1);
    run.kinesis.weather.dead = true;
    run.putWithoutKey("s", 100);
    Outcome outcome = run.finish(5 * SECOND);
    assertThat(outcome.failures).isEqualTo(Map.of(FailureReason.EXPIRED, 1));
    assertThat(run.puts.get(0).failed().userRecord().hasPartitionKey()).isFalse();
  }

  @Test
  void recordWithoutKey_toAnyOtherStream_isRefusedAtPut() {
    Simulation run = simulation(settings, 1);
    assertThatThrownBy(() -> run.putWithoutKey("s", 100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the record has no partition key, which stream s needs: only streams with"
                + " RecordDistributionStrategyDefault=AUTO take records without");
    assertThat(run.streams).isEmpty();
  }

  @Test
  void records_toAServiceRoutedStream_keepWithinTheRateOfItsLane() {
    Simulation run = serviceRouted(4);
    settings.checkEvery = 20;
    for (int i = 0; i < 4_000; i++) {
      run.putWithoutKey("s", 10);
    }
    // Limited as one shard as long as nothing teaches better; the ledger of tokens checks it.
    assertAllSucceeded(run.finish(10 * SECOND), 4_000);
  }
}
