// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.AdmissionPolicy;
import io.kpl4j.FailureReason;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordRefusedException.Reason;
import io.kpl4j.internal.engine.KinesisModel.Seen;
import io.kpl4j.internal.engine.KinesisModel.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A full buffer, by policy, with the whole pipeline behind it and in virtual time. */
class AdmissionFlowTest {

  private final SimulationSettings settings = new SimulationSettings();

  private Simulation simulation(AdmissionPolicy policy, int shards) {
    settings.policy = policy;
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", shards);
    run.warmUp("s");
    return run;
  }

  private static void putAtOnce(Simulation run, int records) {
    for (int i = 0; i < records; i++) {
      run.put("s", "key-" + i, 100);
    }
  }

  /** Nothing is due for a minute: only because room is wanted does anything go. */
  @ParameterizedTest
  @EnumSource
  void tenThousandShards_lingerOfAMinuteAndAFullBuffer_goOnFlowing(AdmissionPolicy policy) {
    settings.lingerNanos = 60 * SECOND;
    settings.ttlNanos = 600 * SECOND;
    settings.bufferRecords = 3_000;
    settings.maxRequests = 2;
    settings.checkEvery = 2_000;
    Simulation run = simulation(policy, 10_000);
    run.kinesis.weather.latencyNanos = 100 * MILLI;
    PushingCallers callers = new PushingCallers(run, "s", 8, 50, 100).start();
    run.run(500 * MILLI);
    assertThat(run.budget.heldRecords()).as("the buffer is full").isGreaterThan(2_000);

    for (int half = 0; half < 3; half++) {
      long from = run.time.nowNanos();
      run.run(500 * MILLI);
      // Two calls at a time, of 500 records and a tenth of a second.
      assertThat(callers.stored(from, run.time.nowNanos())).isGreaterThan(4_000);
    }
    callers.stop();
    // Callers that wait still get in.
    run.run(SECOND);
    var unused = run.flush();
    assertThat(run.finish(10 * SECOND).failures).isEmpty();
    assertThat(callers.puts().stream().filter(SimulatedPut::succeeded))
        .as("in the buffer for well below the linger")
        .allMatch(put -> put.latencyNanos() < 2 * SECOND);
  }

  @ParameterizedTest
  @EnumSource
  void bufferFull_lingerLongAndCallersStop_whatIsLeftLingers(AdmissionPolicy policy) {
    settings.lingerNanos = 20 * SECOND;
    settings.bufferRecords = 100;
    Simulation run = simulation(policy, 2);
    putAtOnce(run, 300);
    run.run(2 * SECOND);
    int calls = run.kinesis.calls;
    run.run(2 * SECOND);
    assertThat(run.kinesis.calls).as("room is wanted no more").isEqualTo(calls);
    assertThat(run.finish(30 * SECOND).failures).isEmpty();
  }

  /** Each finds a buffer full of what lingers, and nothing else happens. */
  @ParameterizedTest
  @EnumSource
  void bufferFull_recordsComeOneByOne_waitForNoLinger(AdmissionPolicy policy) {
    settings.lingerNanos = 20 * SECOND;
    settings.bufferRecords = 10;
    Simulation run = simulation(policy, 2);
    putAtOnce(run, 8);
    run.run(SECOND);
    for (int i = 0; i < 20; i++) {
      run.put("s", "key-" + i, 100);
      run.run(100 * MILLI);
    }
    assertThat(run.puts.stream().filter(SimulatedPut::succeeded)).hasSizeGreaterThanOrEqualTo(16);
    assertThat(run.budget.heldRecords()).isLessThanOrEqualTo(8);
    run.finish(30 * SECOND);
    assertThat(run.puts)
        .allMatch(put -> put.refused || put.admittedNanos - put.calledNanos < 50 * MILLI);
  }

  @Test
  void stream_besideOneThatUsesUpItsShare_goesOnAggregating() {
    settings.bufferBytes = 8 << 20;
    settings.ttlNanos = Long.MAX_VALUE;
    settings.checkEvery = 1_000;
    Simulation run = simulation(AdmissionPolicy.BLOCK, 1);
    run.kinesis.create("throttled", 1);
    Shard only = run.kinesis.shards("throttled").get(0);
    run.kinesis.split("throttled", only);
    run.kinesis.openShards("throttled").forEach(s -> run.kinesis.weather.throttledShards.add(s.id));
    new PushingCallers(run, "throttled", 8, 8, 1_000).start();
    run.run(5 * SECOND);
    for (int i = 0; i < 1_000; i++) {
      run.time.after(i * (4 * MILLI), () -> run.put("s", "key", 100));
    }
    run.run(5 * SECOND);

    assertThat(run.waitingCallers()).as("callers of the throttled stream wait").isPositive();
    assertThat(run.puts.stream().filter(put -> put.record.streamName().equals("s")))
        .hasSize(1_000)
        .allMatch(SimulatedPut::succeeded);
    assertThat(run.kinesis.shards("s").get(0).stored).as("25 in each").hasSizeLessThan(80);
  }

