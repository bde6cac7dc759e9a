// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.ProducerHealth;
import io.kpl4j.ProducerHealth.State;
import io.kpl4j.StreamHealth;
import io.kpl4j.StreamHealth.Condition;
import io.kpl4j.StreamHealth.FatalError;
import io.kpl4j.internal.engine.Weather.CallFault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a probe is told of streams and records, in virtual time. */
class HealthTest {

  private final SimulationSettings settings = new SimulationSettings();

  private Simulation simulation() {
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", 2);
    return run;
  }

  private static StreamHealth only(Simulation run) {
    List<StreamHealth> impaired = run.producer.health().impairedStreams();
    assertThat(impaired).hasSize(1);
    assertThat(impaired.get(0).streamName()).isEqualTo("s");
    return impaired.get(0);
  }

  private static void put(Simulation run, int records) {
    for (int i = 0; i < records; i++) {
      run.put("s", "key-" + i, 100);
    }
  }

  @Test
  void health_allIsWell_namesNoStream() {
    Simulation run = simulation();
    run.warmUp("s");
    put(run, 100);
    run.finish(SECOND);
    ProducerHealth health = run.producer.health();
    assertThat(health.state()).isEqualTo(State.RUNNING);
    assertThat(health.impairedStreams()).isEmpty();
    assertThat(health.failure()).isEmpty();
    assertThat(health.outstandingRecords()).isZero();
    assertThat(health.oldestRecordAge()).isZero();
  }

  @Test
  void health_recordsWait_tellsHowMany() {
    settings.lingerNanos = 20 * SECOND;
    Simulation run = simulation();
    run.warmUp("s");
    put(run, 10);
    run.run(10 * SECOND);
    ProducerHealth health = run.producer.health();
    assertThat(health.outstandingRecords()).isEqualTo(10);
    assertThat(health.outstandingBytes()).isEqualTo(run.budget.heldBytes()).isPositive();
    run.finish(20 * SECOND);
  }

  @Test
  void health_noPermissionToList_isWithoutShardMap() {
    Simulation run = simulation();
    run.kinesis.weather.listDenied = true;
    put(run, 1);
    run.run(SECOND);
    assertThat(only(run).conditions()).containsExactly(Condition.WITHOUT_SHARD_MAP);
    run.kinesis.weather.listDenied = false;
    run.run(60 * SECOND);
    assertThat(run.producer.health().impairedStreams()).isEmpty();
  }

  @Test
  void health_callsFail_isPausedUntilOneIsAnswered() {
    settings.ttlNanos = 120 * SECOND;
    Simulation run = simulation();
    run.warmUp("s");
    run.kinesis.weather.callFaults = 1;
    run.kinesis.weather.faults = List.of(CallFault.HTTP_500);
    put(run, 10);
    run.run(5 * SECOND);
    assertThat(only(run).conditions()).containsExactly(Condition.PAUSED);
    assertThat(run.producer.health().oldestRecordAge()).isBetween(seconds(4.9), seconds(5.1));
    run.kinesis.weather.callFaults = 0;
    run.finish(5 * SECOND);
    assertThat(run.producer.health().impairedStreams()).isEmpty();
  }

  private static Duration seconds(double seconds) {
    return Duration.ofNanos((long) (seconds * SECOND));
  }

  @Test
  void health_entriesAreThrottled_isThrottledForTenSeconds() {
    Simulation run = simulation();
    run.warmUp("s");
    run.kinesis.weather.throttledEntries = 1;
    put(run, 10);
    run.run(SECOND);
    assertThat(only(run).conditions()).containsExactly(Condition.THROTTLED);
    run.kinesis.weather.throttledEntries = 0;
    run.finish(5 * SECOND);
    run.run(5 * SECOND);
    assertThat(only(run).conditions()).containsExactly(Condition.THROTTLED);
    run.run(6 * SECOND);
    assertThat(run.producer.health().impairedStreams()).isEmpty();
  }

  @Test
  void health_streamIsMissing_namesTheFatalErrorAndItsMoment() {
    Simulation run = simulation();
    run.kinesis.weather.missing = true;
    put(run, 10);
    run.run(SECOND);
    run.finish(SECOND);
    long failedNanos = run.puts.get(0).completedNanos;
    run.run(10 * SECOND);

    StreamHealth stream = only(run);

    assertThat(stream.conditions()).contains(Condition.FAILING);
    FatalError error = stream.lastFatalError().orElseThrow();
    assertThat(error.code()).isEqualTo("ResourceNotFoundException");
    assertThat(error.message()).startsWith("ResourceNotFoundException");
    assertThat(Duration.between(error.at(), Instant.EPOCH.plusNanos(failedNanos)))
        .isBetween(Duration.ZERO, Duration.ofMillis(2));
  }

  @Test
  void health_streamHasRecovered_keepsTheErrorButIsNotFailing() {
    Simulation run = simulation();
    run.warmUp("s");
    run.kinesis.weather.denied = true;
    put(run, 1);
    run.finish(20 * SECOND);
    assertThat(only(run).conditions()).contains(Condition.FAILING);
    run.kinesis.weather.denied = false;
    put(run, 1);
    run.finish(20 * SECOND);
    assertThat(only(run).conditions()).isEmpty();
    assertThat(only(run).lastFatalError()).isPresent();

    run.run(960 * SECOND);
    assertThat(run.producer.health().impairedStreams()).as("once it is retired").isEmpty();
  }

  @Test
  void health_manyStreamsImpaired_namesNoMoreThanTheBoundAndFatalErrorsFirst() {
    settings.checkEvery = 1_000;
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", 1);
    for (int i = 0; i < 150; i++) {
      run.kinesis.create("other-" + i, 1);
    }
    run.kinesis.weather.listDenied = true;
    run.kinesis.weather.denied = true;
    run.put("s", "key", 100);
    run.finish(20 * SECOND);
    run.kinesis.weather.denied = false;
    for (int i = 0; i < 150; i++) {
      run.put("other-" + i, "key", 100);
    }
    run.finish(20 * SECOND);

    List<StreamHealth> impaired = run.producer.health().impairedStreams();

    assertThat(impaired).hasSize(ProducerHealth.MAX_STREAMS);
    assertThat(impaired.get(0).streamName()).isEqualTo("s");
  }

  @Test
  void health_producerHasFailed_saysOfWhat() {
    Simulation run = simulation();
    run.warmUp("s");
    run.kinesis.sendThrowsError = new OutOfMemoryError("test");
    put(run, 10);
    run.run(SECOND);
    ProducerHealth health = run.producer.health();
    assertThat(health.state()).isEqualTo(State.FAILED);
    assertThat(health.failure()).containsInstanceOf(OutOfMemoryError.class);
    run.finish(SECOND);
  }
}
