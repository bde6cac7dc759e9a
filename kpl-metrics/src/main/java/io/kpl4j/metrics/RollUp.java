// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import io.kpl4j.MetricsDimension;
import io.kpl4j.MetricsGranularity;
import io.kpl4j.metrics.Series.Place;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds the finest series up to the coarser ones, so that an event is recorded once and seen for its
 * shard, its stream and all streams. Confined to one thread.
 *
 * <p>The dimensions form a chain, as in the KPL: additional ones of all, error code, stream,
 * additional ones of streams, shard, additional ones of shards. Each beginning of the chain is a
 * series.
 */
final class RollUp {

  static final String STREAM_NAME = "StreamName";
  static final String SHARD_ID = "ShardId";
  static final String ERROR_CODE = "ErrorCode";

  private final List<MetricsDimension> additional;
  private final Map<Key, Statistics> sums = new LinkedHashMap<>();

  /** What one datum is of. Immutable. */
  record Key(Metric metric, Map<String, String> dimensions) {}

  RollUp(List<MetricsDimension> additional) {
    this.additional = additional;
  }

  /** Adds a series of its finest dimensions; nothing if it is empty. */
  void add(Metric metric, Place place, Statistics statistics) {
    if (!statistics.isEmpty()) {
      new Chain(metric, statistics).through(place);
    }
  }

  /** The sums, by series. */
  Map<Key, Statistics> sums() {
    return sums;
  }

  /** One series on its way to the coarser ones. */
  private final class Chain {
    private final Metric metric;
    private final Statistics statistics;
    private final Map<String, String> dimensions = new LinkedHashMap<>();

    Chain(Metric metric, Statistics statistics) {
      this.metric = metric;
      this.statistics = statistics;
    }

    void through(Place place) {
      String errorCode = place.errorCode();
      // Without its code an error would be told of twice: that is what AllErrors is for.
      boolean whole = errorCode == null;
      if (whole) {
        emit();
      }
      add(MetricsGranularity.GLOBAL, whole);
      if (errorCode != null) {
        link(ERROR_CODE, errorCode, true);
      }
      String stream = place.streamName();
      if (stream != null) {
        link(STREAM_NAME, stream, true);
        add(MetricsGranularity.STREAM, true);
      }
      String shard = place.shardId();
      if (shard != null) {
        link(SHARD_ID, shard, true);
        add(MetricsGranularity.SHARD, true);
      }
    }

    private void add(MetricsGranularity granularity, boolean emitted) {
      for (MetricsDimension dimension : additional) {
        if (dimension.granularity() == granularity) {
          link(dimension.name(), dimension.value(), emitted);
        }
      }
    }

    private void link(String name, String value, boolean emitted) {
      dimensions.put(name, value);
      if (emitted) {
        emit();
      }
    }

    private void emit() {
      Map<String, String> soFar = Collections.unmodifiableMap(new LinkedHashMap<>(dimensions));
      sums.merge(new Key(metric, soFar), statistics, Statistics::plus);
    }
  }
}
