// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import org.jspecify.annotations.Nullable;

/** Takes the values of one metric at one place. Implementations are thread-safe. */
interface Series {

  /** For metrics that are not asked for. */
  Series NONE = new None();

  /**
   * Takes a value that was seen so many times.
   *
   * @param value a number, bytes, nanoseconds or a share, as the metric's {@link Measure} says
   * @param times how often, at least 0
   */
  void record(double value, long times);

  /** {@return what takes many values at once, or null if this series must see each} */
  default @Nullable Summed summed() {
    return null;
  }

  /** Takes one whole number. */
  default void one(long value) {
    record((double) value, 1);
  }

  /** Takes one value. */
  default void one(double value) {
    record(value, 1);
  }

  /** Takes values of which their sum, their least and their greatest tell enough. */
  @FunctionalInterface
  interface Summed {
    /**
     * Takes many values at once.
     *
     * @param values of which there is at least one
     */
    void record(Statistics values);
  }

  /** Takes nothing. Immutable. */
  final class None implements Series, Summed {
    private None() {}

    @Override
    public void record(double value, long times) {}

    @Override
    public void record(Statistics values) {}

    @Override
    public Summed summed() {
      return this;
    }
  }

  /**
   * What a series is about. Immutable.
   *
   * @param streamName the stream, or null for all of them
   * @param shardId the shard, or null if it is not known or the metric knows no shards
   * @param errorCode the code, or null if the metric knows none
   */
  record Place(@Nullable String streamName, @Nullable String shardId, @Nullable String errorCode) {
    /** Stands for streams and shards beyond the bound; no stream can be called so. */
    static final String OTHER = "(other)";

    Place withError(String code) {
      return new Place(streamName, shardId, code);
    }

    /** Where the values go that have no series of their own: the stream's other shards. */
    Place otherShard() {
      return new Place(streamName, OTHER, otherError());
    }

    /** Where the values go that have no series of their own: those of other streams. */
    Place otherStream() {
      return new Place(OTHER, null, otherError());
    }

    private @Nullable String otherError() {
      return errorCode == null ? null : ErrorCodes.OTHER;
    }
  }

  /** Where series come from. Implementations are thread-safe. */
  interface Source {
    /** The series of a metric at a place, the same for the same arguments; to be let go. */
    Series acquire(Metric metric, Place place);

    /** Lets a series go, once for each time it was acquired. */
    void release(Series series);

    /** Says that something is about to be recorded: a moment to look at the clock once. */
    default void tick() {}
  }
}
