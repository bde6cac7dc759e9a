// SPDX-License-Identifier: Apache-2.0
/**
 * Metrics of the producer. With this module on the class path a producer publishes to CloudWatch as
 * {@code MetricsLevel} and its neighbours say; {@link io.kpl4j.metrics.MicrometerEvents} binds it
 * to any other registry.
 */
@NullMarked
package io.kpl4j.metrics;

import org.jspecify.annotations.NullMarked;
