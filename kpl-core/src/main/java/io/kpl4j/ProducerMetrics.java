// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import java.time.Duration;
import java.util.List;

/**
 * The metrics of one producer as it has them itself, whether or not they are uploaded. Thread-safe.
 *
 * <p>There is one window for each metric and each combination of dimensions that {@code
 * MetricsLevel} and {@code MetricsGranularity} ask for, and that had a value. Nothing is kept with
 * the level {@code none}, and without {@code kpl-metrics}.
 */
public interface ProducerMetrics {

  /**
   * Returns the values of the last seconds: of the running second and of those before it. Uploads
   * have no influence.
   *
   * @param window 1 to 60 s, in whole seconds
   * @return the windows, which may be empty
   * @throws IllegalArgumentException if the window is not allowed
   */
  List<MetricWindow> last(Duration window);

  /**
   * {@return the values since the metric had its first one; of a shard or stream that is no more,
   * they count for what it belonged to}
   */
  List<MetricWindow> sinceStart();
}
