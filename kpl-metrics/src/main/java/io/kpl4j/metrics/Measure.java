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
  TIMES("Milliseconds"),
  /** How many there are at a moment. */
  LEVEL("Count"),
  /** A share at a moment, recorded as a part of one. */
  SHARE("Percent");

  private static final double NANOS_PER_MILLI = 1e6;

  private final String unit;

  Measure(String unit) {
    this.unit = unit;
  }

  /** As CloudWatch spells it. */
  String unit() {
    return unit;
  }

  /** Whether its spread is of interest, and not its sum alone. */
  boolean isDistribution() {
    return this == SIZES || this == BYTE_SIZES || this == TIMES;
  }

  /** A recorded value in the unit. */
  double inUnit(double value) {
    return switch (this) {
      case TIMES -> value / NANOS_PER_MILLI;
      case SHARE -> value * 100;
      default -> value;
    };
  }
}
