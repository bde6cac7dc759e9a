// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

/** What the values of a metric are, and so its unit. Immutable. */
enum Measure {
  /** Things that happen; their number is the sum. */
  EVENTS("Count"),
  /** Bytes that add up. */
  BYTES("Bytes"),
  /** Numbers of things, whose distribution is of interest. */
  SIZES("Count"),
  /** Sizes in bytes, whose distribution is of interest. */
  BYTE_SIZES("Bytes"),
  /** Times, recorded in nanoseconds. */
  TIMES("Milliseconds");

  private static final double NANOS_PER_MILLI = 1e6;

  private final String unit;

  Measure(String unit) {
    this.unit = unit;
  }

  /** As CloudWatch spells it. */
  String unit() {
    return unit;
  }

  /** A recorded value in the unit. */
  double inUnit(long value) {
    return this == TIMES ? value / NANOS_PER_MILLI : value;
  }
}
