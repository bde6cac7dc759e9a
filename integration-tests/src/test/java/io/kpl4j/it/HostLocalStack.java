// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import java.nio.file.Path;
import java.util.Optional;

/** The LocalStack that {@code dev/localstack} runs beside the build; stateless. */
final class HostLocalStack {

  private HostLocalStack() {}

  /** What starts and stops it. */
  static Optional<Path> script() {
    return ProjectFiles.find("dev/localstack");
  }

  /** The endpoint, or why there is none. */
  static Command.Outcome endpoint() {
    return script()
        .map(script -> Command.run(script.toString(), "endpoint"))
        .orElseGet(
            () -> new Command.Outcome(false, "no dev/localstack above the working directory"));
  }
}
