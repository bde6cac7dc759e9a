// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;

/**
 * Adds the finest series up to the coarser ones, so that an event is recorded once and seen for its
 * shard, its stream and all streams. Confined to one thread.
 */
final class RollUp {

  static final String STREAM_NAME = "StreamName";
  static final String SHARD_ID = "ShardId";
  static final String ERROR_CODE = "ErrorCode";

  private final Map<Key, Statistics> sums = new LinkedHashMap<>();

  private record Key(String name, String unit, Map<String, String> dimensions) {
    Key without(String dimension) {
      Map<String, String> rest = new LinkedHashMap<>(dimensions);
      rest.remove(dimension);
      return new Key(name, unit, rest);
    }
  }

  /** Adds a series of its finest dimensions; nothing if it is empty. */
  void add(Meter.Id id, String unit, Statistics statistics) {
    if (statistics.isEmpty()) {
      return;
    }
    Map<String, String> dimensions =
        id.getTags().stream()
            .collect(Collectors.toMap(Tag::getKey, Tag::getValue, (a, b) -> b, LinkedHashMap::new));
    Key key = new Key(id.getName(), unit, dimensions);
    sums.merge(key, statistics, Statistics::plus);
    for (String dimension : List.of(SHARD_ID, STREAM_NAME)) {
      if (key.dimensions().containsKey(dimension)) {
        key = key.without(dimension);
        sums.merge(key, statistics, Statistics::plus);
      }
    }
  }

  /** One datum for each series. */
  List<MetricDatum> data(Instant timestamp) {
    return sums.entrySet().stream()
        .map(
            entry ->
                MetricDatum.builder()
                    .metricName(entry.getKey().name())
                    .unit(StandardUnit.fromValue(entry.getKey().unit()))
                    .dimensions(dimensions(entry.getKey()))
                    .timestamp(timestamp)
                    .statisticValues(entry.getValue().toSet())
                    .build())
        .toList();
  }

  private static List<Dimension> dimensions(Key key) {
    return key.dimensions().entrySet().stream()
        .map(tag -> Dimension.builder().name(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }
}
