// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

/** The finest dimension of the published metrics. A properties file spells them in lower case. */
public enum MetricsGranularity {
  /** One series a metric. */
  GLOBAL,
  /** One series a metric and stream. */
  STREAM,
  /** One series a metric, stream and shard, which CloudWatch bills one by one. */
  SHARD
}
