// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The endpoints of all runs, each started when it is first needed. Confined to one thread. */
final class Endpoints implements AutoCloseable {

  private final Path home;
  private final ClassPaths classPaths;
  private @Nullable Endpoint testkit;
  private @Nullable Endpoint localStack;

  Endpoints(Path home, ClassPaths classPaths) {
    this.home = home;
    this.classPaths = classPaths;
  }

  /** What a workload is for. */
  Endpoint of(Workload workload) {
    return workload.isForLocalStack() ? startLocalStack() : testkit();
  }

  /** The fast one. */
  Endpoint testkit() {
    if (testkit == null) {
      testkit = TestkitEndpoint.start(classPaths.ofEndpoint());
    }
    return testkit;
  }

  boolean hasLocalStack() {
    return localStack != null;
  }

  /**
   * The slow one.
   *
   * @throws IllegalStateException if it cannot be had here
   */
  Endpoint startLocalStack() {
    if (localStack == null) {
      localStack = LocalStackEndpoint.start(home);
    }
    return localStack;
  }

  @Override
  public void close() {
    try {
      close(testkit);
    } finally {
      close(localStack);
    }
  }

  private static void close(@Nullable Endpoint endpoint) {
    if (endpoint != null) {
      endpoint.close();
    }
  }
}
