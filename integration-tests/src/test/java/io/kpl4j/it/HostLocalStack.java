// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import java.nio.file.Files;
import java.nio.file.Path;

/** The LocalStack that {@code dev/localstack} runs beside the build; stateless. */
final class HostLocalStack {

  private HostLocalStack() {}

  /** The endpoint, or why there is none. */
  static Command.Outcome endpoint() {
    // The build runs tests in the module's folder, an IDE perhaps in the project's.
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path script = folder.resolve("dev/localstack");
      if (Files.isExecutable(script)) {
        return Command.run(script.toString(), "endpoint");
      }
    }
    return new Command.Outcome(false, "no dev/localstack above the working directory");
  }
}
