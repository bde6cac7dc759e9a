// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.FailureReason;
import io.kpl4j.internal.engine.KinesisModel.Shard;
import io.kpl4j.internal.engine.Weather.CallFault;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The whole pipeline in virtual time: one story each. */
class ScenarioTest {

  private final SimulationSettings settings = new SimulationSettings();

  private Simulation simulation(int shards) {
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", shards);
    return run;
  }

  /** Puts so many records of so many bytes evenly over so long. */
  private static void load(Simulation run, String stream, int records, int size, long nanos) {
    for (int i = 0; i < records; i++) {
      String key = "key-" + i;
      run.time.after(nanos * i / records, () -> run.put(stream, key, size));
    }
  }

  private static void assertAllSucceeded(Outcome outcome, int records) {
    assertThat(outcome.failures).isEmpty();
    assertThat(outcome.succeeded).isEqualTo(records);
  }

  @Test
  void steadyLoad_healthyService_arrivesWithinLingerInFewCalls() {
    Simulation run = simulation(4);
    load(run, "s", 5_000, 200, 5 * SECOND);
    run.run(5 * SECOND);
    assertAllSucceeded(run.finish(SECOND), 5_000);
    assertThat(run.puts).allMatch(put -> put.latencyNanos() < 150 * MILLI);
    assertThat(run.kinesis.calls).isLessThan(150);
  }

  @Test
  void split_underLoad_nothingIsLostOrSeenTwice() {
    Simulation run = simulation(2);
    load(run, "s", 10_000, 100, 4 * SECOND);
    run.time.after(2 * SECOND, () -> run.kinesis.split("s", run.kinesis.openShards("s").get(0)));
    run.run(4 * SECOND);
    Outcome outcome = run.finish(5 * SECOND);
    assertAllSucceeded(outcome, 10_000);
    assertThat(outcome.duplicated).isZero();
    assertThat(run.puts).anyMatch(put -> put.result().mayBeDuplicated());
  }

  @Test
  void merge_underLoad_nothingIsLostOrSeenTwice() {
    Simulation run = simulation(4);
    load(run, "s", 10_000, 100, 4 * SECOND);
    run.time.after(2 * SECOND, () -> run.kinesis.mergeAny("s"));
    run.run(4 * SECOND);
    Outcome outcome = run.finish(5 * SECOND);
    assertAllSucceeded(outcome, 10_000);
    assertThat(outcome.duplicated).isZero();
  }

  @Test
  void reshards_overlapping_nothingIsLostOrSeenTwice() {
    Simulation run = simulation(2);
    load(run, "s", 8_000, 100, 4 * SECOND);
    for (int i = 0; i < 8; i++) {
      int moment = i;
      run.time.after(
          SECOND + moment * (40 * MILLI),
          () -> {
            if (moment % 3 == 2) {
              run.kinesis.mergeAny("s");
            } else {
              run.kinesis.splitAny("s");
            }
          });
    }
    run.run(4 * SECOND);
    Outcome outcome = run.finish(10 * SECOND);
    assertAllSucceeded(outcome, 8_000);
    assertThat(outcome.duplicated).isZero();
  }

  @Test
  void listing_neverPermitted_recordsGoAlone() {
    Simulation run = simulation(4);
    run.kinesis.weather.listDenied = true;
    load(run, "s", 500, 100, 2 * SECOND);
    run.run(2 * SECOND);
    assertAllSucceeded(run.finish(2 * SECOND), 500);
    assertThat(run.kinesis.entries).isEqualTo(500);
  }

  @Test
  void listing_neverPermitted_isWarnedOfOnce() {
    PrintStream error = System.err;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setErr(new PrintStream(captured, true, UTF_8));
    try {
      Simulation run = simulation(4);
      run.kinesis.weather.listDenied = true;
      load(run, "s", 100, 100, 100 * SECOND);
      run.run(100 * SECOND);
      assertThat(run.kinesis.listings).isGreaterThan(3);
    } finally {
      System.setErr(error);
    }
    assertThat(captured.toString(UTF_8)).containsOnlyOnce("kinesis:ListShards is the permission");
  }

