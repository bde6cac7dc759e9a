// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.FailureReason;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StreamEvents;
import io.kpl4j.internal.engine.Weather.CallFault;
import io.kpl4j.internal.record.LedgerFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the pipeline is given throws where it must not: the fault stays where it happened. */
class FaultyPortsTest {

  private final SimulationSettings settings = new SimulationSettings();

  private Simulation simulation(int shards) {
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", shards);
    return run;
  }

  private static void put(Simulation run, int records) {
    for (int i = 0; i < records; i++) {
      run.put("s", "key-" + i, 100);
    }
  }

  /** Throws an Error from every event. */
  private static final class Throwing implements ProducerEvents, StreamEvents, ShardEvents {
    private final Error thrown;
    private boolean throwing;
    private boolean onlyMisplaced;

    Throwing(Error thrown) {
      this.thrown = thrown;
    }

    private void now() {
      if (throwing) {
        throw thrown;
      }
    }

    @Override
    public StreamEvents stream(String streamName) {
      return this;
    }

    @Override
    public ShardEvents shard(@Nullable String shardId) {
      return this;
    }

    @Override
    public void close() {}

    @Override
    public void recordsReceived(int count, long bytes) {
      now();
    }

    @Override
    public void requestFinished(
        long requestId,
        int kinesisRecords,
        int userRecords,
        long bytes,
        long durationNanos,
        @Nullable String errorCode) {
      now();
    }

    @Override
    public void shardMapInstalled(int openShards) {
      now();
    }

    @Override
    public void userRecordPut(int dataBytes, long latencyNanos, int attempts) {
      now();
    }

    @Override
    public void userRecordFailed(String errorCode, int attempts) {
      now();
    }

    @Override
    public void misplaced(int userRecords, int bytes) {
      if (onlyMisplaced) {
        throw thrown;
      }
      now();
    }
  }

  @Test
  void sender_throws_recordsAreSentAgain() {
    Simulation run = simulation(2);
    run.warmUp("s");
    run.kinesis.sendThrows = new IllegalStateException("thrown by the sender");
    put(run, 100);
    run.run(2 * SECOND);
    run.kinesis.sendThrows = null;
    Outcome outcome = run.finish(5 * SECOND);
    assertThat(outcome.succeeded).isEqualTo(100);
    assertThat(run.pipelines.failure()).isNull();
  }

