// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.Stories.assertAllSucceeded;
import static io.kpl4j.internal.engine.Stories.simulation;
import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.engine.Weather.CallFault;
import io.kpl4j.internal.lane.ShardLane;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of records that wait in a lane whose shard is replaced. */
class ReshardedLanesTest {

  private static final String LOW = "5";
  private static final String HIGH = BigInteger.ONE.shiftLeft(127).add(BigInteger.TEN).toString();

  private final SimulationSettings settings = new SimulationSettings();
  private final List<KinesisRecord> sent = new ArrayList<>();

  private Simulation run() {
    settings.ttlNanos = 120 * SECOND;
    settings.patienceNanos = 20 * SECOND;
    settings.onSend = batch -> sent.addAll(batch.records());
    Simulation run = simulation(settings, 1);
    run.warmUp("s");
    return run;
  }

  private static void installSplit(Simulation run) {
    run.kinesis.split("s", run.kinesis.shards("s").get(0));
    run.stream("s").listings().tracker().refresh(run.time.nowNanos());
    run.stream("s").nudge();
    run.runUntil(
        "the new map is in use", SECOND, () -> run.stream("s").routes().buffers().size() == 2);
  }

  private static List<KinesisRecord> queued(Simulation run) {
    List<KinesisRecord> queued = new ArrayList<>();
    for (ShardLane lane : run.stream("s").lanes().lanes()) {
      lane.queued().forEach(queued::add);
    }
    return queued;
  }

  @Test
  void recordsOfARetiredLane_goByteForByteInSealingOrderAheadOfWhatIsNew() {
    // One call at a time, so that the order of sending is that of storing.
    settings.maxRequests = 1;
    Simulation run = run();
    run.kinesis.weather.throttledEntries = 1;
    for (int i = 0; i < 40; i++) {
      run.put("s", "key-" + i, LOW, 20_000);
    }
    run.run(SECOND);
    Set<KinesisRecord> old = distinct(sent);
    assertThat(old).hasSize(20).noneMatch(KinesisRecord::raw);
    installSplit(run);
    for (int i = 0; i < 10; i++) {
      run.put("s", "new-" + i, LOW, 20_000);
    }
    run.run(SECOND);
    run.kinesis.weather.throttledEntries = 0;
    assertAllSucceeded(run.finish(30 * SECOND), 50);

    // Nothing was packed anew, and nothing of what is new overtook what waited.
    assertThat(distinct(sent)).hasSize(25).containsAll(old);
    assertThat(
            run.kinesis.consume("s").stream().map(seen -> SimulatedPut.idOf(seen.record().data())))
        .isSorted();
    assertThat(run.puts).noneMatch(put -> put.result().mayBeDuplicated());
  }

  private static Set<KinesisRecord> distinct(List<KinesisRecord> records) {
    Set<KinesisRecord> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
    distinct.addAll(records);
    return distinct;
  }

  @Test
  void straddler_isOpenedOnlyWhenABatchWouldTakeIt() {
    settings.maxRequests = 1;
    settings.requestTimeoutNanos = 4 * SECOND;
    Simulation run = run();
    // The one slot is taken by a call that is not answered.
    run.kinesis.weather.callFaults = 1;
    run.kinesis.weather.faults = List.of(CallFault.NETWORK);
    run.kinesis.weather.latencyNanos = 3 * SECOND;
    run.put("s", "first", LOW, 10);
    run.run(200 * MILLI);
    for (int i = 0; i < 4; i++) {
      run.put("s", "key-" + i, i % 2 == 0 ? LOW : HIGH, 20_000);
    }
    run.run(300 * MILLI);
    installSplit(run);

    assertThat(queued(run)).isNotEmpty().allMatch(record -> record.count() == 2);
    assertThat(queued(run)).allMatch(record -> run.stream("s").lanes().straddles(record));
    run.kinesis.weather.callFaults = 0;
    run.kinesis.weather.latencyNanos = 5 * MILLI;
    Outcome outcome = run.finish(30 * SECOND);
    assertAllSucceeded(outcome, 5);
    assertThat(outcome.duplicated).isZero();
    // Opened before they were sent: none of them ever lay where consumers drop it.
    assertThat(run.puts).noneMatch(put -> put.result().attemptCount() > 2);
  }

  @Test
  void whatIsPackedAnew_entersNoOpenBuffer() {
    settings.lingerNanos = 5 * SECOND;
    Simulation run = run();
    for (int i = 0; i < 4; i++) {
      run.put("s", "key-" + i, i % 2 == 0 ? LOW : HIGH, 20_000);
    }
    // Full: the first ones are sealed; then they straddle.
    run.run(100 * MILLI);
    installSplit(run);
    run.put("s", "young", LOW, 10);
    run.run(100 * MILLI);
    long open =
        run.stream("s").lanes().lanes().stream()
            .mapToLong(lane -> lane.buffer().userRecords())
            .sum();
    assertThat(open).as("user records in open parts").isEqualTo(1);
    assertAllSucceeded(run.finish(10 * SECOND), 5);
  }
}
