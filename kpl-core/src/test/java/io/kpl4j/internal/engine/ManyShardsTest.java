// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.record.PendingRecord;
import io.kpl4j.internal.result.ResultPublisher;
import io.kpl4j.internal.send.PutRecordsReply;
import io.kpl4j.internal.shard.ShardListing;
import io.kpl4j.internal.shard.ShardMap;
import io.kpl4j.internal.shard.ShardRange;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A stream of ten thousand shards beside one of ten: what a record and an idle turn cost. */
class ManyShardsTest {

  private static final int MANY = 10_000;
  private static final int FEW = 10;
  private static final int RECORDS = 100_000;

  /** The pipeline on one thread with a service that answers at once, and costs little itself. */
  private static final class Bench {
    private final SimulationSettings settings = new SimulationSettings();
    private final ShardMap map;
    private final List<Runnable> replies = new ArrayList<>();
    private final AdmissionBudget budget = new AdmissionBudget(1L << 30, 1 << 20, 1 << 20);
    private final Intake intake;
    private final Streams streams;
    private final Pipelines pipelines;
    private long nowNanos = SECOND;
    private int calls;
    private int mostCallsATurn;
    private int kinesisRecords;

    Bench(int shards) {
      settings.ratePercent = 100_000;
      settings.lingerNanos = 500 * MILLI;
      List<ShardRange> ranges = ranges(shards);
      this.map = ShardMap.covering(ranges).orElseThrow();
      PipelineSettings pipeline = settings.pipeline();
      StreamContext context =
          new StreamContext(
              pipeline,
              new Inbox(() -> {}),
              budget,
              new ResultPublisher(Runnable::run, Runnable::run, budget::delivered),
              new StreamContext.Ports(
                  (stream, openOnly, onReply) ->
                      replies.add(() -> onReply.accept(new ShardListing.Listed(ranges, !openOnly))),
                  (stream, onReply) -> {},
                  this::send,
                  ProducerEvents.none()),
              new StreamContext.LoopState(bound -> 0));
      this.intake = new Intake(budget, pipeline);
      this.streams = new Streams(name -> new StreamPipeline(name, context, nowNanos));
      this.pipelines =
          new Pipelines(
              context,
              streams,
              new WaitingRoom(context, intake, new WaitingRoom.Limits(1, 1, 1)),
              () -> Instant.EPOCH);
    }

    private static List<ShardRange> ranges(int shards) {
      BigInteger ring = BigInteger.ONE.shiftLeft(128);
      BigInteger all = BigInteger.valueOf(shards);
      List<ShardRange> ranges = new ArrayList<>();
      for (int i = 0; i < shards; i++) {
        BigInteger start = ring.multiply(BigInteger.valueOf(i)).divide(all);
        BigInteger end =
            ring.multiply(BigInteger.valueOf(i + 1L)).divide(all).subtract(BigInteger.ONE);
        ranges.add(
            new ShardRange(
                "shardId-%012d".formatted(i),
                HashKey.parse(start.toString()),
                HashKey.parse(end.toString()),
                true));
      }
      return ranges;
    }

    private void send(PutRecordsBatch batch, Consumer<PutRecordsReply> onReply) {
      calls++;
      kinesisRecords += batch.records().size();
      List<PutRecordsReply.Entry> entries = new ArrayList<>(batch.records().size());
      batch
          .records()
          .forEach(
              record ->
                  entries.add(
                      new PutRecordsReply.Accepted(
                          map.find(record.routingHashKey()).shardId(), "1")));
      replies.add(() -> onReply.accept(new PutRecordsReply.Answered(entries)));
    }

    StreamPipeline stream() {
      StreamPipeline stream = streams.knownOrNew("s");
      if (stream == null) {
        throw new IllegalStateException("the door is never closed");
      }
      return stream;
    }

    void turn() {
      int before = calls;
      pipelines.runOnce(nowNanos);
      mostCallsATurn = Math.max(mostCallsATurn, calls - before);
      List<Runnable> due = List.copyOf(replies);
      replies.clear();
      due.forEach(Runnable::run);
      nowNanos += MILLI;
    }

    void listed() {
      stream();
      while (stream().routes().map() == null) {
        turn();
      }
    }

    List<PendingRecord> putAll() {
      List<PendingRecord> pending = new ArrayList<>(RECORDS);
      byte[] data = new byte[100];
      for (int i = 0; i < RECORDS; i++) {
        UserRecord record = UserRecord.of("s", "key-" + i, data);
        Intake.Admitted admitted =
            intake.admit(intake.check(record, asked -> stream()), asked -> stream(), true);
        pending.add(intake.append(admitted.checked(), nowNanos));
      }
      return pending;
    }

    void drain() {
      while (budget.heldRecords() > 0) {
        turn();
      }
    }
  }

  /** The time of processors, not of a clock: a busy machine changes little of it. */
  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }

  private static long cpuOf(Runnable work) {
    long before = cpuNanos();
    work.run();
    // It is counted in ticks of 10 ms.
    return Math.max(10 * MILLI, cpuNanos() - before);
  }

  @Test
  void tenThousandShards_everyRecordIsStoredInFullCalls() {
    Bench bench = new Bench(MANY);
    bench.listed();
    List<PendingRecord> pending = bench.putAll();
    bench.drain();

    assertThat(pending).allMatch(future -> future.isDone() && !future.isCompletedExceptionally());
    assertThat(bench.kinesisRecords).isLessThanOrEqualTo(MANY);
    // 500 Kinesis records a call: a thousand shards do not make a thousand calls.
    assertThat(bench.calls).isLessThan(2 * MANY / 500);
    assertThat(bench.mostCallsATurn).isLessThanOrEqualTo(bench.settings.maxRequests);
  }

  @Test
  void tenThousandShards_aRecordCostsNotMuchMoreThanWithTen() {
    cpuPerRun(FEW);
    cpuPerRun(MANY);
    long few = Math.min(cpuPerRun(FEW), cpuPerRun(FEW));
    long many = Math.min(cpuPerRun(MANY), cpuPerRun(MANY));

    // Ten records an aggregate in place of thousands: each has its share of an aggregate's cost.
    assertThat(many / (double) few).as("%s and %s ns", many, few).isLessThan(15);
  }

  private static long cpuPerRun(int shards) {
    Bench bench = new Bench(shards);
    bench.listed();
    return cpuOf(
        () -> {
          bench.putAll();
          bench.drain();
        });
  }

  @Test
  void tenThousandShards_anIdleTurnLooksAtNoneOfThem() {
    idleTurns(FEW);
    idleTurns(MANY);
    long few = Math.min(idleTurns(FEW), idleTurns(FEW));
    long many = Math.min(idleTurns(MANY), idleTurns(MANY));

    // A look at each would cost a thousand times as much.
    assertThat(many / (double) few).as("%s and %s ns", many, few).isLessThan(50);
  }

  private static long idleTurns(int shards) {
    Bench bench = new Bench(shards);
    bench.listed();
    return cpuOf(
        () -> {
          for (int i = 0; i < 20_000; i++) {
            bench.stream().nudge();
            bench.turn();
          }
        });
  }
}
