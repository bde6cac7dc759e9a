// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import java.util.List;

/**
 * Records could not be put to a stream just now: it does not exist, the credentials are not
 * accepted or lack {@code kinesis:PutRecords}, or the service cannot be reached. Immutable.
 */
public final class WarmUpFailedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  /**
   * Creates the exception.
   *
   * @param problems each a text that names the stream and what is wrong with it; at least one
   */
  public WarmUpFailedException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** {@return what is wrong, each as a text that names the stream} */
  public List<String> problems() {
    return problems;
  }
}
