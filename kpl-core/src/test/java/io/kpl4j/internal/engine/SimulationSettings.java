// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;

import io.kpl4j.AdmissionPolicy;
import io.kpl4j.KeyOrder;
import io.kpl4j.RecordFailedException;
import io.kpl4j.aggregation.ChunkPool;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.internal.aggregate.AggregationLimits;
import io.kpl4j.internal.aggregate.RecordCheck;
import io.kpl4j.internal.batch.BatchLimits;
import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.lane.RateLimit;
import io.kpl4j.internal.retry.RetryDecider;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A simulated producer's configuration: the defaults of the real one where a test sets nothing. */
final class SimulationSettings {
  long seed = 1;
  boolean aggregation = true;
  int aggregationMaxSize = 51_200;
  int aggregationMaxCount = Integer.MAX_VALUE;
  int batchRecords = 500;
  long batchBytes = 5 << 20;
  long lingerNanos = 100 * MILLI;
  long ttlNanos = 30 * SECOND;
  long ratePercent = 150;
  boolean adaptiveRate = true;
  boolean failIfThrottled;
  long backoffNanos = 50 * MILLI;
  long maxAttempts = Long.MAX_VALUE;
  KeyOrder keyOrder = KeyOrder.NONE;
  int maxRequests = 8;
  long maxInFlightBytes = 16 << 20;
  long requestTimeoutNanos = 6 * SECOND;
  long bufferBytes = 64 << 20;
  long bufferRecords = 1_000_000;
  long maxRecordBytes = 1 << 20;
  long maxBlockNanos = 60 * SECOND;
  AdmissionPolicy policy = AdmissionPolicy.BLOCK;
  int maxWaiting = 10_000;
  boolean serviceRouted;

  /** {@code MaxUserRecordSize} where it is set. */
  long maxDataBytes = Long.MAX_VALUE;

  long describeIntervalNanos = 300 * SECOND;
  ProducerEvents events = ProducerEvents.none();

  /** Whether what receivers of events throw is kept away from the loop, as it is in production. */
  boolean eventsGuarded = true;

  /** Told of each call as it begins. */
  Consumer<PutRecordsBatch> onSend = batch -> {};

  /** Told of each record that is given up. */
  @Nullable Consumer<RecordFailedException> onFailure;

  Simulation.PortWatcher ports = port -> {};

  /** How many waiting callers of a hundred are interrupted within a second. */
  int interruptPercent;

  /** How many hand-overs of a hundred the completion executor rejects. */
  int rejectPercent;

  /** What it throws then; by default that it rejects. */
  @Nullable Error executorThrows;

  /** How long a stream may hold records and do nothing while nothing is under way. */
  long patienceNanos = 6 * SECOND;

  /** After how many events the ledger is checked again: it is read from every holder. */
  int checkEvery = 1;

  /** Made from a configuration; what is above must be no narrower, as it is checked by that. */
  @Nullable PipelineSettings configured;

  PipelineSettings pipeline() {
    return configured == null ? settings() : configured;
  }

  private PipelineSettings settings() {
    return new PipelineSettings(
        new RecordCheck(maxDataBytes, maxRecordBytes, serviceRouted),
        new AggregationLimits(
            aggregation && !serviceRouted,
            aggregationMaxSize,
            aggregationMaxCount,
            aggregationMaxSize,
            new ChunkPool(bufferBytes / 16)),
        new BatchLimits(batchRecords, batchBytes, lingerNanos),
        new PipelineSettings.Delivery(
            ttlNanos,
            new RateLimit(ratePercent, adaptiveRate),
            this::backoffNanos,
            new RetryDecider(failIfThrottled, maxAttempts),
            keyOrder),
        new PipelineSettings.Flight(
            maxRequests, maxInFlightBytes, requestTimeoutNanos, describeIntervalNanos),
        Map.of());
  }

  private long backoffNanos(int failures) {
    ports.called(Simulation.Port.BACKOFF);
    return Math.min(SECOND, backoffNanos << Math.min(failures - 1, 10));
  }
}
