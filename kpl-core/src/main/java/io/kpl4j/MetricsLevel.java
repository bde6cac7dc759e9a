// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

/** How many metrics are published. A properties file spells them in lower case. */
public enum MetricsLevel {
  /** None. */
  NONE,
  /** The few that tell whether all is well. */
  SUMMARY,
  /** All. */
  DETAILED
}
