// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.Stories.assertAllSucceeded;
import static io.kpl4j.internal.engine.Stories.load;
import static io.kpl4j.internal.engine.Stories.simulation;
import static io.kpl4j.internal.engine.Stories.updateShardCount;
import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.engine.KinesisModel.Shard;
import io.kpl4j.internal.engine.Weather.CallFault;
import io.kpl4j.internal.send.PutRecordsReply;
import io.kpl4j.internal.send.PutRecordsReply.Accepted;
import io.kpl4j.internal.send.PutRecordsReply.Answered;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reshards under load, counted behind the KCL's filter: nothing is lost, nothing is seen twice, and
 * no more is sent in vain than was in flight when the first reply told of the reshard.
 */
class ReshardScenarioTest {

  private static final int RECORDS = 12_000;
  private static final long LOAD_NANOS = 6 * SECOND;

  private final SimulationSettings settings = new SimulationSettings();

  /** What was in flight when the first reply came from a shard that had not been there. */
  private final List<Long> inFlightAtTheNews = new ArrayList<>();

  /** Shards that were there when the last reshard began. */
  private int shardsBefore = Integer.MAX_VALUE;

  private Simulation loaded(long seed, int shards) {
    settings.seed = seed;
    settings.checkEvery = 50;
    settings.ttlNanos = 120 * SECOND;
    settings.patienceNanos = 20 * SECOND;
    settings.lingerNanos = 20 * MILLI;
    Simulation run = simulation(settings, shards);
    run.warmUp("s");
    run.client.onAnswer = (batch, reply) -> news(run, batch, reply);
    load(run, RECORDS, 300, LOAD_NANOS);
    return run;
  }

  private void news(Simulation run, PutRecordsBatch batch, PutRecordsReply reply) {
    if (reply instanceof Answered answered && answered.entries().stream().anyMatch(this::isNews)) {
      shardsBefore = Integer.MAX_VALUE;
      inFlightAtTheNews.add(batch.sizeBytes() + run.client.inFlightBytes);
    }
  }

  private boolean isNews(PutRecordsReply.Entry entry) {
    return entry instanceof Accepted accepted
        && Integer.parseInt(accepted.shardId().substring("shardId-".length())) >= shardsBefore;
  }

  private void reshard(Simulation run, Runnable reshard) {
    shardsBefore = run.kinesis.shards("s").size();
    reshard.run();
  }

  /** Bytes of records that lie where consumers drop them. */
  private static long bytesInVain(Simulation run) {
    long all = 0;
    for (Shard shard : run.kinesis.shards("s")) {
      for (KinesisModel.Stored stored : shard.stored) {
        if (KinesisModel.visible(shard, stored).isEmpty()) {
          all += stored.data().length + 1;
        }
      }
    }
    return all;
  }

  private void assertOnceEachAndLittleInVain(Simulation run) {
    run.run(LOAD_NANOS);
    Outcome outcome = run.finish(30 * SECOND);
    assertAllSucceeded(outcome, RECORDS);
    assertThat(outcome.duplicated).as("seen twice").isZero();
    long bound = inFlightAtTheNews.stream().mapToLong(bytes -> bytes).sum();
    assertThat(bytesInVain(run)).as("bytes sent in vain").isLessThanOrEqualTo(bound);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void split_underLoad(long seed) {
    Simulation run = loaded(seed, 2);
    run.time.after(
        2 * SECOND + seed * MILLI,
        () -> reshard(run, () -> run.kinesis.split("s", run.kinesis.openShards("s").get(0))));
    assertOnceEachAndLittleInVain(run);
    assertThat(inFlightAtTheNews).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void merge_underLoad_sendsNothingInVain(long seed) {
    Simulation run = loaded(seed, 4);
    run.time.after(2 * SECOND + seed * MILLI, () -> reshard(run, () -> run.kinesis.mergeAny("s")));
    assertOnceEachAndLittleInVain(run);
    assertThat(bytesInVain(run)).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void updateShardCount_upAndDown_underLoad(long seed) {
    Simulation run = loaded(seed, 4);
    run.time.after(SECOND + seed * MILLI, () -> reshard(run, () -> updateShardCount(run, 8)));
    run.time.after(3 * SECOND + seed * MILLI, () -> reshard(run, () -> updateShardCount(run, 4)));
    run.time.after(4 * SECOND, () -> reshard(run, () -> updateShardCount(run, 8)));
    assertOnceEachAndLittleInVain(run);
    assertThat(inFlightAtTheNews).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void reshards_repeatedAndOverlapping_withLateReplies(long seed) {
    Simulation run = loaded(seed, 2);
    run.kinesis.weather.jitterNanos = 60 * MILLI;
    for (int i = 0; i < 24; i++) {
      int moment = i;
      run.time.after(
          SECOND + i * (110 * MILLI),
          () -> {
            if (moment % 3 == 2) {
              run.kinesis.mergeAny("s");
            } else {
              run.kinesis.splitAny("s");
            }
          });
    }
    run.run(LOAD_NANOS);
    Outcome outcome = run.finish(60 * SECOND);
    assertAllSucceeded(outcome, RECORDS);
    assertThat(outcome.duplicated).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void reshards_withAmbiguousReplies_duplicateOnlyWhatMayBe(long seed) {
    Simulation run = loaded(seed, 2);
    run.kinesis.weather.callFaults = 0.1;
    run.kinesis.weather.faults = List.of(CallFault.LOST_REPLY, CallFault.LATE_ANSWER);
    for (int i = 0; i < 8; i++) {
      run.time.after(SECOND + i * (400 * MILLI), () -> run.kinesis.splitAny("s"));
    }
    run.time.after(LOAD_NANOS, () -> run.kinesis.weather.callFaults = 0);
    run.run(LOAD_NANOS);
    // That no other record is seen twice is checked of each record at the end.
    assertAllSucceeded(run.finish(60 * SECOND), RECORDS);
  }
}
