// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import java.time.Duration;
import java.util.Map;

/** The values of one metric over a time. Immutable. */
public interface MetricWindow {

  /** {@return the metric's name, as {@code docs/metrics.md} lists it} */
  String name();

  /** {@return the unit, as CloudWatch spells it: Count, Bytes, Milliseconds or Percent} */
  String unit();

  /** {@return what tells it from others of the same name, such as {@code StreamName}; in order} */
  Map<String, String> dimensions();

  /** {@return how long the time was; the sum over it is a rate} */
  Duration duration();

  /** {@return how many values there were, at least 1} */
  long sampleCount();

  /** {@return their sum} */
  double sum();

  /** {@return the least} */
  double minimum();

  /** {@return the greatest} */
  double maximum();

  /** {@return their mean} */
  default double mean() {
    return sum() / sampleCount();
  }
}
