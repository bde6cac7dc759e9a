// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples;

import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.testkit.KinesisTestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** What the examples are run with in tests: an embedded endpoint, named by a properties file. */
final class Examples {

  private Examples() {}

  /** Writes the file that an example takes, with lines of the test's own. */
  static String propertiesFile(Path folder, KinesisTestServer server, String... more)
      throws IOException {
    List<String> lines = new ArrayList<>(lines(server));
    lines.addAll(List.of(more));
    return Files.write(folder.resolve("producer.properties"), lines).toString();
  }

  static KinesisProducer producer(KinesisTestServer server) {
    Properties properties = new Properties();
    for (String line : lines(server)) {
      String[] parts = line.split("=", 2);
      properties.setProperty(parts[0], parts[1]);
    }
    return KinesisProducer.builder()
        .config(KinesisProducerConfig.fromProperties(properties))
        .build();
  }

  private static List<String> lines(KinesisTestServer server) {
    return List.of(
        "KinesisEndpoint=" + server.endpoint(), "Region=eu-central-1", "MetricsLevel=none");
  }
}
