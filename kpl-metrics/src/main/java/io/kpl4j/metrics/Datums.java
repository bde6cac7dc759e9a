// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;
import software.amazon.awssdk.services.cloudwatch.model.StatisticSet;

/** Sums as CloudWatch takes them, and how many of them go into one call. Stateless. */
final class Datums {

  /**
   * A call takes 1 MB (CloudWatch quotas) before it is packed; the rest is room for what this
   * reckoning leaves out.
   */
  static final int CALL_BYTES = 900_000;

  private static final int DATUM_BYTES = 150;
  private static final int DIMENSION_BYTES = 30;
  private static final int NUMBER_BYTES = 10;

  private Datums() {}

  static MetricDatum of(RollUp.Key key, Statistics statistics, Instant timestamp) {
    MetricDatum.Builder datum =
        MetricDatum.builder()
            .metricName(key.metric().cloudWatchName())
            .unit(StandardUnit.fromValue(key.metric().measure().unit()))
            .dimensions(dimensions(key))
            .timestamp(timestamp);
    ValueCounts values = statistics.values();
    if (values == null) {
      datum.statisticValues(set(statistics));
    } else {
      List<ValueCounts.Counted> counted =
          values.counted(statistics.minimum(), statistics.maximum());
      datum.values(counted.stream().map(ValueCounts.Counted::value).toList());
      datum.counts(counted.stream().map(each -> (double) each.count()).toList());
    }
    return datum.build();
  }

  private static StatisticSet set(Statistics statistics) {
    return StatisticSet.builder()
        .sampleCount((double) statistics.count())
        .sum(statistics.sum())
        .minimum(statistics.minimum())
        .maximum(statistics.maximum())
        .build();
  }

  private static List<Dimension> dimensions(RollUp.Key key) {
    return key.dimensions().entrySet().stream()
        .map(tag -> Dimension.builder().name(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }

  /** Cuts what is to be sent into calls. */
  static List<Map<RollUp.Key, Statistics>> calls(Map<RollUp.Key, Statistics> all, int most) {
    List<Map<RollUp.Key, Statistics>> calls = new ArrayList<>();
    @Nullable Map<RollUp.Key, Statistics> call = null;
    int bytes = 0;
    for (Map.Entry<RollUp.Key, Statistics> each : all.entrySet()) {
      int size = sizeBytes(each.getKey(), each.getValue());
      if (call == null || call.size() >= most || bytes + size > CALL_BYTES) {
        call = new LinkedHashMap<>();
        calls.add(call);
        bytes = 0;
      }
      call.put(each.getKey(), each.getValue());
      bytes += size;
    }
    return calls;
  }

  private static int sizeBytes(RollUp.Key key, Statistics statistics) {
    int bytes = DATUM_BYTES;
    for (Map.Entry<String, String> dimension : key.dimensions().entrySet()) {
      bytes += DIMENSION_BYTES + dimension.getKey().length() + dimension.getValue().length();
    }
    ValueCounts values = statistics.values();
    return values == null ? bytes : bytes + values.size() * 2 * NUMBER_BYTES;
  }
}
