// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes every figure of every run as it was measured. Stateless. */
final class RawJson {

  private RawJson() {}

  static void write(Results results, Path file) throws IOException {
    try (JsonGenerator json =
        new JsonFactory()
            .createGenerator(file.toFile(), JsonEncoding.UTF8)
            .useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeObjectFieldStart("about");
      for (Map.Entry<String, String> fact : results.about().facts().entrySet()) {
        json.writeStringField(fact.getKey(), fact.getValue());
      }
      json.writeEndObject();
      json.writeObjectFieldStart("calibration");
      for (Map.Entry<String, List<Double>> figure : results.calibration().figures().entrySet()) {
        double[] values = figure.getValue().stream().mapToDouble(Double::doubleValue).toArray();
        json.writeFieldName(figure.getKey());
        json.writeArray(values, 0, values.length);
      }
      json.writeEndObject();
      json.writeArrayFieldStart("runs");
      for (Workload workload : results.workloads()) {
        for (Contender contender : results.contenders(workload)) {
          for (Measured measured : results.of(workload, contender)) {
            run(workload, contender, measured, json);
          }
        }
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void run(
      Workload workload, Contender contender, Measured measured, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("workload", workload.id());
    json.writeStringField("producer", contender.id());
    for (Map.Entry<String, Double> figure : measured.figures().entrySet()) {
      json.writeNumberField(figure.getKey(), figure.getValue());
    }
    json.writeObjectFieldStart("latencyMillisByPercent");
    for (Map.Entry<Double, Double> each : measured.latencies().entrySet()) {
      json.writeNumberField(each.getKey().toString(), each.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("memoryBySecondsOwnChildrenMebibytes");
    for (Measured.Memory sample : measured.memory()) {
      json.writeArray(
          new double[] {sample.seconds(), sample.ownMebibytes(), sample.childrenMebibytes()}, 0, 3);
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
