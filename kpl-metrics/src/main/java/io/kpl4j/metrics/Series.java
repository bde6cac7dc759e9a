// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import org.jspecify.annotations.Nullable;

/** Takes the values of one metric at one place. Implementations are thread-safe. */
@FunctionalInterface
interface Series {

  /** For metrics that are not asked for. */
  Series NONE = (value, times) -> {};

  /**
   * Takes a value that was seen so many times.
   *
   * @param value a number, bytes or nanoseconds, as the metric's {@link Measure} says
   * @param times how often, at least 0
   */
  void record(long value, long times);

  default void record(long value) {
    record(value, 1);
  }

  /**
   * What a series is about. Immutable.
   *
   * @param streamName the stream
   * @param shardId the shard, or null if it is not known or the metric knows no shards
   * @param errorCode the code, or null if the metric knows none
   */
  record Place(String streamName, @Nullable String shardId, @Nullable String errorCode) {
    Place withError(String code) {
      return new Place(streamName, shardId, code);
    }
  }

  /** Where series come from. Implementations are thread-safe. */
  @FunctionalInterface
  interface Source {
    /** Returns the series of a metric at a place, the same for the same arguments. */
    Series series(Metric metric, Place place);
  }
}
