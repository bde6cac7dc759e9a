// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.FailureReason;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.engine.Weather.CallFault;
import io.kpl4j.internal.lane.ShardLane;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code RecordTtl}, sentence by sentence; that no attempt starts after it, every run checks. */
class RecordTtlTest {

  private static final long HOUR = 3_600 * SECOND;

  private final SimulationSettings settings = new SimulationSettings();

  private Simulation simulation(int shards) {
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", shards);
    run.warmUp("s");
    return run;
  }

  private static void put(Simulation run, int records) {
    for (int i = 0; i < records; i++) {
      run.put("s", "key-" + i, 100);
    }
  }

  @Test
  void infinity_outageOfTenHours_nothingExpires() {
    settings.ttlNanos = Long.MAX_VALUE;
    settings.checkEvery = 1_000;
    Simulation run = simulation(2);
    run.kinesis.weather.dead = true;
    put(run, 10);
    run.run(10 * HOUR);
    run.kinesis.weather.dead = false;
    assertThat(run.finish(5 * SECOND).succeeded).isEqualTo(10);
  }

  @Test
  void attempts_ofALongOutage_theFirstFourTheLastTwelveAndTheCountAreKept() {
    settings.ttlNanos = Long.MAX_VALUE;
    settings.checkEvery = 100;
    Simulation run = simulation(2);
    run.kinesis.weather.dead = true;
    put(run, 1);
    run.run(60 * SECOND);
    run.kinesis.weather.dead = false;
    assertThat(run.finish(5 * SECOND).succeeded).isEqualTo(1);
    SimulatedPut put = run.puts.get(0);
    assertThat(put.result().attemptCount()).isGreaterThan(50);
    assertThat(put.result().attempts()).hasSize(16);
    assertThat(put.result().attempts().get(3).startedAt()).isBefore(Instant.EPOCH.plusSeconds(5));
    assertThat(put.result().attempts().get(4).startedAt()).isAfter(Instant.EPOCH.plusSeconds(40));
    assertThat(put.result().attempts().get(15).errorCode()).isEmpty();
  }

  @Test
  void runningAttempt_endsAfterExpiry_maySucceed() {
    settings.ttlNanos = SECOND;
    Simulation run = simulation(1);
    run.kinesis.weather.latencyNanos = 3 * SECOND;
    put(run, 10);
    assertThat(run.finish(5 * SECOND).succeeded).isEqualTo(10);
    assertThat(run.puts).allMatch(put -> put.latencyNanos() > 2 * SECOND);
  }

  @Test
  void runningAttempt_neverAnswered_endsWithinTtlAndRequestTimeout() {
    settings.ttlNanos = 10 * SECOND;
    settings.requestTimeoutNanos = 6 * SECOND;
    Simulation run = simulation(2);
    run.kinesis.weather.callFaults = 1;
    run.kinesis.weather.faults = List.of(CallFault.NO_ANSWER);
    for (int i = 0; i < 100; i++) {
      run.time.after(i * (37 * MILLI), () -> run.put("s", "key", 100));
    }
    run.run(4 * SECOND);
    Outcome outcome = run.finish(20 * SECOND);
    assertThat(outcome.failures).isEqualTo(Map.of(FailureReason.EXPIRED, 100));
    // A sender that says nothing at all is given a second more; see SdkRecordSender for the rest.
    long bound = settings.ttlNanos + settings.requestTimeoutNanos + SECOND + 20 * MILLI;
    assertThat(run.puts).allMatch(put -> put.latencyNanos() <= bound);
  }

  @Test
  void openPart_whoseTimeIsOver_isSealedAndFailsAtOnce() {
    settings.lingerNanos = 60 * SECOND;
    settings.ttlNanos = 2 * SECOND;
    Simulation run = simulation(2);
    put(run, 50);
    run.run(2 * SECOND - MILLI);
    assertThat(run.puts).noneMatch(SimulatedPut::done);
    run.run(20 * MILLI);
    assertThat(run.puts)
        .allMatch(put -> put.failed().reason() == FailureReason.EXPIRED)
        .allMatch(put -> put.latencyNanos() < settings.ttlNanos + 15 * MILLI);
    assertThat(run.finish(SECOND).failures).isEqualTo(Map.of(FailureReason.EXPIRED, 50));
  }

