// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import io.kpl4j.MetricsDimension;
import io.kpl4j.MetricsGranularity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** How a file spells additional dimensions of metrics, and which there may be. Stateless. */
final class Dimensions {

  private static final String ALLOWED =
      "name=value:granularity, several joined by ; and at most 27, or empty";

  /** CloudWatch takes 30 (PutMetricData), and three are ours. */
  private static final int MOST = 27;

  private static final Set<String> OURS = Set.of("StreamName", "ShardId", "ErrorCode");
  private static final String NAME = "[ -~&&[^=:;]]{1,255}";
  private static final String VALUE = "[ -~&&[^;]]{1,255}";

  private Dimensions() {}

  static ValueType<List<MetricsDimension>> type() {
    return new ValueType<>(ALLOWED, Dimensions::parse, Dimensions::allowed, Dimensions::format);
  }

  private static List<MetricsDimension> parse(String text) {
    List<MetricsDimension> dimensions = new ArrayList<>();
    for (String part : text.isEmpty() ? new String[0] : text.split(";", -1)) {
      dimensions.add(one(part.strip()));
    }
    return List.copyOf(dimensions);
  }

  private static MetricsDimension one(String text) {
    int equals = text.indexOf('=');
    int colon = text.lastIndexOf(':');
    if (equals < 0 || colon < equals) {
      throw new IllegalArgumentException();
    }
    return MetricsDimension.of(
        text.substring(0, equals),
        text.substring(equals + 1, colon),
        granularity(text.substring(colon + 1)));
  }

  private static MetricsGranularity granularity(String text) {
    for (MetricsGranularity granularity : MetricsGranularity.values()) {
      if (granularity.name().toLowerCase(Locale.ROOT).equals(text)) {
        return granularity;
      }
    }
    throw new IllegalArgumentException();
  }

  private static boolean allowed(List<MetricsDimension> dimensions) {
    Set<String> names = new HashSet<>(OURS);
    return dimensions.size() <= MOST
        && dimensions.stream()
            .allMatch(
                each ->
                    names.add(each.name())
                        && each.name().matches(NAME)
                        && !each.name().isBlank()
                        && each.value().matches(VALUE)
                        && !each.value().isBlank());
  }

  private static String format(List<MetricsDimension> dimensions) {
    return dimensions.stream().map(MetricsDimension::toString).collect(Collectors.joining(";"));
  }
}
