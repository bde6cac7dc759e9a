// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.event.ProducerEvents;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.result.ResultPublisher;
import io.kpl4j.internal.send.RecordSender;
import io.kpl4j.internal.shard.ShardLister;
import io.kpl4j.internal.shard.StreamDescriber;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * What the streams of one producer share, and the settings of all or of one.
 *
 * @param settings the configuration; of one stream behind {@link #forStream}
 * @param inbox where the loop is told
 * @param budget what the pipeline may hold
 * @param publisher who tells callers
 * @param ports the world outside
 * @param loop what only the loop may touch
 */
record StreamContext(
    PipelineSettings settings,
    Inbox inbox,
    AdmissionBudget budget,
    ResultPublisher publisher,
    Ports ports,
    LoopState loop) {

  /**
   * The world outside. Thread-safe.
   *
   * @param lister lists shards
   * @param describer asks for a stream's own settings
   * @param sender sends batches
   * @param events told what happens
   * @param failures told of each record that is given up
   */
  record Ports(
      ShardLister lister,
      StreamDescriber describer,
      RecordSender sender,
      ProducerEvents events,
      FailureHook failures) {
    Ports(
        ShardLister lister, StreamDescriber describer, RecordSender sender, ProducerEvents events) {
      this(lister, describer, sender, events, FailureHook.none());
    }
  }

  /**
   * Confined to the loop.
   *
   * @param random a uniform random number from 0 to below its argument, which is at least 1
   * @param touched the streams that something has happened to in this turn
   * @param controlCalls the calls of all streams that are no PutRecords
   */
  record LoopState(
      LongUnaryOperator random, List<StreamPipeline> touched, ControlCalls controlCalls) {
    LoopState(LongUnaryOperator random) {
      this(random, new ArrayList<>(), new ControlCalls());
    }
  }

  /** The same for one stream: with its own settings, if it has any, and all else shared. */
  StreamContext forStream(String name) {
    return new StreamContext(settings.forStream(name), inbox, budget, publisher, ports, loop);
  }

  /** A random delay up to the bound for so many failures in a row. Loop only. */
  long delayNanos(int failures) {
    return loop.random().applyAsLong(settings.delivery().backoffNanos().applyAsLong(failures) + 1);
  }

  /** Gives permits back at a verdict, and wakes who was granted by it. */
  void settle(AdmissionBudget.Account account, long bytes, long records, long keptBytes) {
    Waiters.wake(budget.settle(account, bytes, records, keptBytes));
  }
}