  @Test
  void sender_runsOutOfMemory_producerFailsAndEveryRecordCompletes() {
    Simulation run = simulation(2);
    run.warmUp("s");
    put(run, 50);
    run.time.after(20 * MILLI, () -> put(run, 50));
    run.time.after(60 * MILLI, () -> run.kinesis.sendThrowsError = new OutOfMemoryError("test"));
    Outcome outcome = run.finish(5 * SECOND);
    assertThat(outcome.failures).isEqualTo(Map.of(FailureReason.INTERNAL, 100));
    assertThat(run.pipelines.failure()).isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void producer_failed_flushesAskedForAreOver() {
    Simulation run = simulation(2);
    run.warmUp("s");
    put(run, 50);
    run.time.after(60 * MILLI, () -> run.kinesis.sendThrowsError = new OutOfMemoryError("test"));
    CompletableFuture<Void> before = run.flush();
    run.run(SECOND);
    CompletableFuture<Void> after = run.flush();
    run.run(SECOND);
    assertThat(before).isCompleted();
    assertThat(after).isCompleted();
  }

  @Test
  void ledger_inconsistent_producerFailsAndEveryRecordCompletes() {
    settings.checkEvery = Integer.MAX_VALUE;
    Simulation run = simulation(1);
    run.warmUp("s");
    put(run, 10);
    run.budget.release(run.stream("s").account(), run.budget.heldBytes(), run.budget.heldRecords());
    run.run(SECOND);
    assertThat(run.pipelines.failure()).isInstanceOf(LedgerFault.class);
    assertThat(run.puts).hasSize(10).allMatch(SimulatedPut::done);
  }

  @Test
  void lister_throws_isAFailedListing() {
    Simulation run = simulation(2);
    run.kinesis.listThrows = new IllegalStateException("thrown by the lister");
    put(run, 50);
    run.run(2 * SECOND);
    assertThat(run.pipelines.failure()).isNull();
    assertThat(run.puts).allMatch(SimulatedPut::succeeded);
    run.kinesis.listThrows = null;
    run.run(40 * SECOND);
    put(run, 50);
    int entries = run.kinesis.entries;
    assertThat(run.finish(2 * SECOND).succeeded).isEqualTo(100);
    assertThat(run.kinesis.entries - entries)
        .as("Kinesis records once there is a map")
        .isEqualTo(2);
  }

  @Test
  void lister_neverAnswers_isAskedAgain() {
    Simulation run = simulation(2);
    run.kinesis.weather.listSilent = true;
    put(run, 50);
    run.run(130 * SECOND);
    assertThat(run.kinesis.listings).isGreaterThan(1);
    assertThat(run.finish(SECOND).succeeded).isEqualTo(50);
  }

  @Test
  void events_throwErrors_changeNothing() {
    Throwing throwing = new Throwing(new Error("thrown by events"));
    settings.events = throwing;
    settings.ttlNanos = 60 * SECOND;
    Simulation run = simulation(1);
    run.warmUp("s");
    throwing.throwing = true;
    run.kinesis.splitAny("s");
    run.kinesis.weather.throttledEntries = 0.2;
    put(run, 500);
    Outcome outcome = run.finish(30 * SECOND);
    assertThat(outcome.succeeded).isEqualTo(500);
    assertThat(outcome.duplicated).isZero();
  }

  @Test
  void events_runOutOfMemoryWhileARangeIsAwaited_everyRecordCompletes() {
    Throwing throwing = new Throwing(new OutOfMemoryError("thrown by events"));
    settings.events = throwing;
    settings.patienceNanos = 60 * SECOND;
    Simulation run = simulation(1);
    run.warmUp("s");
    run.kinesis.splitAny("s");
    run.kinesis.weather.listDenied = true;
    put(run, 200);
    run.run(SECOND);
    throwing.onlyMisplaced = true;
    run.kinesis.weather.listDenied = false;
    Outcome outcome = run.finish(30 * SECOND);
    assertThat(outcome.failures).containsKey(FailureReason.INTERNAL).hasSize(1);
    assertThat(run.puts).hasSize(200).allMatch(put -> put.failed().mayBeStored());
  }

  @Test
  void events_runOutOfMemoryInAMessage_messagesBehindItAreRead() {
    Throwing throwing = new Throwing(new OutOfMemoryError("thrown by events"));
    settings.events = throwing;
    settings.aggregation = false;
    Simulation run = simulation(1);
    run.warmUp("s");
    throwing.throwing = true;
    put(run, 10);
    CompletableFuture<Void> flush = run.flush();
    run.run(SECOND);
    assertThat(run.pipelines.failure()).isNotNull();
    assertThat(flush).isCompleted();
    assertThat(run.finish(SECOND).failures).isEqualTo(Map.of(FailureReason.INTERNAL, 10));
  }

  @Test
  void events_runOutOfMemoryWhileAClosedProducerGivesUp_everyRecordCompletes() {
    Throwing throwing = new Throwing(new OutOfMemoryError("thrown by events"));
    settings.events = throwing;
    settings.aggregation = false;
    settings.lingerNanos = 20 * SECOND;
    Simulation run = simulation(1);
    run.warmUp("s");
    put(run, 10);
    run.run(10 * MILLI);
    throwing.throwing = true;
    run.close(0);
    run.run(SECOND);
    assertThat(run.ended()).isTrue();
    assertThat(run.puts).hasSize(10).allMatch(put -> put.done() || put.refused);
  }

  @Test
  void producer_failsAndCannotEvenSaySo_everyRecordCompletes() {
    Throwing throwing =
        new Throwing(
            new OutOfMemoryError() {
              private boolean read;

              @Override
              public String getMessage() {
                if (!read) {
                  read = true;
                  throw new OutOfMemoryError("no memory for a message");
                }
                return "thrown by events";
              }
            });
    settings.events = throwing;
    settings.aggregation = false;
    Simulation run = simulation(1);
    run.warmUp("s");
    throwing.throwing = true;
    put(run, 10);
    run.run(SECOND);
    assertThat(run.pipelines.failure()).isNotNull();
    assertThat(run.finish(SECOND).failures).isEqualTo(Map.of(FailureReason.INTERNAL, 10));
  }

  @Test
  void events_ofANewStream_areAskedForByTheLoop() {
    Simulation[] run = new Simulation[1];
    List<Boolean> inTurn = new ArrayList<>();
    settings.events =
        new ProducerEvents() {
          @Override
          public StreamEvents stream(String streamName) {
            inTurn.add(run[0].inTurn());
            return ProducerEvents.none().stream(streamName);
          }

          @Override
          public void close() {}
        };
    run[0] = simulation(1);
    put(run[0], 10);
    assertThat(run[0].finish(SECOND).succeeded).isEqualTo(10);
    assertThat(inTurn).isEqualTo(List.of(true));
  }

  @Test
  void executor_rejects_everyFutureCompletes() {
    settings.rejectPercent = 50;
    Simulation run = simulation(2);
    run.warmUp("s");
    put(run, 500);
    assertThat(run.finish(5 * SECOND).succeeded).isEqualTo(500);
  }

  @Test
  void executor_throwsAnError_everyFutureCompletes() {
    settings.executorThrows = new AssertionError("thrown by the executor");
    settings.rejectPercent = 50;
    Simulation run = simulation(2);
    run.warmUp("s");
    put(run, 500);
    assertThat(run.finish(5 * SECOND).succeeded).isEqualTo(500);
  }

  @Test
  void executor_cannotMakeAThread_everyFutureCompletes() {
    settings.executorThrows = new OutOfMemoryError("unable to create native thread");
    settings.rejectPercent = 50;
    Simulation run = simulation(2);
    run.warmUp("s");
    put(run, 500);
    assertThat(run.finish(5 * SECOND).succeeded).isEqualTo(500);
  }

  @Test
  void dividedCall_whoseFirstHalfExpires_sendsTheSecond() {
    settings.aggregation = false;
    settings.ttlNanos = 2 * SECOND;
    settings.lingerNanos = 1_900 * MILLI;
    Simulation run = simulation(1);
    run.warmUp("s");
    run.kinesis.weather.poison = true;
    run.kinesis.weather.latencyNanos = 200 * MILLI;
    run.tokens.stopChecking();
    put(run, 4);
    run.run(1_850 * MILLI);
    run.put("s", "poison", 100);
    for (int i = 0; i < 3; i++) {
      run.put("s", "late-" + i, 100);
    }
    Outcome outcome = run.finish(20 * SECOND);
    assertThat(outcome.failures)
        .isEqualTo(Map.of(FailureReason.EXPIRED, 4, FailureReason.INVALID, 1));
    assertThat(outcome.succeeded).isEqualTo(3);
    assertThat(run.puts).allMatch(put -> put.latencyNanos() < 2_200 * MILLI);
  }

  @Test
  void dividedCall_whoseAggregatesExpireInPart_settlesEachRecordOnce() {
    settings.ttlNanos = 2 * SECOND;
    settings.maxRequests = 1;
    settings.lingerNanos = 1_500 * MILLI;
    settings.aggregationMaxCount = 8;
    Simulation run = simulation(2);
    run.warmUp("s");
    run.kinesis.weather.poison = true;
    run.tokens.stopChecking();
    for (int i = 0; i < 40; i++) {
      String key = i == 20 ? "poison" : "key-" + i;
      run.time.after(i * (37 * MILLI), () -> run.put("s", key, 100));
    }
    run.kinesis.weather.latencyNanos = 300 * MILLI;
    run.run(SECOND);
    Outcome outcome = run.finish(20 * SECOND);
    assertThat(outcome.failures).containsKey(FailureReason.EXPIRED);
    assertThat(outcome.accepted).isEqualTo(40);
    assertThat(run.pipelines.failure()).isNull();
  }

  @Test
  void dividedCall_besideOthers_staysWithinTheBytesInFlight() {
    settings.aggregation = false;
    settings.maxInFlightBytes = 12_000;
    settings.lingerNanos = 20 * MILLI;
    Simulation run = simulation(4);
    run.kinesis.create("t", 2);
    run.warmUp("s");
    run.warmUp("t");
    run.kinesis.weather.poison = true;
    run.tokens.stopChecking();
    for (int i = 0; i < 28; i++) {
      run.put("s", i == 20 ? "poison" : "key-" + i, 400);
    }
    for (int i = 0; i < 1_000; i++) {
      run.put("t", "key-" + i, 300);
    }
    run.run(SECOND);
    assertThat(run.finish(20 * SECOND).failures).isEqualTo(Map.of(FailureReason.INVALID, 1));
  }

  @Test
  void calls_thatRunOutOfMemory_shrinkWhatIsInFlight() {
    Simulation run = simulation(4);
    run.warmUp("s");
    run.kinesis.weather.callFaults = 1;
    run.kinesis.weather.faults = List.of(CallFault.OUT_OF_MEMORY);
    settings.ttlNanos = 60 * SECOND;
    put(run, 1_000);
    run.run(3 * SECOND);
    run.kinesis.weather.callFaults = 0;
    assertThat(run.finish(10 * SECOND).succeeded).isEqualTo(1_000);
  }
}
