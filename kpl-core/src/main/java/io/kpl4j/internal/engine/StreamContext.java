// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.event.ProducerEvents;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.result.ResultPublisher;
import io.kpl4j.internal.shard.ShardLister;
import java.util.function.LongUnaryOperator;

/**
 * What the streams of one producer share. Thread-safe parts, but for the random numbers, which are the
 * loop's.
 *
 * @param settings the configuration
 * @param inbox where the loop is told
 * @param budget what the pipeline may hold
 * @param publisher who tells callers
 * @param lister lists shards
 * @param random a uniform random number from 0 to below its argument, which is at least 1; loop only
 * @param events told what happens
 */
record StreamContext(
    PipelineSettings settings,
    Inbox inbox,
    AdmissionBudget budget,
    ResultPublisher publisher,
    ShardLister lister,
    LongUnaryOperator random,
    ProducerEvents events) {

  /** A random delay up to the bound for so many failures in a row. */
  long delayNanos(int failures) {
    return random.applyAsLong(settings.delivery().backoffNanos().applyAsLong(failures) + 1);
  }

  /** Gives permits back at a verdict, and wakes who was granted by it. */
  void settle(AdmissionBudget.Account account, long bytes, long records) {
    Waiters.wake(budget.settle(account, bytes, records));
  }
}
