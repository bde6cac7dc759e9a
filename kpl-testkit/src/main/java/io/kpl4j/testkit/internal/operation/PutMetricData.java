// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

import io.kpl4j.testkit.internal.stream.Refusal;
import io.kpl4j.testkit.internal.wire.Fields;
import io.kpl4j.testkit.internal.wire.ReplyWriter;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes metric data, 1,000 a call, and keeps it for inspection. Thread-safe. */
final class PutMetricData implements Operation {

  private static final int MAX_DATA = 1_000;
  private static final int MAX_DIMENSIONS = 30;
  private static final int MAX_VALUES = 150;

  private final MetricLog log;
  private final InstantSource clock;

  PutMetricData(MetricLog log, InstantSource clock) {
    this.log = log;
    this.clock = clock;
  }

  @Override
  public void answer(Call call, ReplyWriter reply) throws IOException {
    Fields request = call.fields();
    String namespace = request.requiredText("Namespace");
    List<Fields> data = request.objects("MetricData");
    if (data.size() > MAX_DATA) {
      throw invalid("The collection MetricData must not have a size greater than " + MAX_DATA);
    }
    Instant now = clock.instant();
    log.add(data.stream().map(datum -> datum(namespace, datum, now)).toList());
  }

  private static MetricLog.Datum datum(String namespace, Fields fields, Instant now) {
    Double value = fields.decimal("Value");
    MetricLog.Statistics statistics = statistics(fields);
    List<Double> values = fields.decimals("Values");
    List<Double> counts = fields.decimals("Counts");
    if (!counts.isEmpty() && counts.size() != values.size()) {
      throw invalid("The collections Values and Counts must have the same size");
    }
    if (values.size() > MAX_VALUES) {
      throw invalid("The collection Values must not have a size greater than " + MAX_VALUES);
    }
    if (value == null && statistics == null && values.isEmpty()) {
      throw invalid("A metric datum must have a value, values or statistic values");
    }
    return new MetricLog.Datum(
        namespace,
        fields.requiredText("MetricName"),
        fields.text("Unit"),
        dimensions(fields),
        fields.timestamp("Timestamp"),
        now,
        value,
        statistics,
        values,
        counts);
  }

  private static MetricLog.@Nullable Statistics statistics(Fields fields) {
    if (!fields.has("StatisticValues")) {
      return null;
    }
    Fields set = fields.object("StatisticValues");
    return new MetricLog.Statistics(
        required(set, "SampleCount"),
        required(set, "Sum"),
        required(set, "Minimum"),
        required(set, "Maximum"));
  }

  private static double required(Fields fields, String name) {
    Double value = fields.decimal(name);
    if (value == null) {
      throw Fields.missing(name);
    }
    return value;
  }

  static Map<String, String> dimensions(Fields fields) {
    List<Fields> list = fields.objects("Dimensions");
    if (list.size() > MAX_DIMENSIONS) {
      throw invalid("The collection Dimensions must not have a size greater than 30");
    }
    Map<String, String> dimensions = new LinkedHashMap<>();
    for (Fields dimension : list) {
      dimensions.put(dimension.requiredText("Name"), dimension.requiredText("Value"));
    }
    return Collections.unmodifiableMap(dimensions);
  }

  private static Refusal invalid(String text) {
    return new Refusal(400, "InvalidParameterValueException", text);
  }
}
