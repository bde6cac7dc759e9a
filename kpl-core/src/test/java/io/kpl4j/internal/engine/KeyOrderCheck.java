// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.FailureReason;
import io.kpl4j.KeyOrder;
import io.kpl4j.UserRecord;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.aggregate.RecordCheck;
import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.engine.KinesisModel.Seen;
import io.kpl4j.internal.record.HaltedKeys;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What must hold where keys keep their order: while a run goes on, of what is sent; and when it is
 * over, of what consumers see and callers are told. Confined to the simulation.
 */
final class KeyOrderCheck {

  private final Simulation run;
  private final KeyOrder order;
  private final Map<String, List<Long>> resumptions = new HashMap<>();
  private @Nullable AssertionError violation;

  KeyOrderCheck(Simulation run) {
    this.run = run;
    this.order = run.settings.keyOrder;
    run.settings.onSend = run.settings.onSend.andThen(this::sent);
  }

  /** The pipeline guards itself against what a sender throws: so it is kept until the end. */
  private void sent(PutRecordsBatch batch) {
    try {
      checkSent(batch);
    } catch (AssertionError failed) {
      violation = violation == null ? failed : violation;
    }
  }

  /** Of each key there is at most one Kinesis record under way. */
  private void checkSent(PutRecordsBatch batch) {
    StreamPipeline stream = run.stream(batch.streamName());
    for (KinesisRecord record : batch.records()) {
      for (KinesisRecord other : stream.lanes().gates().underWay()) {
        assertThat(other == record || apart(other, record))
            .as("no key in common with what is under way")
            .isTrue();
      }
    }
  }

  private static boolean apart(KinesisRecord one, KinesisRecord other) {
    return one.greatestHashKey().compareTo(other.leastHashKey()) < 0
        || other.greatestHashKey().compareTo(one.leastHashKey()) < 0;
  }

  /** Takes records of the key again, as its user would; says nothing if it is not halted. */
  void resume(UserRecord record) {
    HaltedKeys halted = requireNonNull(run.stream(record.streamName()).haltedKeys());
    if (halted.contains(RecordCheck.hashKeyOf(record))) {
      resumptions.computeIfAbsent(key(record), k -> new ArrayList<>()).add(run.appended());
    }
    run.producer().resumeKey(record);
  }

  /** Callers that resume now and then what has failed. */
  void resumeNowAndThen(Chance chance) {
    if (order != KeyOrder.HALT || chance.percent(50)) {
      return;
    }
    for (int i = chance.below(100); i > 0; i--) {
      long which = chance.anyLong();
      run.time.after(chance.below(10 * SECOND), () -> resumeAny(which));
    }
  }

  private void resumeAny(long which) {
    List<SimulatedPut> failed =
        run.puts.stream().filter(put -> put.done() && !put.succeeded()).toList();
    if (!failed.isEmpty() && !run.ended()) {
      resume(failed.get((int) Long.remainderUnsigned(which, failed.size())).record);
    }
  }

  private long timesResumedBefore(SimulatedPut put) {
    return resumptions.getOrDefault(key(put.record), List.of()).stream()
        .filter(appended -> appended < put.appended)
        .count();
  }

  /** Checks a run that is over. */
  void check() {
    if (violation != null) {
      throw new AssertionError(run.describe() + ": " + violation.getMessage(), violation);
    }
    Map<Long, Integer> firstSeen = firstSeen();
    for (List<SimulatedPut> key : byKey().values()) {
      assertNeverBackwards(key, firstSeen);
      assertCompletedInOrder(key);
      // What became of a record whose caller ended its future is not known.
      if (order == KeyOrder.HALT && key.stream().noneMatch(put -> put.meddled)) {
        assertHalted(key);
      }
    }
  }

  /** Where consumers see each record first: parents before children, as sequence numbers say. */
  private Map<Long, Integer> firstSeen() {
    Map<Long, Integer> first = new HashMap<>();
    int at = 0;
    for (String stream : run.streamsPutTo()) {
      for (Seen seen : run.kinesis.consume(stream)) {
        if (!run.kinesis.storedLate.contains(seen.sequenceNumber())) {
          first.putIfAbsent(SimulatedPut.idOf(seen.record().data()), at);
        }
        at++;
      }
    }
    return first;
  }

  /** The accepted records of each key, in the order in which they were put. */
  private Map<String, List<SimulatedPut>> byKey() {
    Map<String, List<SimulatedPut>> keys = new LinkedHashMap<>();
    run.puts.stream()
        .filter(SimulatedPut::accepted)
        .sorted(Comparator.comparingLong(put -> put.appended))
        .forEach(put -> keys.computeIfAbsent(key(put.record), k -> new ArrayList<>()).add(put));
    return keys;
  }

  static String key(UserRecord record) {
    return record.streamName()
        + "/"
        + record.explicitHashKey().orElse("of " + record.partitionKey());
  }

  private void assertNeverBackwards(List<SimulatedPut> key, Map<Long, Integer> firstSeen) {
    SimulatedPut before = null;
    int at = -1;
    for (SimulatedPut put : key) {
      Integer seen = firstSeen.get(put.id);
      if (seen != null) {
        assertThat(seen)
            .as("%s: consumers see %s first, then %s", run.describe(), put, before)
            .isGreaterThan(at);
        before = put;
        at = seen;
      }
    }
  }

  private void assertCompletedInOrder(List<SimulatedPut> key) {
    SimulatedPut before = null;
    for (SimulatedPut put : key) {
      if (!put.meddled) {
        assertThat(before == null || before.completed < put.completed)
            .as("%s: %s completes before %s", run.describe(), put, before)
            .isTrue();
        before = put;
      }
    }
  }

  /** Between two resumptions, nothing of a key succeeds once one has failed. */
  private void assertHalted(List<SimulatedPut> key) {
    Map<Long, SimulatedPut> firstFailure = new HashMap<>();
    for (SimulatedPut put : key) {
      SimulatedPut failed = firstFailure.get(timesResumedBefore(put));
      if (put.succeeded()) {
        assertThat(failed).as("%s: before %s", run.describe(), put).isNull();
      } else {
        FailureReason reason = put.failed().reason();
        assertThat(failed == null && reason == FailureReason.KEY_HALTED)
            .as("%s: nothing before %s has failed", run.describe(), put)
            .isFalse();
        firstFailure.putIfAbsent(timesResumedBefore(put), put);
      }
    }
  }
}
