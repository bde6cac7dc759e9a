// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

/** The producer's own time in nanoseconds: never runs back, starts above zero. Thread-safe. */
@FunctionalInterface
interface MonotonicClock {

  /** The time. */
  long nanos();

  /** A clock that starts now, at one. */
  static MonotonicClock system() {
    long origin = System.nanoTime() - 1;
    return () -> System.nanoTime() - origin;
  }
}
