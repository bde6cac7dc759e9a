// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.AdmissionPolicy;
import io.kpl4j.KeyOrder;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.internal.aggregate.Fixtures;
import io.kpl4j.internal.aggregate.RecordCheck;
import io.kpl4j.internal.batch.BatchLimits;
import io.kpl4j.internal.lane.RateLimit;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.result.ResultPublisher;
import io.kpl4j.internal.retry.RetryDecider;
import java.util.Map;
import java.util.concurrent.Executor;

/** Makes what an engine consists of, with a world outside that never answers. */
final class Engines {

  static final AdmissionBudget BUDGET = new AdmissionBudget(10_000, 100, 100);

  private Engines() {}

  static StreamPipeline stream(String name) {
    return new StreamPipeline(name, context(BUDGET, Runnable::run), 1);
  }

  static StreamContext context(AdmissionBudget budget, Executor completion) {
    Inbox inbox = new Inbox(() -> {});
    return new StreamContext(
        new PipelineSettings(
            new RecordCheck(6_000, 6_100, false),
            Fixtures.LIMITS,
            new BatchLimits(500, 5 << 20, 100),
            new PipelineSettings.Delivery(
                1_000,
                new RateLimit(100, false),
                failures -> 50,
                new RetryDecider(false, Long.MAX_VALUE),
                KeyOrder.NONE),
            new PipelineSettings.Flight(8, 1 << 20, 6_000, Long.MAX_VALUE),
            Map.of()),
        inbox,
        budget,
        new ResultPublisher(completion, completion, new DeliveryNews(budget, inbox, () -> {})),
        new StreamContext.Ports(
            (stream, openOnly, onReply) -> {},
            (stream, onReply) -> {},
            (batch, onReply) -> {},
            ProducerEvents.none()),
        new StreamContext.LoopState(bound -> 0));
  }

  /** An admission whose waiting room takes ten records. */
  static Admission admission(
      StreamContext context, Intake intake, AdmissionPolicy policy, long maxBlockNanos) {
    WaitingRoom room =
        new WaitingRoom(context, intake, new WaitingRoom.Limits(10, 100_000, maxBlockNanos));
    return new Admission(intake, policy, maxBlockNanos, room, new DroppedRecords());
  }
}
