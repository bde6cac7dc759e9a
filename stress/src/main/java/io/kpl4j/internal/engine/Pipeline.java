// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.KeyOrder;
import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.ChunkPool;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.internal.aggregate.AggregationLimits;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.aggregate.RecordCheck;
import io.kpl4j.internal.aggregate.ShardBuffer;
import io.kpl4j.internal.aggregate.UserContent;
import io.kpl4j.internal.batch.BatchLimits;
import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.lane.RateLimit;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.record.PendingRecord;
import io.kpl4j.internal.result.ResultPublisher;
import io.kpl4j.internal.retry.RetryDecider;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** One stream with a world outside that never answers, and one record of it. */
record Pipeline(
    AdmissionBudget budget,
    StreamContext context,
    StreamPipeline stream,
    Intake intake,
    WaitingRoom room,
    PendingRecord user,
    KinesisRecord record) {

  static final int PERMIT_BYTES = 300;
  static final long FLIGHT_BYTES = 1_000;

  private static final AggregationLimits ALONE =
      new AggregationLimits(false, 0, 0, 0, ChunkPool.unpooled());
  private static final ShardBuffer.Listener SILENT =
      new ShardBuffer.Listener() {
        @Override
        public void opened(long admittedNanos) {}

        @Override
        public void sealed() {}
      };
  private static final PipelineSettings SETTINGS =
      new PipelineSettings(
          new RecordCheck(6_000, 6_100, false),
          ALONE,
          new BatchLimits(500, 5 << 20, 100),
          new PipelineSettings.Delivery(
              1_000,
              new RateLimit(100, false),
              failures -> 50,
              new RetryDecider(false, Long.MAX_VALUE),
              KeyOrder.NONE),
          new PipelineSettings.Flight(8, FLIGHT_BYTES, 6_000, Long.MAX_VALUE),
          Map.of());

  static Pipeline create(Executor completion) {
    AdmissionBudget budget = new AdmissionBudget(10_000, 100, 10_000);
    Inbox inbox = new Inbox(() -> {});
    StreamContext context =
        new StreamContext(
            SETTINGS,
            inbox,
            budget,
            new ResultPublisher(completion, completion, new DeliveryNews(budget, inbox, () -> {})),
            new StreamContext.Ports(
                (name, openOnly, onReply) -> {},
                (name, onReply) -> {},
                (batch, onReply) -> {},
                ProducerEvents.none()),
            new StreamContext.LoopState(bound -> 0));
    Intake intake = new Intake(budget, SETTINGS);
    PendingRecord user = new PendingRecord(1, PERMIT_BYTES, 4);
    return new Pipeline(
        budget,
        context,
        new StreamPipeline("stream", context, 1),
        intake,
        new WaitingRoom(context, intake, new WaitingRoom.Limits(10, 10_000, Long.MAX_VALUE - 1)),
        user,
        sealed(user));
  }

  private static KinesisRecord sealed(PendingRecord user) {
    ShardBuffer buffer = new ShardBuffer(null, ALONE, new AtomicLong(), SILENT);
    buffer.append(
        user,
        new UserContent(
            "k".getBytes(UTF_8), null, ByteBuffer.wrap(new byte[4]), HashKey.ofPartitionKey("k")));
    List<KinesisRecord> sealed = new ArrayList<>();
    buffer.drainTo(sealed);
    return sealed.get(0);
  }

  /** Another record of the stream, which has yet to ask for its permit. */
  CheckedRecord checked() {
    return intake.check(UserRecord.of("stream", "k", new byte[4]), record -> stream);
  }

  /** The record is under way. */
  InFlight.Call begin(InFlight inFlight) {
    PutRecordsBatch batch = PutRecordsBatch.of("stream", List.of(record));
    return inFlight.begin(stream, batch, new InFlight.Moment(1, Instant.EPOCH));
  }
}
