// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.RecordDistributionStrategy;
import io.kpl4j.aggregation.ChunkPool;

/**
 * What may be aggregated. Immutable.
 *
 * @param enabled whether records are aggregated at all
 * @param maxSizeBytes greatest size of an aggregate, envelope included
 * @param maxCount most user records in an aggregate, at least 1
 * @param maxRecordBytes a user record with more data than this is sent alone, without an envelope
 * @param pool where buffers take their memory
 */
public record AggregationLimits(
    boolean enabled, int maxSizeBytes, int maxCount, int maxRecordBytes, ChunkPool pool) {

  /** Nothing over this size is copied under a lock; it goes alone. */
  public static final int LARGE_BYTES = 64 * 1024;

  /** What the configuration lets be aggregated. */
  public static AggregationLimits of(KinesisProducerConfig config, ChunkPool pool) {
    return new AggregationLimits(
        config.aggregationEnabled()
            && config.recordDistributionStrategyDefault() != RecordDistributionStrategy.AUTO,
        (int) config.aggregationMaxSize(),
        (int) Math.min(config.aggregationMaxCount(), Integer.MAX_VALUE),
        (int) Math.min(config.aggregationRecordMaxSize(), Integer.MAX_VALUE),
        pool);
  }

  /** The same, but nothing is aggregated. */
  public AggregationLimits disabled() {
    return new AggregationLimits(false, maxSizeBytes, maxCount, maxRecordBytes, pool);
  }

  /** The same, but no aggregate is larger. */
  public AggregationLimits upTo(long sizeBytes) {
    return sizeBytes >= maxSizeBytes
        ? this
        : new AggregationLimits(enabled, (int) sizeBytes, maxCount, maxRecordBytes, pool);
  }

  /** Whether a user record with so much data may be put into an aggregate. */
  public boolean mayAggregate(int dataBytes) {
    return enabled && dataBytes <= maxRecordBytes && dataBytes <= LARGE_BYTES && maxCount > 1;
  }
}
