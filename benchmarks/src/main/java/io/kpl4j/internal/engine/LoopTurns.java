// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.result.ResultPublisher;
import io.kpl4j.internal.send.PutRecordsReply;
import io.kpl4j.internal.shard.ShardListing;
import io.kpl4j.internal.shard.ShardRange;
import io.kpl4j.internal.shard.StreamDescription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Turns of the producer's loop on one thread, in virtual time, with a service that answers at once:
 * one with nothing to do; and those that drain, batch, send and settle what was put, a record's
 * share of them. Putting, joining aggregates and completing futures are other threads' work, and
 * not in it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(1)
public class LoopTurns {

  /** So many records of 100 bytes are put between two measured invocations. */
  static final int RECORDS = 10_000;

  private static final String STREAM = "clicks";
  private static final int DATA_BYTES = 100;
  private static final long TURN_NANOS = 3_000_000L;
  private static final long LINGER_NANOS = 100_000_000L;

  /** Of the one stream. */
  @Param({"1", "16", "1000"})
  public int shards = 16;

  private final Queue<Runnable> completions = new ArrayDeque<>();
  private final List<UserRecord> records = new ArrayList<>();
  private Engine engine = new Engine(completions, 1);
  private long nowNanos = TURN_NANOS;

  /** Creates what JMH sets up. */
  public LoopTurns() {}

  /** The pipeline with the world outside it. */
  private static final class Engine {
    private final Intake intake;
    private final Streams streams;
    private final Pipelines pipelines;

    Engine(Queue<Runnable> completions, int shards) {
      PipelineSettings settings =
          new ProducerFactory(
                  KinesisProducerConfig.builder()
                      .region("us-east-1")
                      .recordMaxBufferedTime(Duration.ofNanos(LINGER_NANOS))
                      .adaptiveRateLimit(false)
                      .rateLimit(1_000_000)
                      .build(),
                  RetryPolicy.exponential(Duration.ofMillis(100), Duration.ofSeconds(5)),
                  null)
              .settings();
      AdmissionBudget budget =
          new AdmissionBudget(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
      Inbox inbox = new Inbox(() -> {});
      List<ShardRange> ranges = ranges(shards);
      StreamContext context =
          new StreamContext(
              settings,
              inbox,
              budget,
              new ResultPublisher(
                  completions::add, completions::add, new DeliveryNews(budget, inbox, () -> {})),
              new StreamContext.Ports(
                  (name, openOnly, onReply) ->
                      onReply.accept(new ShardListing.Listed(ranges, !openOnly)),
                  (name, onReply) ->
                      onReply.accept(
                          new StreamDescription.Described(
                              "arn", Instant.EPOCH, "ACTIVE", "PROVISIONED", 0)),
                  Engine::answer,
                  ProducerEvents.none()),
              new StreamContext.LoopState(bound -> bound / 2));
      intake = new Intake(budget, settings);
      streams = new Streams(name -> new StreamPipeline(name, context, 0));
      pipelines =
          new Pipelines(
              context,
              streams,
              new WaitingRoom(context, intake, new WaitingRoom.Limits(1, 1, 1)),
              Instant::now);
    }

    private static List<ShardRange> ranges(int shards) {
      long step = Long.divideUnsigned(-1, shards);
      List<ShardRange> ranges = new ArrayList<>();
      for (int i = 0; i < shards; i++) {
        HashKey end = i == shards - 1 ? HashKey.MAX : HashKey.of((i + 1) * step, 0).previous();
        ranges.add(new ShardRange("shard-" + i, HashKey.of(i * step, 0), end, true));
      }
      return ranges;
    }

    private static void answer(PutRecordsBatch batch, Consumer<PutRecordsReply> onReply) {
      List<PutRecordsReply.Entry> entries = new ArrayList<>();
      for (KinesisRecord record : batch.records()) {
        entries.add(new PutRecordsReply.Accepted("" + record.sentTo(), "1"));
      }
      onReply.accept(new PutRecordsReply.Answered(entries));
    }

    private StreamPipeline stream(UserRecord record) {
      StreamPipeline stream = streams.knownOrNew(record.streamName());
      if (stream == null) {
        throw new IllegalStateException("closed");
      }
      return stream;
    }

    void put(UserRecord record, long nowNanos) {
      Intake.Tried tried = intake.tryAdmit(intake.check(record, this::stream), this::stream, false);
      if (!tried.admitted()) {
        throw new IllegalStateException("no room");
      }
      var unused = intake.append(tried.checked(), nowNanos);
    }
  }

  /** Makes the producer, and lets it list the shards. */
  @Setup
  public void start() {
    engine = new Engine(completions, shards);
    byte[] data = "x".repeat(DATA_BYTES).getBytes(UTF_8);
    for (int i = 0; i < RECORDS; i++) {
      records.add(UserRecord.of(STREAM, "user-" + i, data));
    }
    engine.put(records.get(0), nowNanos);
    turnUntilDrained();
  }

  private void turnUntilDrained() {
    do {
      nowNanos += TURN_NANOS;
      long unused = engine.pipelines.runOnce(nowNanos);
    } while (!engine.pipelines.drained());
  }

  /** A turn with nothing to do. */
  @Benchmark
  public long idle() {
    nowNanos += TURN_NANOS;
    return engine.pipelines.runOnce(nowNanos);
  }

  /** What is put anew before each measured drain; what is left to complete is completed. */
  @State(Scope.Thread)
  public static class Filled {

    /** Creates what JMH sets up. */
    public Filled() {}

    /** Puts. */
    @Setup(Level.Invocation)
    public void put(LoopTurns turns) {
      for (Runnable task; (task = turns.completions.poll()) != null; ) {
        task.run();
      }
      for (UserRecord record : turns.records) {
        turns.engine.put(record, turns.nowNanos);
      }
      turns.nowNanos += LINGER_NANOS;
    }
  }

  /** The turns in which all that was put gets its verdict. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void loaded(Filled unused) {
    turnUntilDrained();
  }
}
