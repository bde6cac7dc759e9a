// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.FailureReason;
import io.kpl4j.RecordFailedException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The handler of failed records is told of each of them once, whatever it does. */
class FailureHookTest {

  private final List<RecordFailedException> told = new ArrayList<>();
  private final SimulationSettings settings = new SimulationSettings();

  FailureHookTest() {
    settings.onFailure = told::add;
  }

  private Simulation simulation() {
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", 2);
    run.warmUp("s");
    return run;
  }

  private static void put(Simulation run, int records) {
    for (int i = 0; i < records; i++) {
      run.put("s", "key-" + i, 100);
    }
  }

  @Test
  void handler_someRecordsFail_isToldOfEachOnceWithRecordReasonAndAttempts() {
    settings.failIfThrottled = true;
    Simulation run = simulation();
    run.kinesis.weather.throttledEntries = 0.5;
    for (int i = 0; i < 500; i++) {
      run.time.after(i * (4 * MILLI), () -> run.put("s", "key", 100));
    }
    run.run(2 * SECOND);
    Outcome outcome = run.finish(2 * SECOND);

    Map<Long, SimulatedPut> failed = new HashMap<>();
    run.puts.stream().filter(put -> put.failure != null).forEach(put -> failed.put(put.id, put));
    assertThat(failed).isNotEmpty();
    assertThat(outcome.succeeded).isPositive();
    assertThat(told).hasSameSizeAs(failed.values());
    for (RecordFailedException failure : told) {
      SimulatedPut put =
          requireNonNull(failed.remove(SimulatedPut.idOf(failure.userRecord().data())));
      assertThat(put.failure).as("what the future got").isSameAs(failure);
      assertThat(failure.userRecord().partitionKey()).isEqualTo("key");
      assertThat(failure.reason()).isEqualTo(FailureReason.THROTTLED);
      assertThat(failure.attempts()).hasSize(1);
    }
    assertThat(failed).as("not told of").isEmpty();
  }

  @Test
  void handler_recordsSucceed_isNotCalled() {
    Simulation run = simulation();
    put(run, 100);
    assertThat(run.finish(SECOND).succeeded).isEqualTo(100);
    assertThat(told).isEmpty();
  }

  @Test
  void handler_isCalledAfterTheFutureHasCompletedAndBeforeTheFlushHas() {
    List<Boolean> done = new ArrayList<>();
    Simulation[] run = new Simulation[1];
    settings.onFailure =
        failure -> {
          long id = SimulatedPut.idOf(failure.userRecord().data());
          run[0].puts.stream().filter(put -> put.id == id).forEach(put -> done.add(put.done()));
        };
    run[0] = simulation();
    run[0].kinesis.weather.missing = true;
    put(run[0], 50);
    CompletableFuture<Integer> toldAtTheEnd = run[0].flush().thenApply(over -> done.size());
    run[0].finish(8 * SECOND);
    assertThat(toldAtTheEnd).isCompletedWithValue(50);
    assertThat(done).hasSize(50).doesNotContain(false);
  }

  @Test
  void handler_throws_isCountedAndLoggedOnceAndChangesNothing() {
    settings.onFailure =
        failure -> {
          throw new AssertionError("thrown by the handler");
        };
    PrintStream error = System.err;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setErr(new PrintStream(captured, true, UTF_8));
    Simulation run;
    try {
      run = simulation();
      run.kinesis.weather.missing = true;
      put(run, 50);
      CompletableFuture<Void> flush = run.flush();
      assertThat(run.finish(8 * SECOND).failures)
          .isEqualTo(Map.of(FailureReason.NO_SUCH_STREAM, 50));
      assertThat(flush).isCompleted();
    } finally {
      System.setErr(error);
    }
    assertThat(run.producer.health().unhandledFailures()).isEqualTo(50);
    assertThat(captured.toString(UTF_8)).containsOnlyOnce("thrown by the handler");
  }

  @Test
  void handler_runsOutOfMemory_producerGoesOn() {
    settings.onFailure =
        failure -> {
          throw new OutOfMemoryError("thrown by the handler");
        };
    Simulation run = simulation();
    run.kinesis.weather.poison = true;
    run.put("s", "poison", 100);
    put(run, 20);
    Outcome outcome = run.finish(5 * SECOND);
    assertThat(outcome.succeeded).isEqualTo(20);
    assertThat(run.producer.health().unhandledFailures()).isEqualTo(1);
    assertThat(run.pipelines.failure()).isNull();
  }

  @Test
  void handler_futureWasCancelled_isToldAllTheSame() {
    Simulation run = simulation();
    run.kinesis.weather.missing = true;
    put(run, 1);
    run.puts.get(0).cancel();
    run.runUntil("everything is done", 8 * SECOND, run::drained);
    assertThat(told).hasSize(1);
  }

  @Test
  void handler_recordsLeftAtAClose_isToldOfThem() {
    settings.ttlNanos = 120 * SECOND;
    settings.patienceNanos = 60 * SECOND;
    Simulation run = simulation();
    run.kinesis.weather.dead = true;
    put(run, 50);
    run.run(300 * MILLI);
    run.close(SECOND);
    run.runUntil("it is closed", 2 * SECOND, run::ended);
    run.finish(SECOND);
    assertThat(told)
        .hasSize(50)
        .allMatch(
            failure ->
                failure.reason() == FailureReason.PRODUCER_CLOSED
                    || failure.reason() == FailureReason.OUTCOME_UNKNOWN);
  }
}
