// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.Stories.assertAllSucceeded;
import static io.kpl4j.internal.engine.Stories.load;
import static io.kpl4j.internal.engine.Stories.logOf;
import static io.kpl4j.internal.engine.Stories.simulation;
import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.FailureReason;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StreamEvents;
import io.kpl4j.internal.aggregate.KinesisRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where a stored record landed, and what is made of it: each sentence of the design. */
class PlacementTest {

  private final SimulationSettings settings = new SimulationSettings();

  /** Two shards that take records in aggregates, one record a millisecond. */
  private Simulation steady(int shards) {
    settings.patienceNanos = 40 * SECOND;
    Simulation run = simulation(settings, shards);
    run.warmUp("s");
    return run;
  }

  @Test
  void storedElsewhereButInside_isSuccessAndRefreshesTheMap() {
    Simulation run = steady(2);
    run.kinesis.mergeAt("s", 0);
    load(run, 100, 100, 100 * MILLI);
    int listings = run.kinesis.listings;
    run.run(2 * SECOND);

    Outcome outcome = run.finish(SECOND);
    assertAllSucceeded(outcome, 100);
    assertThat(run.kinesis.listings).isGreaterThan(listings);
    assertThat(run.puts).allMatch(put -> put.result().shardId().equals("shardId-000000000002"));
    assertThat(run.puts).noneMatch(put -> put.result().mayBeDuplicated());
    assertThat(run.puts).allMatch(put -> put.result().attemptCount() == 1);
  }

  @Test
  void storedOutside_isCountedAndReportedApartAndSentAgain() {
    Map<String, Integer> misplaced = new HashMap<>();
    settings.events = counting(misplaced);
    Simulation run = steady(1);
    run.kinesis.split("s", run.kinesis.shards("s").get(0));
    load(run, 100, 100, 100 * MILLI);
    run.run(2 * SECOND);

    Outcome outcome = run.finish(SECOND);
    assertAllSucceeded(outcome, 100);
    assertThat(outcome.duplicated).isZero();
    long resent = run.puts.stream().filter(put -> put.result().mayBeDuplicated()).count();
    assertThat(resent).isPositive();
    assertThat(misplaced.values().stream().mapToInt(count -> count).sum()).isEqualTo((int) resent);
    assertThat(misplaced.keySet()).isSubsetOf("shardId-000000000001", "shardId-000000000002");
  }

  @Test
  void rangeUnknown_isLearntFirst_holdingNoSlotMeanwhile() {
    settings.maxRequests = 1;
    Simulation run = steady(2);
    run.kinesis.weather.listNanos = 3 * SECOND;
    run.kinesis.split("s", run.kinesis.shards("s").get(0));
    load(run, 1_000, 100, SECOND);
    run.run(SECOND);
    int calls = run.kinesis.calls;
    int awaiting = awaiting(run);
    run.run(SECOND);

    // Records wait for the listing; the one slot served the other shard all the time.
    assertThat(awaiting).isPositive();
    assertThat(calls).isGreaterThan(5);
    assertThat(run.puts)
        .filteredOn(put -> put.done())
        .allMatch(put -> put.result().shardId().equals("shardId-000000000001") || lone(run, put))
        .hasSizeGreaterThan(400);
    Outcome outcome = run.finish(10 * SECOND);
    assertAllSucceeded(outcome, 1_000);
    assertThat(outcome.duplicated).isZero();
  }

  @Test
  void rangeUnknown_isNeverSentAgainOnSuspicion() {
    List<KinesisRecord> sent = new ArrayList<>();
    settings.onSend = batch -> sent.addAll(batch.records());
    Simulation run = steady(2);
    run.kinesis.weather.listNanos = 5 * SECOND;
    run.kinesis.mergeAt("s", 0);
    load(run, 100, 100, 50 * MILLI);
    run.run(4 * SECOND);
    int before = sent.size();
    assertThat(awaiting(run)).isPositive();

    Outcome outcome = run.finish(10 * SECOND);
    // The merged shard holds them all: nothing had to be sent again, and nothing was.
    assertThat(sent).hasSize(before);
    assertAllSucceeded(outcome, 100);
    assertThat(outcome.duplicated).isZero();
  }

  @Test
  void rangeNotLearntBeforeExpiry_failsWithShardAndSequenceNumber() {
    settings.ttlNanos = 5 * SECOND;
    Simulation run = steady(1);
    run.kinesis.weather.listDenied = true;
    run.kinesis.split("s", run.kinesis.shards("s").get(0));
    load(run, 50, 100, 10 * MILLI);
    run.run(12 * SECOND);

    assertThat(run.puts)
        .allMatch(put -> put.failed().reason() == FailureReason.PLACEMENT_UNKNOWN)
        .allMatch(put -> put.failed().mayBeStored())
        .allMatch(
            put ->
                put.failed()
                    .toString()
                    .matches(
                        "(?s).*stored on shardId-0+[12] with sequence"
                            + " number 490\\d+, but whether consumers see it there could not be learnt.*"));
    assertThat(run.puts).allMatch(put -> put.latencyNanos() < 5 * SECOND + 100 * MILLI);
  }

