// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The project's own files, wherever the tests run; stateless. */
final class ProjectFiles {

  private ProjectFiles() {}

  /** The build runs tests in the module's folder, an IDE perhaps in the project's. */
  static Optional<Path> find(String pathFromTheTop) {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path file = folder.resolve(pathFromTheTop);
      if (Files.exists(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }
}
