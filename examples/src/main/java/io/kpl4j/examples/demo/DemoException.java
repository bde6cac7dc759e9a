// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import org.jspecify.annotations.Nullable;

/** What ends the demo early, in words for whoever started it. Immutable. */
final class DemoException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Something went wrong on the way. */
  static final int FAILED = 1;

  /** The command line, or a file that it names, is not right. */
  static final int WRONG_USAGE = 2;

  private final int exitCode;

  private DemoException(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  static DemoException failed(String message, @Nullable Throwable cause) {
    return new DemoException(FAILED, message, cause);
  }

  static DemoException wrongUsage(String message) {
    return wrongUsage(message, null);
  }

  static DemoException wrongUsage(String message, @Nullable Throwable cause) {
    return new DemoException(WRONG_USAGE, message, cause);
  }

  int exitCode() {
    return exitCode;
  }
}
