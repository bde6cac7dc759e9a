// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

/** The command line is wrong, as the message says. */
final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}
