// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.KinesisProducerConfigBuilder;
import io.kpl4j.internal.batch.PutRecordsBatch;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What keys for all streams do to the pipeline, in virtual time. */
class ConfiguredPipelineTest {

  private final SimulationSettings settings = new SimulationSettings();
  private int mostRequests;
  private long mostBytes;

  private Simulation simulation(UnaryOperator<KinesisProducerConfigBuilder> keys) {
    KinesisProducerConfig config =
        keys.apply(KinesisProducerConfig.builder().bufferMaxBytes(settings.bufferBytes)).build();
    RetryPolicy policy = RetryPolicy.exponential(config.retryBaseDelay(), config.retryMaxDelay());
    settings.configured = new ProducerFactory(config, policy, null).settings();
    settings.maxRequests = config.maxInFlightRequests();
    Simulation run = new Simulation(settings);
    settings.onSend = batch -> watch(run.client, batch);
    run.kinesis.create("s", 50);
    run.warmUp("s");
    return run;
  }

  /** A call that is about to begin. */
  private void watch(ModelClient client, PutRecordsBatch batch) {
    mostRequests = Math.max(mostRequests, client.inFlight + 1);
    if (client.inFlight > 0) {
      mostBytes = Math.max(mostBytes, client.inFlightBytes + batch.sizeBytes());
    }
  }

  private static void putMany(Simulation run) {
    for (int i = 0; i < 400; i++) {
      run.put("s", "key-" + i, 50_000);
    }
  }

  @Test
  void maxInFlightRequests_underLoad_isReachedAndNotPassed() {
    settings.maxInFlightBytes = Long.MAX_VALUE;
    Simulation few = simulation(keys -> keys.maxInFlightRequests(2));
    putMany(few);
    assertThat(few.finish(30 * SECOND).failures).isEmpty();

    assertThat(mostRequests).isEqualTo(2);
  }

  @Test
  void maxInFlightRequests_notSet_isMaxConnections() {
    settings.maxInFlightBytes = Long.MAX_VALUE;
    Simulation run = simulation(keys -> keys.maxConnections(3));
    putMany(run);
    assertThat(run.finish(30 * SECOND).failures).isEmpty();

    assertThat(mostRequests).isEqualTo(3);
  }

  @Test
  void maxInFlightBytes_underLoad_isNotPassedByCallsBesideOthers() {
    settings.maxInFlightBytes = 3 << 20;
    Simulation run = simulation(keys -> keys.maxInFlightBytes(3 << 20));
    putMany(run);
    assertThat(run.finish(30 * SECOND).failures).isEmpty();

    assertThat(mostBytes).isBetween(1L << 20, 3L << 20);
  }

  @Test
  void retryBaseDelay_afterAFailure_boundsTheFirstDelays() {
    int quick = callsOfADeadService(keys -> keys.retryBaseDelay(Duration.ofMillis(1)));
    int slow =
        callsOfADeadService(
            keys ->
                keys.retryBaseDelay(Duration.ofMinutes(1)).retryMaxDelay(Duration.ofMinutes(1)));

    assertThat(quick).isGreaterThan(6);
    assertThat(slow).isLessThan(4);
  }

  @Test
  void retryMaxDelay_afterManyFailures_boundsTheDelay() {
    int often = callsOfADeadService(keys -> keys.retryMaxDelay(Duration.ofMillis(50)));
    int seldom = callsOfADeadService(keys -> keys.retryMaxDelay(Duration.ofMinutes(10)));

    assertThat(often).isGreaterThan(5 * seldom);
  }

  private int callsOfADeadService(UnaryOperator<KinesisProducerConfigBuilder> keys) {
    Simulation run = simulation(keys);
    run.kinesis.weather.dead = true;
    run.put("s", "key", 100);
    run.run(2 * SECOND);
    return run.kinesis.calls;
  }
}
