// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

import io.kpl4j.testkit.internal.operation.MetricLog.Statistics;
import io.kpl4j.testkit.internal.stream.Refusal;
import io.kpl4j.testkit.internal.wire.Fields;
import io.kpl4j.testkit.internal.wire.ReplyWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sums up the data of one metric, period by period and unit by unit. Thread-safe. Percentiles are
 * not served.
 */
final class GetMetricStatistics implements Operation {

  private static final int MAX_POINTS = 1_440;

  private final MetricLog log;

  GetMetricStatistics(MetricLog log) {
    this.log = log;
  }

  /** What is asked for. */
  private record Query(
      Fields request, Map<String, String> dimensions, Instant start, Instant end, int period) {

    static Query of(Fields request) {
      Instant start = moment(request, "StartTime");
      Instant end = moment(request, "EndTime");
      if (!request.has("Period")) {
        throw Fields.missing("Period");
      }
      int period = request.number("Period", 0);
      if (period < 1) {
        throw new Refusal(400, "InvalidParameterValue", "Period must be at least 1");
      }
      if (!start.isBefore(end)) {
        throw combination("StartTime must be before EndTime");
      }
      if ((end.getEpochSecond() - start.getEpochSecond()) / period > MAX_POINTS) {
        throw combination("More than " + MAX_POINTS + " data points are asked for");
      }
      return new Query(request, PutMetricData.dimensions(request), start, end, period);
    }

    private static Instant moment(Fields request, String name) {
      Instant moment = request.timestamp(name);
      if (moment == null) {
        throw Fields.missing(name);
      }
      return moment;
    }

    boolean holds(MetricLog.Datum datum) {
      String unit = request.text("Unit");
      return datum.namespace().equals(request.requiredText("Namespace"))
          && datum.name().equals(request.requiredText("MetricName"))
          && datum.dimensions().equals(dimensions)
          && (unit == null || unit.equals(unitOf(datum)))
          && periodOf(datum) >= start.getEpochSecond() / period * period
          && datum.time().isBefore(end);
    }

    long periodOf(MetricLog.Datum datum) {
      return Math.floorDiv(datum.time().getEpochSecond(), period) * (long) period;
    }
  }

  private record Place(long epochSecond, String unit) {}

  @Override
  public void answer(Call call, ReplyWriter reply) throws IOException {
    Fields request = call.fields();
    List<String> wanted = request.texts("Statistics");
    if (wanted.isEmpty()) {
      throw combination("Statistics must be given; ExtendedStatistics are not served");
    }
    reply.text("Label", request.requiredText("MetricName"));
    reply.openList("Datapoints");
    for (Map.Entry<Place, Statistics> point : points(Query.of(request)).entrySet()) {
      write(point.getKey(), point.getValue(), wanted, reply);
    }
    reply.endList();
  }

  private Map<Place, Statistics> points(Query query) {
    Comparator<Place> order = Comparator.comparing(Place::epochSecond);
    Map<Place, Statistics> points = new TreeMap<>(order.thenComparing(Place::unit));
    log.all().stream()
        .filter(query::holds)
        .forEach(
            datum ->
                points.merge(
                    new Place(query.periodOf(datum), unitOf(datum)),
                    datum.summary(),
                    Statistics::plus));
    return points;
  }

  private static String unitOf(MetricLog.Datum datum) {
    String unit = datum.unit();
    return unit == null ? "None" : unit;
  }

  private static void write(
      Place place, Statistics statistics, List<String> wanted, ReplyWriter reply)
      throws IOException {
    reply.open();
    reply.timestamp("Timestamp", Instant.ofEpochSecond(place.epochSecond()));
    for (String name : wanted) {
      reply.decimal(
          name,
          switch (name) {
            case "SampleCount" -> statistics.sampleCount();
            case "Sum" -> statistics.sum();
            case "Average" -> statistics.sum() / statistics.sampleCount();
            case "Minimum" -> statistics.minimum();
            case "Maximum" -> statistics.maximum();
            default -> throw new Refusal(400, "InvalidParameterValue", "no statistic " + name);
          });
    }
    reply.text("Unit", place.unit());
    reply.end();
  }

  private static Refusal combination(String text) {
    return new Refusal(400, "InvalidParameterCombination", text);
  }
}
