// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.FailureReason;
import io.kpl4j.KeyOrder;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.engine.KinesisModel.Seen;
import io.kpl4j.internal.engine.Weather.CallFault;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams whose keys keep their order, in virtual time: one sentence of the rules each. */
class KeyOrderTest {

  private static final HashKey QUARTER = HashKey.of(1L << 62, 0);
  private static final HashKey THREE_QUARTERS = HashKey.of(3L << 62, 0);

  private final SimulationSettings settings = new SimulationSettings();
  private final List<PutRecordsBatch> sent = new ArrayList<>();
  private int mostInFlight;
  private @Nullable KeyOrderCheck check;

  private Simulation simulation(KeyOrder order, int shards) {
    settings.keyOrder = order;
    Simulation run = withoutMap(shards);
    run.warmUp("s");
    return run;
  }

  private Simulation withoutMap(int shards) {
    Simulation run = new Simulation(settings);
    settings.onSend =
        batch -> {
          sent.add(batch);
          mostInFlight = Math.max(mostInFlight, run.client.inFlight + 1);
        };
    check = new KeyOrderCheck(run);
    run.kinesis.create("s", shards);
    return run;
  }

  private static void listAgain(Simulation run) {
    run.stream("s").listings().tracker().refresh(run.time.nowNanos());
    run.stream("s").nudge();
  }

  private SimulatedPut putAt(Simulation run, HashKey key) {
    return run.put("s", "k", key.toDecimal(), 100);
  }

  private static List<Long> seen(Simulation run) {
    List<Long> ids = new ArrayList<>();
    for (Seen seen : run.kinesis.consume("s")) {
      ids.add(SimulatedPut.idOf(seen.record().data()));
    }
    return ids;
  }

  private static List<Long> ids(List<SimulatedPut> puts) {
    return puts.stream().map(put -> put.id).toList();
  }

