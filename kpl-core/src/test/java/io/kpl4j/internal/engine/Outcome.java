// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.FailureReason;
import io.kpl4j.RecordFailedException;
import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.AggregatedRecord;
import io.kpl4j.internal.engine.KinesisModel.Seen;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a run came to, after what must hold at the end of every run was checked. */
final class Outcome {

  final Map<FailureReason, Integer> failures = new EnumMap<>(FailureReason.class);
  int accepted;
  int refused;
  int succeeded;

  /** User records that consumers see more than once. */
  int duplicated;

  /** User records whose callers ended the futures themselves, and which consumers do not see. */
  int meddledUnseen;

  private Outcome() {}

  static Outcome of(Simulation run) {
    Outcome outcome = new Outcome();
    Map<Long, List<Seen>> seen = new HashMap<>();
    for (String stream : run.streamsPutTo()) {
      for (Seen one : run.kinesis.consume(stream)) {
        seen.computeIfAbsent(SimulatedPut.idOf(one.record().data()), id -> new ArrayList<>())
            .add(one);
      }
    }
    for (SimulatedPut put : run.puts) {
      try {
        outcome.count(put, seen.getOrDefault(put.id, List.of()));
      } catch (AssertionError failed) {
        throw new AssertionError(run.describe() + ", " + put + ": " + failed.getMessage(), failed);
      }
    }
    return outcome;
  }

  private void count(SimulatedPut put, List<Seen> seen) {
    if (put.refused) {
      refused++;
      assertThat(put.accepted()).as("refused and accepted").isFalse();
      assertThat(seen).as("copies of a refused record").isEmpty();
      return;
    }
    accepted++;
    assertThat(put.accepted()).as("accepted").isTrue();
    assertThat(put.completions).as("completions").isEqualTo(1);
    seen.forEach(copy -> assertSame(put.record, copy.record()));
    duplicated += seen.size() > 1 ? 1 : 0;
    if (put.meddled) {
      meddledUnseen += seen.isEmpty() ? 1 : 0;
    } else if (put.succeeded()) {
      succeeded++;
      assertThat(seen)
          .as("copies behind the filter")
          .anyMatch(
              copy ->
                  copy.shardId().equals(put.result().shardId())
                      && copy.sequenceNumber().equals(put.result().sequenceNumber())
                      && copy.subSequenceNumber() == put.result().subSequenceNumber());
      assertThat(seen.size() == 1 || put.result().mayBeDuplicated())
          .as("%s copies of a record that cannot be duplicated", seen.size())
          .isTrue();
    } else {
      failed(put, seen);
    }
  }

  private void failed(SimulatedPut put, List<Seen> seen) {
    assertThat(put.failure).isInstanceOf(RecordFailedException.class);
    RecordFailedException failure = put.failed();
    failures.merge(failure.reason(), 1, Integer::sum);
    UserRecord given = failure.userRecord();
    assertThat(given.streamName()).isEqualTo(put.record.streamName());
    assertThat(given.partitionKey()).isEqualTo(put.record.partitionKey());
    assertThat(given.explicitHashKey()).isEqualTo(put.record.explicitHashKey());
    assertThat(given.data()).isEqualTo(put.record.data());
    assertThat(seen.isEmpty() || failure.mayBeStored())
        .as("%s copies of a record that failed and cannot be stored", seen.size())
        .isTrue();
  }

  private static void assertSame(UserRecord put, AggregatedRecord seen) {
    assertThat(seen.data()).isEqualTo(put.data());
    assertThat(seen.partitionKey()).isEqualTo(put.partitionKey());
    Optional<String> explicit = put.explicitHashKey();
    if (seen.aggregated()) {
      assertThat(seen.explicitHashKey()).isEqualTo(explicit);
    }
  }
}
