// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.FailureReason;
import io.kpl4j.internal.engine.Weather.CallFault;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Clocks that jump, and a process that stands still; or that only seems to. */
class ClockJumpTest {

  private final SimulationSettings settings = new SimulationSettings();

  private Simulation simulation() {
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", 2);
    run.warmUp("s");
    return run;
  }

  @Test
  void pausedProcess_pastExpiry_readsRepliesThatWaitAndTriesTheRestOnce() {
    settings.ttlNanos = 5 * SECOND;
    settings.lingerNanos = 20 * MILLI;
    Simulation run = simulation();
    run.kinesis.weather.latencyNanos = 100 * MILLI;
    for (int i = 0; i < 50; i++) {
      run.put("s", "key-" + i, 100);
    }
    run.run(50 * MILLI);
    int calls = run.kinesis.calls;
    run.put("s", "late", 100);
    run.pause(60 * SECOND);
    Outcome outcome = run.finish(70 * SECOND);
    assertThat(outcome.succeeded).isEqualTo(51);
    assertThat(outcome.duplicated).isZero();
    assertThat(run.kinesis.calls - calls).as("calls for what had not been sent").isEqualTo(1);
  }

  @Test
  void pausedProcess_serviceAwayAfterwards_whatIsOwedAnAttemptEndsBeforeItsTimeHasPassedAgain() {
    settings.ttlNanos = 2 * SECOND;
    settings.requestTimeoutNanos = SECOND;
    settings.aggregation = false;
    // After two calls that ran into the time limit one probes at a time: it would take minutes.
    settings.maxRequests = 2;
    settings.batchRecords = 5;
    Simulation run = simulation();
    run.kinesis.weather.callFaults = 1;
    run.kinesis.weather.faults = List.of(CallFault.NO_ANSWER);
    for (int i = 0; i < 600; i++) {
      run.put("s", "key-" + i, 100);
    }
    run.pause(10 * SECOND);
    Outcome outcome = run.finish(60 * SECOND);
    assertThat(outcome.failures).isEqualTo(Map.of(FailureReason.EXPIRED, 600));
    long bound = 10 * SECOND + settings.ttlNanos + settings.requestTimeoutNanos + SECOND;
    assertThat(run.puts).allMatch(put -> put.latencyNanos() <= bound + 50 * MILLI);
  }

  @Test
  void loop_thatSleepsWhileACallIsUnanswered_isNotTakenForSuspended() {
    settings.ttlNanos = 3 * SECOND;
    settings.maxRequests = 1;
    settings.patienceNanos = 20 * SECOND;
    Simulation run = simulation();
    run.kinesis.weather.callFaults = 1;
    run.kinesis.weather.faults = List.of(CallFault.NO_ANSWER);
    run.put("s", "first", "0", 100);
    run.run(500 * MILLI);
    run.kinesis.weather.callFaults = 0;
    run.put("s", "opens a part", "0", 100);
    run.run(200 * MILLI);
    // Nothing to wake the loop for: it has no slot, and this record joins an open part.
    run.put("s", "joins the part", "0", 100);
    Outcome outcome = run.finish(20 * SECOND);
    assertThat(outcome.failures).isEqualTo(Map.of(FailureReason.EXPIRED, 3));
    assertThat(run.puts.get(2).latencyNanos()).isBetween(3 * SECOND, 3 * SECOND + 50 * MILLI);
  }

  @Test
  void wallClock_setBackAndForth_changesNothing() {
    assertThat(traceOfARun(true)).isEqualTo(traceOfARun(false));
  }

  private static long[] traceOfARun(boolean jumping) {
    SimulationSettings same = new SimulationSettings();
    same.seed = 5;
    same.ttlNanos = 2 * SECOND;
    Simulation run = new Simulation(same);
    run.kinesis.create("s", 3);
    run.kinesis.weather.throttledEntries = 0.5;
    for (int i = 0; i < 500; i++) {
      String key = "key-" + i;
      run.time.after(i * (5 * MILLI), () -> run.put("s", key, 100));
    }
    for (int i = 0; jumping && i < 20; i++) {
      long offNanos = (i % 2 == 0 ? -3_600 : 3_600) * SECOND;
      run.time.after(i * (100 * MILLI), () -> run.wallClockOffNanos = offNanos);
    }
    run.run(3 * SECOND);
    run.finish(10 * SECOND);
    return LongStream.concat(
            LongStream.of(run.turns, run.kinesis.calls, run.kinesis.entries),
            run.puts.stream().mapToLong(put -> put.completedNanos))
        .toArray();
  }
}