  @Test
  void partOfAnAggregate_expires_theRestIsRebuiltOnceWhenItNextGoes() {
    settings.ttlNanos = 2 * SECOND;
    settings.lingerNanos = SECOND;
    Simulation run = simulation(1);
    run.kinesis.weather.throttledEntries = 1;
    for (int i = 0; i < 9; i++) {
      run.time.after(i * (100 * MILLI), () -> run.put("s", "key", 100));
    }
    run.run(900 * MILLI);
    ShardLane lane = run.stream("s").lanes().lanes().iterator().next();
    run.runUntil(
        "one attempt has failed, and the aggregate waits in its lane",
        SECOND,
        () -> run.kinesis.calls > 0 && lane.head() != null);
    KinesisRecord sealed = requireNonNull(lane.head());
    assertThat(sealed.count()).isEqualTo(9);
    run.stream("s")
        .lanes()
        .change(lane, run.time.nowNanos(), () -> lane.backOff(3 * SECOND + 650 * MILLI));
    long[] failed = new long[1];
    run.runUntil(
        "four of them expire, one by one",
        2 * SECOND,
        () -> {
          failed[0] = run.puts.stream().filter(SimulatedPut::done).count();
          assertThat(lane.head()).as("not rebuilt").isSameAs(sealed);
          return failed[0] == 4;
        });
    assertThat(sealed.live()).isEqualTo(5);
    run.kinesis.weather.throttledEntries = 0;
    Outcome outcome = run.finish(2 * SECOND);
    assertThat(outcome.failures).containsOnlyKeys(FailureReason.EXPIRED);
    assertThat(outcome.succeeded).isBetween(1, 5);
    assertThat(sealed.holder()).isEqualTo(KinesisRecord.Holder.DONE);
    assertThat(run.kinesis.shards("s").get(0).stored).hasSize(1);
  }

  @Test
  void expiry_ofACrowd_isWithinTenMilliseconds() {
    settings.ttlNanos = SECOND;
    Simulation run = simulation(4);
    run.kinesis.weather.dead = true;
    settings.checkEvery = 20;
    for (int i = 0; i < 2_000; i++) {
      run.time.after(i * MILLI / 4, () -> run.put("s", "key", 100));
    }
    run.run(3 * SECOND);
    assertThat(run.finish(SECOND).failures).isEqualTo(Map.of(FailureReason.EXPIRED, 2_000));
    assertThat(run.puts).allMatch(put -> put.latencyNanos() < settings.ttlNanos + 20 * MILLI);
  }

  @Test
  void suspendedProcess_everyRecordGetsOneAttempt_thenExpires() {
    settings.ttlNanos = 5 * SECOND;
    Simulation run = simulation(2);
    put(run, 50);
    run.kinesis.weather.throttledEntries = 1;
    run.suspend(60 * SECOND);
    Outcome outcome = run.finish(2 * SECOND);
    assertThat(outcome.failures).isEqualTo(Map.of(FailureReason.EXPIRED, 50));
    assertThat(run.puts).allMatch(put -> put.failed().attemptCount() == 1);
  }

  @Test
  void suspendedProcess_whoseLoopThenSleepsForLong_stillOwesTheAttempt() {
    settings.ttlNanos = 5 * SECOND;
    settings.lingerNanos = SECOND;
    settings.patienceNanos = 20 * SECOND;
    Simulation run = simulation(1);
    put(run, 10);
    run.run(100 * MILLI);
    // Nothing may go until long after the process wakes; the loop sleeps meanwhile.
    ShardLane lane = run.stream("s").lanes().lanes().iterator().next();
    run.stream("s")
        .lanes()
        .change(lane, run.time.nowNanos(), () -> lane.backOff(run.time.nowNanos() + 70 * SECOND));
    run.suspend(60 * SECOND);
    assertThat(run.finish(15 * SECOND).succeeded).isEqualTo(10);
  }

  @Test
  void suspendedProcess_longAgo_protectsNobodyNew() {
    settings.ttlNanos = 5 * SECOND;
    Simulation run = simulation(1);
    put(run, 10);
    run.suspend(60 * SECOND);
    run.run(10 * SECOND);
    ShardLane lane = run.stream("s").lanes().lanes().iterator().next();
    run.stream("s")
        .lanes()
        .change(lane, run.time.nowNanos(), () -> lane.backOff(run.time.nowNanos() + 70 * SECOND));
    put(run, 10);
    assertThat(run.finish(6 * SECOND).failures).isEqualTo(Map.of(FailureReason.EXPIRED, 10));
  }

  @Test
  void failIfThrottled_wholeCallThrottled_failsAtOnce() {
    settings.failIfThrottled = true;
    Simulation run = simulation(2);
    run.kinesis.weather.callFaults = 1;
    run.kinesis.weather.faults = List.of(CallFault.CALL_THROTTLED);
    put(run, 50);
    assertThat(run.finish(2 * SECOND).failures).isEqualTo(Map.of(FailureReason.THROTTLED, 50));
    assertThat(run.puts).allMatch(put -> !put.failed().mayBeStored());
  }
}
