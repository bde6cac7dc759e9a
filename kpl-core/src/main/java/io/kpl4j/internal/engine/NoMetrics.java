// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.MetricWindow;
import io.kpl4j.ProducerMetrics;
import java.time.Duration;
import java.util.List;

/** Has no metrics, as nobody keeps any. Immutable. */
enum NoMetrics implements ProducerMetrics {
  INSTANCE;

  @Override
  public List<MetricWindow> last(Duration window) {
    return List.of();
  }

  @Override
  public List<MetricWindow> sinceStart() {
    return List.of();
  }
}