  @Test
  void async_recordsOfOneCaller_areStoredInTheOrderOfTheirPuts() {
    settings.bufferRecords = 20;
    settings.maxRequests = 1;
    settings.aggregationMaxCount = 7;
    Simulation run = simulation(AdmissionPolicy.ASYNC, 1);
    for (int i = 0; i < 2_000; i++) {
      run.time.after(i * (MILLI / 8), () -> run.put("s", "key", 100));
    }
    run.run(SECOND / 4);
    Outcome outcome = run.finish(10 * SECOND);

    assertThat(outcome.succeeded).isEqualTo(2_000);
    assertThat(run.puts).anyMatch(put -> put.admittedNanos > put.calledNanos);
    List<Long> ids =
        run.kinesis.consume("s").stream()
            .map(Seen::record)
            .map(record -> SimulatedPut.idOf(record.data()))
            .toList();
    assertThat(ids).hasSize(2_000).isSorted();
  }

  @Test
  void async_lingerAndTimeToLive_runFromTheGrant() {
    settings.bufferRecords = 10;
    settings.ttlNanos = 4 * SECOND;
    settings.lingerNanos = SECOND;
    Simulation run = simulation(AdmissionPolicy.ASYNC, 1);
    run.kinesis.weather.dead = true;
    putAtOnce(run, 16);
    int accepted = (int) run.budget.heldRecords();
    assertThat(accepted).isEqualTo(8);
    run.run(5 * SECOND);
    run.kinesis.weather.dead = false;
    Outcome outcome = run.finish(10 * SECOND);

    assertThat(outcome.failures).isEqualTo(Map.of(FailureReason.EXPIRED, accepted));
    assertThat(run.puts.subList(0, accepted)).noneMatch(SimulatedPut::succeeded);
    assertThat(run.puts.subList(accepted, 16)).allMatch(SimulatedPut::succeeded);
  }

  @Test
  void async_noRoomForMaxBlockTime_isRefusedThen() {
    settings.bufferRecords = 10;
    settings.maxBlockNanos = 3 * SECOND;
    Simulation run = simulation(AdmissionPolicy.ASYNC, 1);
    run.kinesis.weather.dead = true;
    putAtOnce(run, 50);
    int accepted = (int) run.budget.heldRecords();
    run.run(3 * SECOND - MILLI);
    assertThat(run.puts).noneMatch(SimulatedPut::done);
    run.run(3 * MILLI);

    assertThat(run.puts.subList(accepted, 50))
        .allMatch(SimulatedPut::done)
        .allMatch(
            put ->
                put.failure instanceof RecordRefusedException refused
                    && refused.reason() == Reason.BUFFER_FULL);
    run.kinesis.weather.dead = false;
    assertThat(run.finish(10 * SECOND).succeeded).isEqualTo(accepted);
  }

  @Test
  void async_flush_coversThoseThatWait() {
    settings.bufferRecords = 50;
    settings.lingerNanos = 20 * SECOND;
    Simulation run = simulation(AdmissionPolicy.ASYNC, 4);
    putAtOnce(run, 400);
    CompletableFuture<Void> flush = run.flush();
    List<SimulatedPut> before = List.copyOf(run.puts);
    for (int i = 0; i < 100; i++) {
      run.time.after(i * (10 * MILLI), () -> run.put("s", "later", 100));
    }
    run.runUntil("the flush is over", 2 * SECOND, flush::isDone);

    assertThat(flush).isCompleted();
    assertThat(before).hasSize(400).allMatch(SimulatedPut::succeeded);
    run.run(2 * SECOND);
    assertThat(run.finish(30 * SECOND).failures).isEmpty();
  }

  @Test
  void async_close_refusesThoseThatWaitAndDrainsTheRest() {
    settings.bufferRecords = 50;
    Simulation run = simulation(AdmissionPolicy.ASYNC, 2);
    putAtOnce(run, 200);
    int accepted = (int) run.budget.heldRecords();
    run.close(10 * SECOND);
    run.runUntil("it is closed", SECOND, run::ended);
    Outcome outcome = run.finish(SECOND);

    assertThat(outcome.succeeded).isEqualTo(accepted);
    assertThat(outcome.refused).isEqualTo(200 - accepted);
  }

  @Test
  void async_producerFails_everyRecordCompletes() {
    settings.bufferRecords = 50;
    Simulation run = simulation(AdmissionPolicy.ASYNC, 2);
    putAtOnce(run, 200);
    int accepted = (int) run.budget.heldRecords();
    run.kinesis.sendThrowsError = new OutOfMemoryError("test");
    Outcome outcome = run.finish(5 * SECOND);

    assertThat(outcome.failures).isEqualTo(Map.of(FailureReason.INTERNAL, accepted));
    assertThat(outcome.refused).isEqualTo(200 - accepted);
    assertThat(run.puts).allMatch(put -> put.completions == 1);
  }

  @ParameterizedTest
  @EnumSource
  void putsInCallbacks_bufferFull_getOn(AdmissionPolicy policy) {
    settings.bufferRecords = 18;
    Simulation run = simulation(policy, 2);
    List<SimulatedPut> chained = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      run.putThen("s", "key-" + i, 100, () -> chained.add(run.put("s", "again", 100)));
    }
    assertThat(run.budget.tryAcquire(run.stream("s").account(), 456, false)).isFalse();
    run.run(2 * SECOND);
    assertThat(chained).hasSize(16).noneMatch(put -> put.refused);
    assertThat(run.finish(SECOND).succeeded).isEqualTo(32);
  }
}
