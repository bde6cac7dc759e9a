// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.FailureReason;
import io.kpl4j.internal.engine.Weather.CallFault;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call that is refused as a whole is halved until the record that is not valid is alone. */
class PoisonTest {

  private final SimulationSettings settings = new SimulationSettings();

  private Simulation simulation(int shards) {
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", shards);
    run.kinesis.weather.poison = true;
    run.warmUp("s");
    return run;
  }

  private static void put(Simulation run, int records, int poisonAt, int size) {
    for (int i = 0; i < records; i++) {
      run.put("s", i == poisonAt ? "poison" : "key-" + i, size);
    }
  }

  /** Two for each halving: one call that is refused again, and one that is stored. */
  private static int callsToFindOneOf(int records) {
    return 2 * (32 - Integer.numberOfLeadingZeros(records - 1));
  }

  private static void assertOneFailedAlone(Outcome outcome, int records) {
    assertThat(outcome.failures).isEqualTo(Map.of(FailureReason.INVALID, 1));
    assertThat(outcome.succeeded).isEqualTo(records - 1);
    assertThat(outcome.duplicated).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 249, 250, 333, 499})
  void poison_amongFiveHundredRawRecords_failsAloneInEighteenCallsMore(int poisonAt) {
    settings.aggregation = false;
    Simulation run = simulation(4);
    put(run, 500, poisonAt, 200);
    assertOneFailedAlone(run.finish(10 * SECOND), 500);
    assertThat(callsToFindOneOf(500)).isEqualTo(18);
    assertThat(run.kinesis.calls).isLessThanOrEqualTo(1 + 18);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 333, 499})
  void poison_insideOneAggregateOfFiveHundred_failsAloneInEighteenCallsMore(int poisonAt) {
    Simulation run = simulation(1);
    put(run, 500, poisonAt, 50);
    assertOneFailedAlone(run.finish(10 * SECOND), 500);
    assertThat(run.kinesis.calls).isLessThanOrEqualTo(1 + 18);
  }

  @Test
  void poison_insideOneOfManyAggregates_isFoundInTwoSteps() {
    Simulation run = simulation(4);
    put(run, 500, 333, 2_000);
    run.run(102 * MILLI);
    int first = run.kinesis.calls;
    int aggregates = run.kinesis.entries;
    assertThat(first).isLessThanOrEqualTo(2);
    assertThat(aggregates).isBetween(15, 40);
    assertOneFailedAlone(run.finish(10 * SECOND), 500);
    assertThat(run.kinesis.calls)
        .isLessThanOrEqualTo(first + callsToFindOneOf(aggregates) + callsToFindOneOf(32));
  }

  @Test
  void poison_ofManyRecords_failsAlone() {
    settings.aggregation = false;
    Simulation run = simulation(4);
    for (int i = 0; i < 500; i++) {
      run.put("s", i % 50 == 0 ? "poison-" + i : "key-" + i, 200);
    }
    Outcome outcome = run.finish(10 * SECOND);
    assertThat(outcome.failures).isEqualTo(Map.of(FailureReason.INVALID, 10));
    assertThat(outcome.succeeded).isEqualTo(490);
  }

  @Test
  void halves_payForTheirShardAsAllOthersDo() {
    settings.aggregation = false;
    settings.ratePercent = 60;
    Simulation run = simulation(1);
    // The token ledger of the simulation fails what goes without tokens.
    put(run, 500, 400, 500);
    Outcome outcome = run.finish(20 * SECOND);
    assertOneFailedAlone(outcome, 500);
    assertThat(run.puts.stream().mapToLong(put -> put.completedNanos).max().orElseThrow())
        .as("tokens were waited for")
        .isGreaterThan(SECOND + 500 * MILLI);
  }

  @Test
  void halves_afterAReshard_areOpenedAsAllOthersAre() {
    settings.aggregationMaxCount = 20;
    settings.ratePercent = 20;
    Simulation run = simulation(1);
    int[] straddling = new int[1];
    run.client.watch(
        (batch, now) ->
            batch
                .records()
                .forEach(
                    record -> straddling[0] += run.stream("s").lanes().straddles(record) ? 1 : 0));
    put(run, 400, 123, 400);
    run.runUntil("the call was refused", SECOND, () -> run.kinesis.calls == 2);
    run.kinesis.splitAny("s");
    run.stream("s").listings().tracker().refresh(run.time.nowNanos());
    run.stream("s").touch();
    assertOneFailedAlone(run.finish(20 * SECOND), 400);
    assertThat(run.stream("s").lanes().routes().buffers()).hasSize(2);
    assertThat(straddling[0]).as("sent although they straddle").isZero();
  }

  @Test
  void halves_besideOtherRecords_keepThemOut() {
    settings.aggregation = false;
    Simulation run = simulation(2);
    put(run, 100, 50, 100);
    run.runUntil("refused", SECOND, () -> run.kinesis.calls == 1 && run.client.inFlight == 0);
    for (int i = 0; i < 200; i++) {
      run.time.after(i * MILLI, () -> run.put("s", "other", 100));
    }
    run.run(SECOND);
    assertThat(run.finish(10 * SECOND).failures).isEqualTo(Map.of(FailureReason.INVALID, 1));
    assertThat(run.puts.stream().filter(put -> put.record.partitionKey().equals("other")))
        .hasSize(200)
        .allMatch(put -> put.result().attemptCount() == 1);
  }

  // --- a refused lone aggregate is opened and its records sent raw ---

  /** Twenty records in one aggregate that was refused; its pieces are about to go. */
  private Simulation opened() {
    settings.ttlNanos = 10 * SECOND;
    Simulation run = simulation(1);
    put(run, 20, 7, 100);
    run.runUntil("refused", SECOND, () -> run.kinesis.calls == 1 && run.client.inFlight == 0);
    return run;
  }

  @Test
  void pieces_stored_end() {
    Simulation run = opened();
    assertOneFailedAlone(run.finish(SECOND), 20);
  }

  @Test
  void pieces_throttledForAWhile_end() {
    Simulation run = opened();
    run.kinesis.weather.throttledEntries = 1;
    run.kinesis.weather.poison = false;
    run.run(3 * SECOND);
    run.kinesis.weather.throttledEntries = 0;
    assertThat(run.finish(5 * SECOND).succeeded).isEqualTo(20);
  }

  @Test
  void pieces_whoseCallsFailForAWhile_end() {
    Simulation run = opened();
    run.kinesis.weather.callFaults = 1;
    run.kinesis.weather.faults = List.of(CallFault.HTTP_500);
    run.kinesis.weather.poison = false;
    run.run(3 * SECOND);
    run.kinesis.weather.callFaults = 0;
    run.kinesis.weather.poison = true;
    assertOneFailedAlone(run.finish(5 * SECOND), 20);
  }

  @Test
  void pieces_thatAreAllInvalid_end() {
    Simulation run = simulation(1);
    for (int i = 0; i < 20; i++) {
      run.put("s", "poison-" + i, 100);
    }
    assertThat(run.finish(5 * SECOND).failures).isEqualTo(Map.of(FailureReason.INVALID, 20));
    // A tree of 20 leaves.
    assertThat(run.kinesis.calls).isEqualTo(1 + 2 * 20 - 2);
  }

  @Test
  void pieces_whoseTimeIsOver_end() {
    Simulation run = opened();
    run.kinesis.weather.dead = true;
    assertThat(run.finish(12 * SECOND).failures).isEqualTo(Map.of(FailureReason.EXPIRED, 20));
  }

  @Test
  void pieces_ofAClosedProducer_end() {
    Simulation run = opened();
    run.kinesis.weather.dead = true;
    run.close(SECOND);
    Outcome outcome = run.finish(2 * SECOND);
    assertThat(outcome.failures.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(20);
  }

  @Test
  void pieces_forbiddenFromThenOn_end() {
    Simulation run = opened();
    run.kinesis.weather.denied = true;
    assertThat(run.finish(12 * SECOND).failures).isEqualTo(Map.of(FailureReason.ACCESS_DENIED, 20));
  }
}
