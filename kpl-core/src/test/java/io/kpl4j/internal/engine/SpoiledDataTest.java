// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.FailureReason;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.send.PutRecordsReply;
import io.kpl4j.internal.send.PutRecordsReply.Answered;
import io.kpl4j.internal.send.PutRecordsReply.Entry;
import io.kpl4j.internal.send.PutRecordsReply.Rejected;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Data that makes a step throw: the records of that step fail, and everything else goes on. */
class SpoiledDataTest {

  private final SimulationSettings settings = new SimulationSettings();

  private Simulation simulation(int shards) {
    settings.aggregationMaxCount = 10;
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

  @SuppressWarnings("NullAway") // which is the point
  private static PutRecordsReply withoutAnErrorCode(PutRecordsReply reply) {
    List<Entry> entries = new ArrayList<>(((Answered) reply).entries());
    entries.set(1, new Rejected(null, "no code"));
    return new Answered(entries);
  }

  @Test
  void reply_withAnEntryThatCannotBeJudged_failsWhatItLeftWithoutAVerdict() {
    Simulation run = simulation(1);
    run.kinesis.weather.spoiling = SpoiledDataTest::withoutAnErrorCode;
    put(run, 40);
    run.run(120 * MILLI);
    run.kinesis.weather.spoiling = reply -> reply;
    put(run, 40);
    Outcome outcome = run.finish(5 * SECOND);
    assertThat(outcome.succeeded).as("the first entry, and what was put later").isEqualTo(50);
    assertThat(outcome.failures).isEqualTo(Map.of(FailureReason.INTERNAL, 30));
    assertThat(run.puts.subList(10, 40)).allMatch(put -> put.failed().mayBeStored());
    assertThat(run.pipelines.failure()).isNull();
  }

  @Test
  void aggregate_thatCannotBeReadBack_failsWithTheBatchThatMetItAndTheRestGoesOnAtOnce() {
    List<KinesisRecord> spoiled = new ArrayList<>();
    Simulation run = simulation(1);
    settings.onSend =
        batch -> {
          if (spoiled.isEmpty()) {
            spoiled.add(batch.records().get(0));
          }
        };
    run.kinesis.weather.throttledEntries = 1;
    put(run, 40);
    run.run(120 * MILLI);
    Arrays.fill(spoiled.get(0).data(), (byte) 0);
    // Now all of them straddle shards, and are opened before they are sent again.
    run.kinesis.splitAny("s");
    run.stream("s").listings().tracker().refresh(run.time.nowNanos());
    run.stream("s").nudge();
    run.run(300 * MILLI);
    run.kinesis.weather.throttledEntries = 0;
    run.runUntil("everything is done", 5 * SECOND, run::drained);
    assertThat(run.puts.subList(0, 10)).allMatch(put -> put.done() && !put.succeeded());
    assertThat(run.puts.subList(10, 40)).anyMatch(SimulatedPut::succeeded);
    assertThat(run.puts.subList(10, 40))
        .allMatch(put -> put.succeeded() || put.failed().reason() == FailureReason.INTERNAL);
    assertThat(run.pipelines.failure()).isNull();
    assertThat(run.budget.heldBytes()).isZero();
  }
}
