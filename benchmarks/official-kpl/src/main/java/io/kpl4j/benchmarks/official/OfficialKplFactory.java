// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.official;

import io.kpl4j.benchmarks.run.Target;
import io.kpl4j.benchmarks.run.TargetFactory;
import java.net.URI;
import java.time.Duration;

/** Makes the target. Stateless. */
public final class OfficialKplFactory implements TargetFactory {

  /** Creates what {@code ServiceLoader} asks for. */
  public OfficialKplFactory() {}

  @Override
  public Target create(URI endpoint, Duration linger) {
    return OfficialKpl.create(endpoint, linger);
  }
}