  @Test
  void aggregates_misplacedByEveryNewMap_areSentEachAlone() {
    settings.ttlNanos = 120 * SECOND;
    Simulation run = simulation(1);
    run.warmUp("s");
    // Every map is wrong when it arrives.
    run.kinesis.afterListing =
        () -> List.copyOf(run.kinesis.openShards("s")).forEach(s -> run.kinesis.split("s", s));
    run.kinesis.split("s", run.kinesis.shards("s").get(0));
    for (int i = 0; i < 200; i++) {
      run.put("s", "key-" + i, 100);
    }
    run.runUntil(
        "aggregation is suspended",
        20 * SECOND,
        () -> run.stream("s").lanes().aggregationSuspended());
    run.kinesis.afterListing = () -> {};
    Outcome outcome = run.finish(60 * SECOND);
    assertAllSucceeded(outcome, 200);
    assertThat(outcome.duplicated).isZero();
    assertThat(run.puts).anyMatch(put -> put.result().attemptCount() > 2);
  }

  @Test
  void hotShard_besideHealthyOnes_waitsForItsTokensAlone() {
    settings.ratePercent = 70;
    settings.ttlNanos = 120 * SECOND;
    settings.checkEvery = 20;
    Simulation run = simulation(4);
    run.warmUp("s");
    BigInteger quarter = BigInteger.ONE.shiftLeft(126);
    for (int i = 0; i < 4_000; i++) {
      // The first shard is offered 4 MB in two seconds, of which it takes one a second.
      run.time.after(i * MILLI / 2, () -> run.put("s", "hot", "0", 1_000));
    }
    List<SimulatedPut> others = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      String key = quarter.multiply(BigInteger.valueOf(1 + i % 3)).toString();
      run.time.after(i * (3 * MILLI), () -> others.add(run.put("s", "cold", key, 500)));
    }
    run.run(2 * SECOND + 200 * MILLI);
    assertThat(others).hasSize(600).allMatch(put -> put.done() && put.latencyNanos() < 150 * MILLI);
    assertThat(run.puts).anyMatch(put -> !put.done());
    assertAllSucceeded(run.finish(15 * SECOND), 4_600);
    assertThat(run.puts).allMatch(put -> put.result().attemptCount() == 1);
  }

  @Test
  void run_ofOneSeedTwice_isTheSameRun() {
    long[] first = traceOfARun();
    assertThat(traceOfARun()).isEqualTo(first);
  }

  private static long[] traceOfARun() {
    SimulationSettings same = new SimulationSettings();
    same.seed = 77;
    Simulation run = new Simulation(same);
    run.kinesis.create("s", 6);
    run.kinesis.weather.throttledEntries = 0.3;
    run.kinesis.weather.callFaults = 0.2;
    run.kinesis.weather.faults = List.of(CallFault.HTTP_500, CallFault.LOST_REPLY);
    load(run, "s", 1_000, 200, 3 * SECOND);
    run.time.after(SECOND, () -> run.kinesis.splitAny("s"));
    run.run(4 * SECOND);
    run.finish(20 * SECOND);
    return LongStream.concat(
            LongStream.of(run.turns, run.kinesis.calls, run.kinesis.entries, run.kinesis.listings),
            run.puts.stream().mapToLong(put -> put.completedNanos))
        .toArray();
  }

  @Test
  void listing_deniedAndRetriedWithoutDelay_isAskedSeldom() {
    settings.backoffNanos = 0;
    Simulation run = simulation(1);
    run.kinesis.weather.listDenied = true;
    run.put("s", "key", 100);
    run.run(10 * SECOND);
    assertThat(run.kinesis.listings).isLessThan(60);
    assertThat(run.finish(SECOND).succeeded).isEqualTo(1);
  }

  @Test
  void listing_firstDeniedThenPermitted_whatIsLeftIsAggregated() {
    settings.ttlNanos = 60 * SECOND;
    Simulation run = simulation(2);
    run.kinesis.weather.listDenied = true;
    run.kinesis.weather.dead = false;
    for (int i = 0; i < 6_000; i++) {
      run.put("s", "key-" + i, 50);
    }
    run.time.after(200 * MILLI, () -> run.kinesis.weather.listDenied = false);
    Outcome outcome = run.finish(60 * SECOND);
    assertAllSucceeded(outcome, 6_000);
    assertThat(outcome.duplicated).isZero();
    assertThat(run.kinesis.entries).isLessThan(3_500);
  }

  @Test
  void listing_withHoles_oldMapServesOn() {
    Simulation run = simulation(4);
    load(run, "s", 2_000, 100, 4 * SECOND);
    run.time.after(
        SECOND,
        () -> {
          run.kinesis.weather.listHoles = 1;
          run.kinesis.splitAny("s");
        });
    run.time.after(3 * SECOND, () -> run.kinesis.weather.listHoles = 0);
    settings.patienceNanos = 40 * SECOND;
    run.run(4 * SECOND);
    Outcome outcome = run.finish(29 * SECOND);
    assertAllSucceeded(outcome, 2_000);
    assertThat(outcome.duplicated).isZero();
  }

  @Test
  void throttledShard_besideHealthyOnes_delaysNoneOfThem() {
    settings.ttlNanos = 120 * SECOND;
    Simulation run = simulation(4);
    Shard hot = run.kinesis.shards("s").get(0);
    run.kinesis.weather.throttledShards.add(hot.id);
    load(run, "s", 4_000, 200, 4 * SECOND);
    run.run(5 * SECOND);
    assertThat(run.puts.stream().filter(SimulatedPut::done))
        .hasSizeGreaterThan(2_500)
        .allMatch(put -> !put.result().shardId().equals(hot.id))
        .allMatch(put -> put.latencyNanos() < 150 * MILLI);
    run.kinesis.weather.throttledShards.clear();
    Outcome outcome = run.finish(10 * SECOND);
    assertAllSucceeded(outcome, 4_000);
    assertThat(outcome.duplicated).isZero();
  }

  @Test
  void endpoint_deadForAMinute_isAskedSeldomAndEverythingSucceeds() {
    settings.ttlNanos = 180 * SECOND;
    Simulation run = simulation(4);
    run.warmUp("s");
    load(run, "s", 6_000, 100, 70 * SECOND);
    run.run(5 * SECOND);
    run.kinesis.weather.dead = true;
    run.run(SECOND);
    int before = run.kinesis.calls;
    run.run(59 * SECOND);
    assertThat((run.kinesis.calls - before) / 59).isLessThanOrEqualTo(4);
    run.kinesis.weather.dead = false;
    run.run(5 * SECOND);
    assertAllSucceeded(run.finish(30 * SECOND), 6_000);
  }

  @Test
  void attempts_exhaustedByOneLostReply_mayBeStored() {
    settings.maxAttempts = 1;
    Simulation run = simulation(2);
    run.kinesis.weather.callFaults = 1;
    run.kinesis.weather.faults = List.of(CallFault.LOST_REPLY);
    load(run, "s", 50, 100, 10 * MILLI);
    run.run(SECOND);
    Outcome outcome = run.finish(5 * SECOND);
    assertThat(outcome.failures).isEqualTo(Map.of(FailureReason.ATTEMPTS_EXHAUSTED, 50));
    assertThat(run.puts).allMatch(put -> put.failed().mayBeStored());
  }

  @Test
  void replies_lostAfterStoring_areSentAgainAndSaidToBeDuplicated() {
    Simulation run = simulation(3);
    run.kinesis.weather.callFaults = 0.3;
    run.kinesis.weather.faults = List.of(CallFault.LOST_REPLY);
    load(run, "s", 3_000, 100, 3 * SECOND);
    run.run(3 * SECOND);
    Outcome outcome = run.finish(20 * SECOND);
    assertAllSucceeded(outcome, 3_000);
    assertThat(outcome.duplicated).isPositive();
  }

  @Test
  void poisonRecord_amongFiveHundred_failsAlone() {
    Simulation run = simulation(4);
    run.kinesis.weather.poison = true;
    run.warmUp("s");
    for (int i = 0; i < 500; i++) {
      run.put("s", i == 333 ? "poison" : "key-" + i, 2_000);
    }
    run.tokens.stopChecking();
    Outcome outcome = run.finish(10 * SECOND);
    assertThat(outcome.failures).isEqualTo(Map.of(FailureReason.INVALID, 1));
    assertThat(outcome.succeeded).isEqualTo(499);
    assertThat(outcome.duplicated).isZero();
  }

  @Test
  void poisonRecord_withoutAggregation_failsAlone() {
    settings.aggregation = false;
    Simulation run = simulation(4);
    run.kinesis.weather.poison = true;
    run.warmUp("s");
    for (int i = 0; i < 500; i++) {
      run.put("s", i == 333 ? "poison" : "key-" + i, 200);
    }
    run.tokens.stopChecking();
    Outcome outcome = run.finish(10 * SECOND);
    assertThat(outcome.failures).isEqualTo(Map.of(FailureReason.INVALID, 1));
    assertThat(outcome.succeeded).isEqualTo(499);
  }

  @Test
  void credentials_wrongForThirtySeconds_everythingSucceeds() {
    settings.ttlNanos = 120 * SECOND;
    Simulation run = simulation(2);
    run.kinesis.weather.credentialsWrong = true;
    load(run, "s", 500, 100, 10 * SECOND);
    run.run(30 * SECOND);
    assertThat(run.puts).noneMatch(SimulatedPut::done);
    run.kinesis.weather.credentialsWrong = false;
    assertAllSucceeded(run.finish(10 * SECOND), 500);
    assertThat(run.puts).allMatch(put -> put.result().attemptCount() == 1);
  }

  @Test
  void credentials_wrongForLongerThanRecordTtl_expiryNamesThem() {
    settings.ttlNanos = 2 * SECOND;
    Simulation run = simulation(2);
    run.kinesis.weather.credentialsWrong = true;
    load(run, "s", 50, 100, SECOND);
    run.run(5 * SECOND);
    assertThat(run.puts)
        .hasSize(50)
        .allMatch(put -> put.failed().reason() == FailureReason.EXPIRED)
        .allMatch(put -> put.failed().toString().contains("ExpiredToken"));
  }

  @Test
  void credentials_wrongForLongerThanAMinute_failForThat() {
    settings.ttlNanos = 180 * SECOND;
    Simulation run = simulation(2);
    run.kinesis.weather.credentialsWrong = true;
    load(run, "s", 500, 100, 10 * SECOND);
    run.run(90 * SECOND);
    Outcome outcome = run.finish(10 * SECOND);
    assertThat(outcome.failures).isEqualTo(Map.of(FailureReason.CREDENTIALS, 500));
  }

  @Test
  void throttled_withFailIfThrottled_failsAtOnce() {
    settings.failIfThrottled = true;
    Simulation run = simulation(2);
    run.kinesis.weather.throttledEntries = 0.5;
    load(run, "s", 2_000, 100, 2 * SECOND);
    run.run(2 * SECOND);
    Outcome outcome = run.finish(2 * SECOND);
    assertThat(outcome.failures).containsOnlyKeys(FailureReason.THROTTLED);
    assertThat(outcome.succeeded).isPositive();
    assertThat(run.puts).allMatch(put -> put.succeeded() || put.failed().attemptCount() == 1);
  }

  @Test
  void ttl_over_failsWithThePayloadAsItWas() {
    settings.ttlNanos = 2 * SECOND;
    Simulation run = simulation(3);
    run.warmUp("s");
    run.kinesis.weather.dead = true;
    load(run, "s", 1_000, 300, 3 * SECOND);
    run.run(3 * SECOND);
    Outcome outcome = run.finish(5 * SECOND);
    assertThat(outcome.failures).isEqualTo(Map.of(FailureReason.EXPIRED, 1_000));
    assertThat(run.puts).allMatch(put -> put.latencyNanos() < 2_100 * MILLI);
  }

  @Test
  void ttl_overForPartOfAnAggregate_restIsSent() {
    settings.ttlNanos = SECOND;
    settings.lingerNanos = 500 * MILLI;
    settings.backoffNanos = 0;
    Simulation run = simulation(1);
    run.warmUp("s");
    run.kinesis.weather.throttledEntries = 1;
    load(run, "s", 100, 100, 450 * MILLI);
    run.run(1_300 * MILLI);
    run.kinesis.weather.throttledEntries = 0;
    Outcome outcome = run.finish(5 * SECOND);
    assertThat(outcome.failures).containsOnlyKeys(FailureReason.EXPIRED);
    assertThat(outcome.succeeded).isBetween(1, 99);
    assertThat(outcome.duplicated).isZero();
  }

  @Test
  void flush_withOpenAndSealedRecords_isOverWhenTheyAreDone() {
    settings.lingerNanos = 20 * SECOND;
    Simulation run = simulation(3);
    run.warmUp("s");
    load(run, "s", 300, 1_000, 100 * MILLI);
    run.run(100 * MILLI);
    CompletableFuture<Void> flush = run.flush();
    assertThat(flush).isNotDone();
    run.runUntil("the flush is over", 100 * MILLI, flush::isDone);
    assertThat(flush).isCompleted();
    assertThat(run.puts).hasSize(300).allMatch(SimulatedPut::done);
    long last = run.puts.stream().mapToLong(put -> put.completedNanos).max().orElseThrow();
    assertThat(run.time.nowNanos() - last).isLessThan(2 * MILLI);
    assertAllSucceeded(run.finish(SECOND), 300);
  }

  @Test
  void flush_ofAnIdleProducer_isOverAtOnce() {
    Simulation run = simulation(1);
    run.warmUp("s");
    CompletableFuture<Void> flush = run.flush();
    run.runUntil("the flush is over", 5 * MILLI, flush::isDone);
  }

  @Test
  void flush_underContinuousPuts_ends() {
    settings.lingerNanos = 10 * SECOND;
    Simulation run = simulation(2);
    load(run, "s", 20_000, 100, 10 * SECOND);
    settings.checkEvery = 50;
    run.run(5 * SECOND);
    CompletableFuture<Void> flush = run.flush();
    run.runUntil("the flush is over", 200 * MILLI, flush::isDone);
    assertThat(flush).isCompleted();
    assertThat(run.puts.stream().filter(put -> !put.done())).isNotEmpty();
    run.run(5 * SECOND);
    assertAllSucceeded(run.finish(15 * SECOND), 20_000);
  }

  @Test
  void flush_ofOneStream_leavesOthersAsTheyAre() {
    settings.lingerNanos = 5 * SECOND;
    Simulation run = simulation(2);
    run.kinesis.create("t", 2);
    run.warmUp("s");
    run.warmUp("t");
    for (int i = 0; i < 50; i++) {
      run.put("s", "key-" + i, 100);
      run.put("t", "key-" + i, 100);
    }
    run.run(50 * MILLI);
    CompletableFuture<Void> flush = run.flush("s");
    run.runUntil("the flush is over", 100 * MILLI, flush::isDone);
    assertThat(flush).isCompleted();
    assertThat(run.puts).allMatch(put -> put.done() == put.record.streamName().equals("s"));
    assertAllSucceeded(run.finish(6 * SECOND), 100);
  }

  @Test
  void close_withTimeEnough_drains() {
    settings.lingerNanos = 60 * SECOND;
    settings.ttlNanos = 120 * SECOND;
    Simulation run = simulation(4);
    load(run, "s", 2_000, 500, SECOND);
    run.run(2 * SECOND);
    run.close(30 * SECOND);
    run.runUntil("it is closed", SECOND, run::ended);
    assertAllSucceeded(run.finish(SECOND), 2_000);
  }

  @Test
  void close_atItsDeadline_failsTheRestByWhereItIs() {
    settings.maxRequests = 1;
    settings.ttlNanos = 120 * SECOND;
    settings.requestTimeoutNanos = 60 * SECOND;
    settings.patienceNanos = 60 * SECOND;
    Simulation run = simulation(2);
    run.warmUp("s");
    run.kinesis.weather.callFaults = 1;
    run.kinesis.weather.faults = List.of(CallFault.NO_ANSWER);
    load(run, "s", 2_000, 500, SECOND);
    run.run(2 * SECOND);
    run.close(5 * SECOND);
    run.run(4 * SECOND);
    assertThat(run.ended()).isFalse();
    run.runUntil("it is closed", 2 * SECOND, run::ended);
    Outcome outcome = run.finish(SECOND);
    assertThat(outcome.failures)
        .containsOnlyKeys(FailureReason.PRODUCER_CLOSED, FailureReason.OUTCOME_UNKNOWN);
    assertThat(outcome.accepted).isEqualTo(2_000);
  }

  @Test
  void close_whileARangeIsAwaited_failsAsPlacementUnknown() {
    settings.ttlNanos = 120 * SECOND;
    settings.patienceNanos = 60 * SECOND;
    Simulation run = simulation(1);
    run.warmUp("s");
    run.kinesis.weather.listDenied = true;
    run.kinesis.splitAny("s");
    load(run, "s", 100, 100, 10 * MILLI);
    run.run(2 * SECOND);
    run.close(SECOND);
    run.runUntil("it is closed", 2 * SECOND, run::ended);
    Outcome outcome = run.finish(SECOND);
    assertThat(outcome.failures).isEqualTo(Map.of(FailureReason.PLACEMENT_UNKNOWN, 100));
    assertThat(run.puts).allMatch(put -> put.failed().mayBeStored());
  }

  @Test
  void awaitedRange_neverLearnt_failsAsPlacementUnknownAtExpiry() {
    settings.ttlNanos = 10 * SECOND;
    settings.patienceNanos = 60 * SECOND;
    Simulation run = simulation(1);
    run.warmUp("s");
    run.kinesis.weather.listDenied = true;
    run.kinesis.splitAny("s");
    load(run, "s", 100, 100, 10 * MILLI);
    run.run(SECOND);
    Outcome outcome = run.finish(12 * SECOND);
    assertThat(outcome.failures).isEqualTo(Map.of(FailureReason.PLACEMENT_UNKNOWN, 100));
  }

  @Test
  void manyStreams_atOnce_allGetTheirTurn() {
    settings.checkEvery = 500;
    Simulation run = new Simulation(settings);
    for (int stream = 0; stream < 100; stream++) {
      run.kinesis.create("s" + stream, 10);
      load(run, "s" + stream, 100, 100, 2 * SECOND);
    }
    run.run(2 * SECOND);
    assertAllSucceeded(run.finish(2 * SECOND), 10_000);
    // A hundred streams want eight slots: they wait for their turn, and no longer.
    assertThat(run.puts).allMatch(put -> put.latencyNanos() < 500 * MILLI);
  }

  @Test
  void admission_bufferFull_everyWaiterIsGrantedOrRefused() {
    settings.bufferBytes = 20_000;
    settings.bufferRecords = 40;
    settings.maxBlockNanos = 3 * SECOND;
    Simulation run = simulation(2);
    run.warmUp("s");
    for (int i = 0; i < 500; i++) {
      run.put("s", "key-" + i, 100 + i % 1_000);
    }
    assertThat(run.waitingCallers()).isGreaterThan(400);
    run.run(5 * SECOND);
    Outcome outcome = run.finish(5 * SECOND);
    assertThat(outcome.accepted + outcome.refused).isEqualTo(500);
    assertThat(outcome.accepted).isGreaterThan(300);
    assertThat(outcome.failures).isEmpty();
  }

  @Test
  void admission_bufferFullAndLingerLong_doesNotWaitForTheLinger() {
    settings.bufferRecords = 10;
    settings.lingerNanos = 20 * SECOND;
    Simulation run = simulation(2);
    run.warmUp("s");
    for (int i = 0; i < 100; i++) {
      run.put("s", "key-" + i, 100);
    }
    run.runUntil("no caller waits", SECOND, () -> run.waitingCallers() == 0);
    run.run(30 * SECOND);
    assertThat(run.finish(SECOND).failures).isEmpty();
  }

  @Test
  void admission_ofAClosedProducer_refusesWaiters() {
    settings.bufferRecords = 10;
    Simulation run = simulation(2);
    run.kinesis.weather.dead = true;
    for (int i = 0; i < 50; i++) {
      run.put("s", "key-" + i, 100);
    }
    run.close(SECOND);
    run.runUntil("it is closed", 2 * SECOND, run::ended);
    Outcome outcome = run.finish(SECOND);
    assertThat(outcome.refused).isGreaterThanOrEqualTo(40);
  }

  @Test
  void backlog_largerThanTheBytesInFlight_goesBesideACallThatIsNotAnswered() {
    settings.maxInFlightBytes = 4_000;
    settings.aggregation = false;
    settings.lingerNanos = 0;
    Simulation run = simulation(1);
    run.kinesis.create("t", 4);
    run.warmUp("s");
    run.warmUp("t");
    run.kinesis.weather.callFaults = 1;
    run.kinesis.weather.faults = List.of(CallFault.NO_ANSWER);
    run.put("s", "key", 100);
    run.run(20 * MILLI);
    run.kinesis.weather.callFaults = 0;
    settings.checkEvery = 10;
    for (int i = 0; i < 200; i++) {
      run.put("t", "key-" + i, 100);
    }
    run.run(2 * SECOND);
    assertThat(run.puts.stream().filter(put -> put.record.streamName().equals("t")))
        .hasSize(200)
        .allMatch(SimulatedPut::done);
    assertAllSucceeded(run.finish(10 * SECOND), 201);
  }

  @Test
  void record_largerThanABatch_goesAlone() {
    settings.maxRecordBytes = 4 << 20;
    settings.maxInFlightBytes = 1 << 20;
    settings.batchBytes = 2 << 20;
    settings.patienceNanos = 10 * SECOND;
    Simulation run = simulation(2);
    run.warmUp("s");
    for (int i = 0; i < 6; i++) {
      run.put("s", "key-" + i, i % 2 == 0 ? 3 << 20 : 100);
    }
    Outcome outcome = run.finish(60 * SECOND);
    assertAllSucceeded(outcome, 6);
  }

  @Test
  void suspendedProcess_pastExpiry_triesOnceBeforeItGivesUp() {
    settings.ttlNanos = 5 * SECOND;
    settings.lingerNanos = SECOND;
    Simulation run = simulation(2);
    run.warmUp("s");
    for (int i = 0; i < 200; i++) {
      run.put("s", "key-" + i, 100);
    }
    run.run(100 * MILLI);
    run.suspend(60 * SECOND);
    assertAllSucceeded(run.finish(2 * SECOND), 200);
  }

  @Test
  void suspendedProcess_beforeTheLoopSawTheRecord_triesOnce() {
    settings.ttlNanos = 5 * SECOND;
    Simulation run = simulation(2);
    // An idle loop sleeps until the next listing, minutes from now.
    run.run(20 * SECOND);
    run.put("s", "key", 100);
    run.suspend(60 * SECOND);
    assertAllSucceeded(run.finish(2 * SECOND), 1);
  }

  @Test
  void stream_missingForGood_failsForThat() {
    Simulation run = simulation(2);
    run.kinesis.weather.missing = true;
    load(run, "s", 100, 100, SECOND);
    run.run(SECOND);
    Outcome outcome = run.finish(2 * SECOND);
    assertThat(outcome.failures).isEqualTo(Map.of(FailureReason.NO_SUCH_STREAM, 100));
  }

  @Test
  void calls_neverAnswered_areTakenBackAndLateRepliesDropped() {
    Simulation run = simulation(2);
    run.kinesis.weather.callFaults = 0.5;
    run.kinesis.weather.faults = List.of(CallFault.NO_ANSWER, CallFault.LATE_ANSWER);
    settings.ttlNanos = Long.MAX_VALUE;
    load(run, "s", 500, 100, 2 * SECOND);
    run.run(20 * SECOND);
    run.kinesis.weather.callFaults = 0;
    assertAllSucceeded(run.finish(60 * SECOND), 500);
  }

  @Test
  void putsInCallbacks_bufferFull_getOn() {
    settings.bufferRecords = 20;
    Simulation run = simulation(2);
    run.warmUp("s");
    List<SimulatedPut> chained = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      run.putThen("s", "key-" + i, 100, () -> chained.add(run.put("s", "again", 100)));
    }
    run.run(2 * SECOND);
    assertThat(chained).hasSize(20);
    assertAllSucceeded(run.finish(SECOND), 40);
  }
}
