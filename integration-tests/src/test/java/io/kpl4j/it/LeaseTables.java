// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A DynamoDB for the KCL's leases, which {@code dev/localstack} runs as long as it is wanted. */
final class LeaseTables implements AutoCloseable {

  private final Child process;
  private final String endpoint;

  private LeaseTables(Child process, String endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  /** Skips the test if there is none to be had, but where {@code CI=true} it fails. */
  static LeaseTables start(Path logs) throws IOException, InterruptedException {
    Path script = HostLocalStack.script().orElse(Path.of("dev/localstack"));
    Child process = Child.start(logs, List.of(script.toString(), "dynamodb"));
    try {
      return new LeaseTables(process, process.awaitLine(line -> line.startsWith("http://")));
    } catch (AssertionError none) {
      process.close();
      if ("true".equals(System.getenv("CI"))) {
        throw none;
      }
      return Assumptions.abort("no DynamoDB for the leases: " + none.getMessage());
    }
  }

  String endpoint() {
    return endpoint;
  }

  @Override
  public void close() {
    process.close();
  }
}
