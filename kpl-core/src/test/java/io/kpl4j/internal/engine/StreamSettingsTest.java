// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.FailureReason;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.StreamConfigBuilder;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.batch.PutRecordsBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * What is set for one stream, from its key to what is sent: two streams of one producer get the
 * same records, and only the one with settings of its own behaves by them.
 */
class StreamSettingsTest {

  private static final String PLAIN = "plain";
  private static final String OWN = "own";

  private final SimulationSettings settings = new SimulationSettings();
  private final List<PutRecordsBatch> sent = new ArrayList<>();

  private Simulation simulation(Consumer<StreamConfigBuilder> own) {
    KinesisProducerConfig config =
        KinesisProducerConfig.builder().maxConnections(settings.maxRequests).stream(OWN, own)
            .build();
    RetryPolicy policy = RetryPolicy.exponential(config.retryBaseDelay(), config.retryMaxDelay());
    settings.configured = new ProducerFactory(config, policy, null).settings();
    settings.bufferBytes = config.bufferMaxBytes();
    settings.onSend = sent::add;
    Simulation run = new Simulation(settings);
    for (String stream : List.of(PLAIN, OWN)) {
      run.kinesis.create(stream, 1);
      run.warmUp(stream);
    }
    return run;
  }

  private static void putBoth(Simulation run, int records, int size) {
    for (int i = 0; i < records; i++) {
      run.put(PLAIN, "key-" + i, size);
      run.put(OWN, "key-" + i, size);
    }
  }

  private List<PutRecordsBatch> callsTo(String stream) {
    return sent.stream().filter(batch -> batch.streamName().equals(stream)).toList();
  }

  private List<KinesisRecord> recordsOf(String stream) {
    return callsTo(stream).stream().flatMap(batch -> batch.records().stream()).toList();
  }

  private static List<SimulatedPut> putsTo(Simulation run, String stream) {
    return run.puts.stream().filter(put -> put.record.streamName().equals(stream)).toList();
  }

  private static void finishWithoutFailure(Simulation run) {
    assertThat(run.finish(30 * SECOND).failures).isEmpty();
  }

  @Test
  void adaptiveRateLimit_ofOneStream_isItsOwn() {
    Simulation run = simulation(own -> own.adaptiveRateLimit(false));
    run.kinesis.weather.throttledEntries = 1;
    run.put(PLAIN, "k", 100);
    run.put(OWN, "k", 100);
    run.run(SECOND);

    assertThat(rateShare(run, PLAIN)).isLessThan(1);
    assertThat(rateShare(run, OWN)).isEqualTo(1.5);
    run.kinesis.weather.throttledEntries = 0;
    finishWithoutFailure(run);
  }

  private static double rateShare(Simulation run, String stream) {
    return run.stream(stream).lanes().lanes().iterator().next().rateShare();
  }

  @Test
  void aggregationEnabled_ofOneStream_isItsOwn() {
    Simulation run = simulation(own -> own.aggregationEnabled(false));
    putBoth(run, 20, 100);
    finishWithoutFailure(run);

    assertThat(recordsOf(PLAIN)).hasSize(1);
    assertThat(recordsOf(OWN)).hasSize(20).allMatch(KinesisRecord::raw);
  }

  @Test
  void aggregationMaxCount_ofOneStream_isItsOwn() {
    Simulation run = simulation(own -> own.aggregationMaxCount(5));
    putBoth(run, 20, 100);
    finishWithoutFailure(run);

    assertThat(recordsOf(PLAIN)).hasSize(1);
    assertThat(recordsOf(OWN)).hasSize(4).allMatch(record -> record.count() == 5);
  }

  @Test
  void aggregationMaxSize_ofOneStream_isItsOwn() {
    Simulation run = simulation(own -> own.aggregationMaxSize(1_000));
    putBoth(run, 20, 200);
    finishWithoutFailure(run);

    assertThat(recordsOf(PLAIN)).hasSize(1);
    assertThat(recordsOf(OWN)).hasSize(5).allMatch(record -> record.data().length <= 1_000);
  }

  @Test
  void aggregationRecordMaxSize_ofOneStream_isItsOwnAndLessensThePermit() {
    Simulation run = simulation(own -> own.aggregationRecordMaxSize(199));
    SimulatedPut plain = run.put(PLAIN, "k", 200);
    long permitOfPlain = run.budget.heldBytes();
    SimulatedPut own = run.put(OWN, "k", 200);

    assertThat(permitOfPlain).isEqualTo(2 * 201 + 256);
    assertThat(run.budget.heldBytes() - permitOfPlain).isEqualTo(201 + 256);
    putBoth(run, 9, 200);
    finishWithoutFailure(run);
    assertThat(recordsOf(PLAIN)).hasSize(1);
    assertThat(recordsOf(OWN)).hasSize(10).allMatch(KinesisRecord::raw);
    assertThat(plain.succeeded() && own.succeeded()).isTrue();
  }

  @Test
  void collectionMaxCount_ofOneStream_isItsOwn() {
    Simulation run = simulation(own -> own.collectionMaxCount(7));
    putBoth(run, 70, 30_000);
    finishWithoutFailure(run);

    assertThat(callsTo(PLAIN)).anyMatch(batch -> batch.records().size() > 7);
    assertThat(callsTo(OWN)).allMatch(batch -> batch.records().size() <= 7);
  }

