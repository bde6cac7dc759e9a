// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.net.URI;
import java.time.Duration;

/** Makes targets that are not on every class path; found by {@code ServiceLoader}. */
public interface TargetFactory {

  /**
   * Builds a producer.
   *
   * @param endpoint where Kinesis is, with a certificate that nobody has signed
   * @param linger how long a record waits for company
   * @return the producer
   */
  Target create(URI endpoint, Duration linger);
}
