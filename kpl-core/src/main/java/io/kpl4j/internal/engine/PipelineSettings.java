// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.KeyOrder;
import io.kpl4j.internal.aggregate.AggregationLimits;
import io.kpl4j.internal.aggregate.RecordCheck;
import io.kpl4j.internal.batch.BatchLimits;
import io.kpl4j.internal.lane.RateLimit;
import io.kpl4j.internal.retry.RetryDecider;
import java.util.Map;
import java.util.function.IntToLongFunction;

/**
 * What the configuration means to the pipeline, in its units. Immutable.
 *
 * @param intake what a record must be like
 * @param aggregation what may be aggregated
 * @param batch how large a call may be, and how long a record waits for company
 * @param delivery how hard a record is tried
 * @param flight what may be under way, of all streams together
 * @param ofStreams what holds for single streams instead, by name; without streams of their own
 */
record PipelineSettings(
    RecordCheck intake,
    AggregationLimits aggregation,
    BatchLimits batch,
    Delivery delivery,
    Flight flight,
    Map<String, PipelineSettings> ofStreams) {

  /** What holds for one stream: its own settings, or these. */
  PipelineSettings forStream(String name) {
    return ofStreams.isEmpty() ? this : ofStreams.getOrDefault(name, this);
  }

  /**
   * How hard a record is tried.
   *
   * @param ttlNanos no attempt starts later than this after admission; {@code Long.MAX_VALUE} for
   *     ever
   * @param rate how fast one shard is sent to
   * @param backoffNanos bound of the delay after so many failures in a row, from 1
   * @param decider from an outcome to a verdict
   * @param keyOrder whether the records of a key keep their order
   */
  record Delivery(
      long ttlNanos,
      RateLimit rate,
      IntToLongFunction backoffNanos,
      RetryDecider decider,
      KeyOrder keyOrder) {}

  /**
   * What may be under way.
   *
   * @param maxRequests most calls, at least 1
   * @param maxBytes most bytes of data and keys; a larger call goes when nothing else is under way
   * @param requestTimeoutNanos after this and a second a call without answer is given up
   * @param describeIntervalNanos least time between two questions for one stream's own settings
   */
  record Flight(
      int maxRequests, long maxBytes, long requestTimeoutNanos, long describeIntervalNanos) {}
}