  private static List<SimulatedPut> many(Simulation run, int records, String key) {
    List<SimulatedPut> puts = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      puts.add(run.put("s", key, 100));
    }
    return puts;
  }

  private void finish(Simulation run) {
    run.finish(60 * SECOND);
    requireNonNull(check).check();
  }

  private void resume(SimulatedPut put) {
    requireNonNull(check).resume(put.record);
  }

  // --- one in flight ---

  @Test
  void lane_hasOneKinesisRecordInFlight() {
    settings.aggregation = false;
    settings.lingerNanos = 0;
    Simulation run = simulation(KeyOrder.SKIP, 1);
    List<SimulatedPut> puts = many(run, 30, "k");
    finish(run);
    assertThat(mostInFlight).isOne();
    assertThat(run.kinesis.calls).isEqualTo(30);
    assertThat(seen(run)).isEqualTo(ids(puts));
  }

  @Test
  void call_holdsOneKinesisRecordOfEachOfManyLanes() {
    settings.aggregation = false;
    Simulation run = simulation(KeyOrder.SKIP, 8);
    for (int i = 0; i < 200; i++) {
      run.put("s", "key-" + i, 100);
    }
    finish(run);
    assertThat(sent.get(0).records()).hasSize(8);
    for (PutRecordsBatch batch : sent) {
      assertThat(batch.records()).doesNotHaveDuplicates();
      assertThat(batch.records().stream().map(KinesisRecord::sentTo)).doesNotHaveDuplicates();
    }
  }

  @Test
  void lane_withoutOrder_hasManyInFlight() {
    settings.aggregation = false;
    Simulation run = simulation(KeyOrder.NONE, 1);
    many(run, 30, "k");
    run.finish(SECOND);
    assertThat(sent.get(0).records()).hasSize(30);
  }

  @Test
  void withoutMap_theLaneIsTheStream() {
    settings.keyOrder = KeyOrder.SKIP;
    Simulation run = withoutMap(8);
    run.kinesis.weather.listDenied = true;
    for (int i = 0; i < 20; i++) {
      run.put("s", "key-" + i, 100);
    }
    finish(run);
    assertThat(mostInFlight).isOne();
    assertThat(sent).hasSize(20).allMatch(batch -> batch.records().size() == 1);
  }

  @Test
  void mapComes_whileTheFirstIsInFlight_keepsTheOrder() {
    settings.keyOrder = KeyOrder.SKIP;
    settings.lingerNanos = 0;
    Simulation run = withoutMap(4);
    run.kinesis.weather.listNanos = 20 * MILLI;
    run.kinesis.weather.latencyNanos = 100 * MILLI;
    List<SimulatedPut> puts = many(run, 10, "k");
    finish(run);
    assertThat(seen(run)).isEqualTo(ids(puts));
  }

  // --- the failed head, and large records ---

  @Test
  void failedHead_goesFirst() {
    settings.aggregation = false;
    settings.lingerNanos = 0;
    Simulation run = simulation(KeyOrder.SKIP, 1);
    run.kinesis.weather.failedEntries = 0.7;
    List<SimulatedPut> puts = many(run, 20, "k");
    finish(run);
    assertThat(puts).allMatch(SimulatedPut::succeeded);
    assertThat(seen(run)).isEqualTo(ids(puts));
    assertThat(run.kinesis.calls).isGreaterThan(30);
  }

  @Test
  void largeRecord_sealsWhatIsOpenFirst() {
    Simulation run = simulation(KeyOrder.SKIP, 1);
    List<SimulatedPut> puts = new ArrayList<>();
    puts.addAll(many(run, 2, "k"));
    puts.add(run.put("s", "k", 100_000));
    puts.addAll(many(run, 2, "k"));
    finish(run);
    assertThat(seen(run)).isEqualTo(ids(puts));
    assertThat(sent).hasSize(3);
  }

  // --- resharding ---

  @Test
  void split_whatIsInFlightFromTheParent_holdsTheChildren() {
    settings.lingerNanos = 0;
    Simulation run = simulation(KeyOrder.SKIP, 1);
    run.kinesis.weather.latencyNanos = 2 * SECOND;
    List<SimulatedPut> first = List.of(putAt(run, QUARTER), putAt(run, THREE_QUARTERS));
    run.run(10 * MILLI);
    run.kinesis.weather.latencyNanos = 5 * MILLI;
    run.kinesis.split("s", run.kinesis.shards("s").get(0));
    listAgain(run);
    run.run(200 * MILLI);
    List<SimulatedPut> then = List.of(putAt(run, QUARTER), putAt(run, THREE_QUARTERS));
    run.runUntil("there are two lanes", SECOND, () -> run.stream("s").lanes().lanes().size() == 2);
    run.run(500 * MILLI);
    assertThat(sent).as("nothing of the children goes before the parent's is answered").hasSize(1);
    finish(run);
    assertThat(first).allMatch(SimulatedPut::succeeded);
    assertThat(then).allMatch(SimulatedPut::succeeded);
  }

  @Test
  void merge_whatIsInFlightFromAParent_holdsTheMergedLane() {
    settings.lingerNanos = 0;
    Simulation run = simulation(KeyOrder.SKIP, 2);
    run.kinesis.weather.latencyNanos = 2 * SECOND;
    putAt(run, QUARTER);
    run.run(10 * MILLI);
    run.kinesis.weather.latencyNanos = 5 * MILLI;
    run.kinesis.mergeAny("s");
    listAgain(run);
    run.runUntil("there is one lane", SECOND, () -> run.stream("s").lanes().lanes().size() == 1);
    putAt(run, QUARTER);
    putAt(run, THREE_QUARTERS);
    run.run(500 * MILLI);
    assertThat(sent).hasSize(1);
    finish(run);
  }

  @Test
  void split_straddlerInTheQueue_goesBeforeWhatIsBehindItInEachChild() {
    settings.lingerNanos = 0;
    Simulation run = simulation(KeyOrder.SKIP, 1);
    run.kinesis.weather.throttledEntries = 1;
    List<SimulatedPut> straddling = List.of(putAt(run, QUARTER), putAt(run, THREE_QUARTERS));
    run.run(20 * MILLI);
    run.kinesis.split("s", run.kinesis.shards("s").get(0));
    listAgain(run);
    run.runUntil("there are two lanes", SECOND, () -> run.stream("s").lanes().lanes().size() == 2);
    List<SimulatedPut> behind = List.of(putAt(run, QUARTER), putAt(run, THREE_QUARTERS));
    run.kinesis.weather.throttledEntries = 0;
    finish(run);
    for (int i = 0; i < 2; i++) {
      assertThat(seen(run).indexOf(straddling.get(i).id))
          .isLessThan(seen(run).indexOf(behind.get(i).id));
    }
    assertThat(run.puts).allMatch(SimulatedPut::succeeded);
  }

  @Test
  void misplaced_isSentAgainBeforeLaterRecordsOfItsKeys() {
    settings.lingerNanos = 0;
    Simulation run = simulation(KeyOrder.SKIP, 1);
    run.kinesis.split("s", run.kinesis.shards("s").get(0));
    List<SimulatedPut> puts = new ArrayList<>(List.of(putAt(run, QUARTER)));
    puts.add(putAt(run, THREE_QUARTERS));
    for (int i = 0; i < 20; i++) {
      run.run(MILLI);
      puts.add(putAt(run, THREE_QUARTERS));
      puts.add(putAt(run, QUARTER));
    }
    finish(run);
    assertThat(puts).allMatch(SimulatedPut::succeeded);
    assertThat(puts.get(0).result().mayBeDuplicated()).isTrue();
  }

  // --- after a final failure ---

  private SimulatedPut failFirstOf(Simulation run, String key) {
    run.kinesis.weather.throttledEntries = 1;
    run.kinesis.weather.latencyNanos = 20 * MILLI;
    SimulatedPut first = run.put("s", key, 100);
    // The call has arrived, and the answer is on its way.
    run.run(15 * MILLI);
    return first;
  }

  @Test
  void skip_afterAFinalFailure_laterRecordsOfTheKeyGoOn() {
    settings.failIfThrottled = true;
    settings.lingerNanos = 0;
    Simulation run = simulation(KeyOrder.SKIP, 1);
    SimulatedPut first = failFirstOf(run, "k");
    List<SimulatedPut> behind = many(run, 3, "k");
    run.kinesis.weather.throttledEntries = 0;
    run.runUntil("the first has failed", SECOND, first::done);
    SimulatedPut later = run.put("s", "k", 100);
    finish(run);
    assertThat(first.failed().reason()).isEqualTo(FailureReason.THROTTLED);
    assertThat(behind).allMatch(SimulatedPut::succeeded);
    assertThat(later.succeeded()).isTrue();
  }

  @Test
  void halt_afterAFinalFailure_whatIsAcceptedOfTheKeyFailsAtOnce_andOthersInItsAggregatesGo() {
    settings.failIfThrottled = true;
    settings.lingerNanos = 0;
    settings.aggregationMaxCount = 4;
    Simulation run = simulation(KeyOrder.HALT, 1);
    SimulatedPut first = failFirstOf(run, "k");
    List<SimulatedPut> behind = new ArrayList<>();
    List<SimulatedPut> others = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      // Sealed aggregates and an open one, all with others.
      behind.add(run.put("s", "k", 100));
      others.add(run.put("s", "other", 100));
    }
    run.kinesis.weather.throttledEntries = 0;
    run.runUntil("the first has failed", SECOND, first::done);
    // Completions are delivered within half a millisecond.
    run.run(3 * MILLI);
    assertThat(behind).allMatch(SimulatedPut::done);
    for (SimulatedPut put : behind) {
      assertThat(put.failed().reason()).isEqualTo(FailureReason.KEY_HALTED);
      assertThat(put.failed().userRecord().data()).isEqualTo(put.record.data());
      assertThat(put.failed().mayBeStored()).isFalse();
    }
    finish(run);
    assertThat(others).allMatch(SimulatedPut::succeeded);
    assertThat(seen(run)).isEqualTo(ids(others));
  }

  @Test
  void halt_untilResumed_putRefusesTheKeyAndTakesOthers() {
    settings.failIfThrottled = true;
    settings.lingerNanos = 0;
    Simulation run = simulation(KeyOrder.HALT, 1);
    SimulatedPut first = failFirstOf(run, "k");
    run.runUntil("the first has failed", SECOND, first::done);
    run.kinesis.weather.throttledEntries = 0;
    assertThat(run.put("s", "k", 100).refused).isTrue();
    SimulatedPut other = run.put("s", "other", 100);
    resume(first);
    SimulatedPut resumed = run.put("s", "k", 100);
    finish(run);
    assertThat(other.succeeded()).isTrue();
    assertThat(resumed.succeeded()).isTrue();
  }

  @Test
  void halt_keyWithAnExplicitHashKey_isHaltedAndResumedByThat() {
    settings.failIfThrottled = true;
    settings.lingerNanos = 0;
    Simulation run = simulation(KeyOrder.HALT, 1);
    run.kinesis.weather.throttledEntries = 1;
    SimulatedPut first = putAt(run, QUARTER);
    run.runUntil("the first has failed", SECOND, first::done);
    run.kinesis.weather.throttledEntries = 0;
    assertThat(putAt(run, QUARTER).refused).isTrue();
    SimulatedPut elsewhere = putAt(run, THREE_QUARTERS);
    resume(first);
    SimulatedPut resumed = putAt(run, QUARTER);
    finish(run);
    assertThat(elsewhere.succeeded()).isTrue();
    assertThat(resumed.succeeded()).isTrue();
  }

  @Test
  void halt_resumeOfTheStream_takesAllKeys() {
    settings.failIfThrottled = true;
    settings.lingerNanos = 0;
    Simulation run = simulation(KeyOrder.HALT, 1);
    failFirstOf(run, "a");
    failFirstOf(run, "b");
    run.run(100 * MILLI);
    run.kinesis.weather.throttledEntries = 0;
    assertThat(run.put("s", "a", 100).refused).isTrue();
    assertThat(run.put("s", "b", 100).refused).isTrue();
    run.producer().resumeKeys("s");
    run.producer().resumeKeys("never named");
    SimulatedPut a = run.put("s", "a", 100);
    SimulatedPut b = run.put("s", "b", 100);
    run.finish(SECOND);
    assertThat(a.succeeded()).isTrue();
    assertThat(b.succeeded()).isTrue();
  }

  @Test
  void halt_ambiguousOutcomeThatEndsInFailure_halts() {
    settings.ttlNanos = SECOND;
    settings.lingerNanos = 0;
    settings.requestTimeoutNanos = 100 * MILLI;
    Simulation run = simulation(KeyOrder.HALT, 1);
    run.kinesis.weather.faults = List.of(CallFault.NO_ANSWER);
    run.kinesis.weather.callFaults = 1;
    SimulatedPut first = run.put("s", "k", 100);
    run.runUntil("the first has failed", 10 * SECOND, first::done);
    assertThat(first.failed().mayBeStored()).isTrue();
    assertThat(run.put("s", "k", 100).refused).isTrue();
    finish(run);
  }

  @Test
  void halt_stays_whenTheStreamWouldBeRetired() {
    settings.failIfThrottled = true;
    settings.lingerNanos = 0;
    Simulation run = simulation(KeyOrder.HALT, 1);
    SimulatedPut first = failFirstOf(run, "k");
    run.runUntil("the first has failed", SECOND, first::done);
    run.run(3_600 * SECOND);
    assertThat(run.put("s", "k", 100).refused).isTrue();
  }

  // --- the exception, and completions ---

  @Test
  void timedOutAndStoredLate_isTheOnlyRecordThatMayGoBackwards() {
    settings.ttlNanos = SECOND;
    settings.lingerNanos = 0;
    settings.requestTimeoutNanos = 100 * MILLI;
    Simulation run = simulation(KeyOrder.SKIP, 1);
    run.kinesis.weather.faults = List.of(CallFault.STORED_LATE);
    run.kinesis.weather.callFaults = 1;
    SimulatedPut first = run.put("s", "k", 100);
    run.run(500 * MILLI);
    run.kinesis.weather.callFaults = 0;
    run.runUntil("the first has failed", 10 * SECOND, first::done);
    SimulatedPut second = run.put("s", "k", 100);
    run.run(10 * SECOND);
    finish(run);
    assertThat(first.failed().mayBeStored()).as("its caller is told").isTrue();
    assertThat(second.succeeded()).isTrue();
    assertThat(seen(run)).contains(first.id, second.id);
  }

  @Test
  void completions_ofAKey_comeInOrder_whateverTheExecutorRejects() {
    settings.rejectPercent = 50;
    settings.aggregationMaxCount = 2;
    settings.lingerNanos = 0;
    Simulation run = simulation(KeyOrder.SKIP, 2);
    for (int i = 0; i < 300; i++) {
      run.put("s", "key-" + i % 7, 100);
      run.run(MILLI / 4);
    }
    finish(run);
  }

  @Test
  void expired_behindOneInFlight_completesAfterIt() {
    settings.ttlNanos = SECOND;
    settings.lingerNanos = 0;
    settings.requestTimeoutNanos = 6 * SECOND;
    Simulation run = simulation(KeyOrder.SKIP, 1);
    run.kinesis.weather.latencyNanos = 3 * SECOND;
    SimulatedPut first = run.put("s", "k", 100);
    run.run(10 * MILLI);
    SimulatedPut second = run.put("s", "k", 100);
    finish(run);
    assertThat(first.succeeded()).isTrue();
    assertThat(second.failed().reason()).isEqualTo(FailureReason.EXPIRED);
    assertThat(second.completed).isGreaterThan(first.completed);
    assertThat(second.latencyNanos()).isLessThan(settings.ttlNanos + settings.requestTimeoutNanos);
  }

  @ParameterizedTest
  @EnumSource(value = KeyOrder.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void refusedAggregate_whoseTimeIsOver_completesInOrder(KeyOrder order) {
    settings.ttlNanos = SECOND;
    settings.lingerNanos = 0;
    settings.requestTimeoutNanos = 6 * SECOND;
    Simulation run = simulation(order, 1);
    run.kinesis.weather.poison = true;
    run.kinesis.weather.latencyNanos = 3 * SECOND;
    List<SimulatedPut> puts = many(run, 5, "poison");
    finish(run);
    assertThat(puts).allMatch(put -> put.failed().reason() == FailureReason.EXPIRED);
  }

  @Test
  void close_thatGivesUp_completesInOrder() {
    settings.aggregationMaxCount = 3;
    Simulation run = simulation(KeyOrder.SKIP, 2);
    run.kinesis.weather.throttledEntries = 1;
    for (int i = 0; i < 60; i++) {
      run.put("s", "key-" + i % 5, 100);
      run.run(5 * MILLI);
    }
    run.kinesis.split("s", run.kinesis.shards("s").get(0));
    run.close(100 * MILLI);
    finish(run);
    assertThat(run.puts).noneMatch(SimulatedPut::succeeded);
  }
}