  @Test
  void collectionMaxSize_ofOneStream_isItsOwn() {
    Simulation run = simulation(own -> own.collectionMaxSize(60_000));
    putBoth(run, 20, 25_000);
    finishWithoutFailure(run);

    assertThat(callsTo(PLAIN)).anyMatch(batch -> batch.sizeBytes() > 60_000);
    assertThat(callsTo(OWN)).allMatch(batch -> batch.sizeBytes() <= 60_000);
  }

  @Test
  void failIfThrottled_ofOneStream_isItsOwn() {
    Simulation run = simulation(own -> own.failIfThrottled(true));
    run.kinesis.weather.throttledEntries = 1;
    SimulatedPut plain = run.put(PLAIN, "k", 100);
    SimulatedPut own = run.put(OWN, "k", 100);
    run.run(SECOND);
    assertThat(own.failed().reason()).isEqualTo(FailureReason.THROTTLED);
    assertThat(own.failed().attemptCount()).isEqualTo(1);
    assertThat(plain.done()).isFalse();

    run.kinesis.weather.throttledEntries = 0;
    run.finish(5 * SECOND);
    assertThat(plain.succeeded()).isTrue();
  }

  @Test
  void maxUserRecordSize_ofOneStream_isItsOwn() {
    Simulation run = simulation(own -> own.maxUserRecordSize(1_000));

    assertThatThrownBy(() -> run.put(OWN, "k", 1_001))
        .hasMessage("data has 1001 bytes, at most MaxUserRecordSize = 1000");
    SimulatedPut own = run.put(OWN, "k", 1_000);
    SimulatedPut plain = run.put(PLAIN, "k", 1_001);
    run.run(SECOND);
    assertThat(own.succeeded() && plain.succeeded()).isTrue();
  }

  @Test
  void maxUserRecordSize_ofOneStreamAboveOneMebibyte_raisesItsRecordLimitAlone() {
    Simulation run = simulation(own -> own.maxUserRecordSize(1_200_000));

    assertThatThrownBy(() -> run.put(PLAIN, "k", 1_100_000))
        .hasMessageContaining("1100001 bytes, at most the stream's record limit of 1048576");
    assertThatThrownBy(() -> run.put(OWN, "k", 1_200_000))
        .hasMessageContaining("1200001 bytes, at most the stream's record limit of 1200000");
    SimulatedPut own = run.put(OWN, "k", 1_100_000);
    run.run(SECOND);
    assertThat(recordsOf(OWN)).hasSize(1);
    assertThat(own.succeeded()).isTrue();
  }

  @Test
  void rateLimit_ofOneStream_isItsOwn() {
    Simulation run = simulation(own -> own.rateLimit(10).aggregationEnabled(false));
    for (int i = 0; i < 400; i++) {
      run.time.after(i * (5 * MILLI), () -> run.put(OWN, "k", 100));
      run.time.after(i * (5 * MILLI), () -> run.put(PLAIN, "k", 100));
    }
    run.run(2 * SECOND + 200 * MILLI);

    assertThat(putsTo(run, PLAIN)).allMatch(SimulatedPut::done);
    // A burst of one second's 100, and 100 in each of the 2.2 seconds.
    assertThat(recordsOf(OWN)).hasSizeBetween(280, 325);
    finishWithoutFailure(run);
  }

  @Test
  void recordMaxBufferedTime_ofOneStream_isItsOwn() {
    Simulation run = simulation(own -> own.recordMaxBufferedTime(Duration.ofMillis(900)));
    SimulatedPut plain = run.put(PLAIN, "k", 100);
    SimulatedPut own = run.put(OWN, "k", 100);
    finishWithoutFailure(run);

    assertThat(plain.latencyNanos()).isBetween(90 * MILLI, 150 * MILLI);
    assertThat(own.latencyNanos()).isBetween(890 * MILLI, 950 * MILLI);
  }

  @Test
  void recordMaxBufferedTime_ofOneStreamAfterASuspension_delaysNoExpiryOfOthers() {
    settings.ttlNanos = Long.MAX_VALUE;
    Simulation run = simulation(own -> own.recordMaxBufferedTime(Duration.ofSeconds(20)));
    run.kinesis.weather.dead = true;
    SimulatedPut own = run.put(OWN, "k", 100);
    SimulatedPut plain = run.put(PLAIN, "k", 100);
    run.run(SECOND);
    run.suspend(40 * SECOND);
    run.kinesis.weather.dead = false;
    run.run(SECOND);

    assertThat(plain.failed().reason()).isEqualTo(FailureReason.EXPIRED);
    assertThat(own.succeeded()).as("it had no attempt before the process stood still").isTrue();
  }

  @Test
  void recordTtl_ofOneStream_isItsOwn() {
    Simulation run = simulation(own -> own.recordTtl(Duration.ofSeconds(2)));
    run.kinesis.weather.dead = true;
    SimulatedPut plain = run.put(PLAIN, "k", 100);
    SimulatedPut own = run.put(OWN, "k", 100);
    run.run(4 * SECOND);
    assertThat(own.failed().reason()).isEqualTo(FailureReason.EXPIRED);
    assertThat(own.latencyNanos()).isBetween(2 * SECOND, 2 * SECOND + 100 * MILLI);
    assertThat(plain.done()).isFalse();

    run.kinesis.weather.dead = false;
    run.finish(10 * SECOND);
    assertThat(plain.succeeded()).isTrue();
  }
}