  @Test
  void rangeAskedForAtTheVeryEnd_isWaitedForAsACallIs() {
    settings.ttlNanos = 2 * SECOND;
    settings.lingerNanos = SECOND + 995 * MILLI;
    Simulation run = steady(1);
    run.kinesis.weather.listNanos = SECOND + 500 * MILLI;
    run.kinesis.split("s", run.kinesis.shards("s").get(0));
    // Cut just before it expires, stored, and only then is the range found to be unknown.
    run.put("s", "key-1", "0", 100);
    run.put("s", "key-2", "1", 100);
    run.run(6 * SECOND);
    assertThat(run.puts).allMatch(SimulatedPut::succeeded);
    assertThat(run.puts).allMatch(put -> put.latencyNanos() < settings.ttlNanos + 6 * SECOND);
  }

  @Test
  void misplacedTwice_sendsRawSuspendsAggregationRechecksAndWarnsOnce() {
    settings.ttlNanos = 120 * SECOND;
    settings.describeIntervalNanos = 3_600 * SECOND;
    List<KinesisRecord> sent = new ArrayList<>();
    settings.onSend = batch -> sent.addAll(batch.records());
    String log =
        logOf(
            () -> {
              Simulation run = steady(4);
              // The service spreads what it is sent, and nobody has said so.
              run.kinesis.metadata.serviceRouted.add("s");
              load(run, 3_000, 100, 30 * SECOND);
              settings.checkEvery = 20;
              run.run(30 * SECOND);
              int aggregates = (int) sent.stream().filter(record -> !record.raw()).count();
              assertThat(run.stream("s").lanes().aggregationSuspended()).isTrue();
              assertThat(aggregates).isLessThan(60);
              assertThat(run.kinesis.metadata.describedNanos).as("strategy re-checked").hasSize(1);
              Outcome outcome = run.finish(SECOND);
              assertAllSucceeded(outcome, 3_000);
              assertThat(outcome.duplicated).isZero();
            });

    assertThat(log)
        .containsOnlyOnce("WARN")
        .containsOnlyOnce("aggregation is suspended")
        .contains("RecordDistributionStrategyDefault=AUTO");
  }

  @Test
  void rawRecord_isWellPlacedWhereverItLands() {
    settings.aggregation = false;
    Simulation run = steady(1);
    run.kinesis.weather.listNanos = 10 * SECOND;
    run.kinesis.split("s", run.kinesis.shards("s").get(0));
    load(run, 300, 100, SECOND);
    run.run(2 * SECOND);
    assertAllSucceeded(run.finish(20 * SECOND), 300);
    assertThat(run.kinesis.entries).isEqualTo(300);
    assertThat(run.puts).allMatch(put -> put.latencyNanos() < 150 * MILLI);
  }

  @Test
  void closedShard_isRememberedForALateReply() {
    Simulation run = steady(1);
    run.kinesis.weather.latencyNanos = 4 * SECOND;
    load(run, 20, 100, 10 * MILLI);
    // Stored after two seconds, answered after four; meanwhile the shard is split and listed.
    run.run(2_500 * MILLI);
    run.kinesis.split("s", run.kinesis.shards("s").get(0));
    run.stream("s").listings().tracker().refresh(run.time.nowNanos());
    run.stream("s").nudge();
    run.run(500 * MILLI);
    int listings = run.kinesis.listings;
    run.kinesis.weather.latencyNanos = 5 * MILLI;
    run.run(2 * SECOND);

    assertThat(run.puts).allMatch(SimulatedPut::succeeded);
    assertThat(run.puts).allMatch(put -> put.result().shardId().equals("shardId-000000000000"));
    assertThat(run.kinesis.listings).as("asked no more").isEqualTo(listings);
  }

  @Test
  void shardOpenedAndClosedBetweenTwoRefreshes_isLearntFromAnUnfilteredListing() {
    Simulation run = steady(1);
    load(run, 200, 100, 200 * MILLI);
    run.kinesis.weather.listNanos = 300 * MILLI;
    run.time.after(95 * MILLI, () -> run.kinesis.split("s", run.kinesis.shards("s").get(0)));
    // What was stored on a child in between asks for a shard that is closed when it is listed.
    run.time.after(
        130 * MILLI,
        () -> List.copyOf(run.kinesis.openShards("s")).forEach(s -> run.kinesis.split("s", s)));
    run.run(3 * SECOND);

    Outcome outcome = run.finish(SECOND);
    assertAllSucceeded(outcome, 200);
    assertThat(outcome.duplicated).isZero();
    assertThat(
            run.kinesis.shards("s").get(1).stored.size()
                + run.kinesis.shards("s").get(2).stored.size())
        .as("stored on shards that were gone when they were first listed")
        .isPositive();
  }

  private static int awaiting(Simulation run) {
    return (int) run.stream("s").liveRecords();
  }

  private static boolean lone(Simulation run, SimulatedPut put) {
    return run.kinesis.consume("s").stream()
        .anyMatch(
            seen ->
                SimulatedPut.idOf(seen.record().data()) == put.id && !seen.record().aggregated());
  }

  private static ProducerEvents counting(Map<String, Integer> misplaced) {
    StreamEvents stream =
        new StreamEvents() {
          @Override
          public ShardEvents shard(@Nullable String shardId) {
            return new ShardEvents() {
              @Override
              public void misplaced(int userRecords, int bytes) {
                misplaced.merge(String.valueOf(shardId), userRecords, Integer::sum);
              }
            };
          }
        };
    return name -> stream;
  }
}
