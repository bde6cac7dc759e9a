// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

import io.kpl4j.testkit.internal.stream.Refusal;
import io.kpl4j.testkit.internal.wire.Fields;
import io.kpl4j.testkit.internal.wire.ReplyWriter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lists the metrics that came, 500 a page, in order of their first arrival. Thread-safe. */
final class ListMetrics implements Operation {

  private static final int PAGE = 500;

  private final MetricLog log;

  ListMetrics(MetricLog log) {
    this.log = log;
  }

  private record Metric(String namespace, String name, Map<String, String> dimensions) {}

  @Override
  public void answer(Call call, ReplyWriter reply) throws IOException {
    Fields request = call.fields();
    List<Metric> metrics =
        log.all().stream()
            .map(datum -> new Metric(datum.namespace(), datum.name(), datum.dimensions()))
            .distinct()
            .filter(metric -> matches(metric, request))
            .toList();
    int start = start(request.text("NextToken"), metrics.size());
    int end = Math.min(start + PAGE, metrics.size());
    reply.openList("Metrics");
    for (Metric metric : metrics.subList(start, end)) {
      write(metric, reply);
    }
    reply.endList();
    if (end < metrics.size()) {
      reply.text("NextToken", Token.of(Integer.toString(end)).write());
    }
  }

  private static int start(@Nullable String nextToken, int count) {
    if (nextToken == null) {
      return 0;
    }
    Token token = Token.read(nextToken);
    if (token == null || token.number(0) < 0) {
      throw new Refusal(400, "InvalidParameterValue", "The token is invalid.");
    }
    return (int) Math.min(token.number(0), count);
  }

  private static boolean matches(Metric metric, Fields request) {
    return isOrAbsent(request.text("Namespace"), metric.namespace())
        && isOrAbsent(request.text("MetricName"), metric.name())
        && request.objects("Dimensions").stream()
            .allMatch(filter -> matches(metric.dimensions(), filter));
  }

  private static boolean matches(Map<String, String> dimensions, Fields filter) {
    String value = dimensions.get(filter.requiredText("Name"));
    return value != null && isOrAbsent(filter.text("Value"), value);
  }

  private static boolean isOrAbsent(@Nullable String wanted, String value) {
    return wanted == null || wanted.equals(value);
  }

  private static void write(Metric metric, ReplyWriter reply) throws IOException {
    reply.open();
    reply.text("Namespace", metric.namespace());
    reply.text("MetricName", metric.name());
    reply.openList("Dimensions");
    for (Map.Entry<String, String> dimension : metric.dimensions().entrySet()) {
      reply.open();
      reply.text("Name", dimension.getKey());
      reply.text("Value", dimension.getValue());
      reply.end();
    }
    reply.endList();
    reply.end();
  }
}
