// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import java.time.Duration;

/**
 * When a fault acts. Immutable.
 *
 * @param what an operation, {@link Fault#ANY_OPERATION} or connections
 * @param quiet how long it counts nothing after it was added
 * @param after how many it lets pass then
 * @param times how many it meets then
 * @param lasting how long it meets any, from the first one on
 * @param chance with what probability it acts on one that it meets
 * @param seed the seed of its chances
 */
record Occasion(
    String what,
    Duration quiet,
    long after,
    long times,
    Duration lasting,
    double chance,
    long seed) {

  // A hundred years: longer than any test, and no overflow when it is added to a moment.
  private static final Duration EVER = Duration.ofDays(36_500);

  static Occasion first(String what) {
    return new Occasion(what, Duration.ZERO, 0, 1, EVER, 1.0, 1);
  }

  Occasion withQuiet(Duration value) {
    return new Occasion(what, value, after, times, lasting, chance, seed);
  }

  Occasion withAfter(long value) {
    return new Occasion(what, quiet, value, times, lasting, chance, seed);
  }

  Occasion withTimes(long value) {
    return new Occasion(what, quiet, after, value, lasting, chance, seed);
  }

  Occasion withLasting(Duration value) {
    return new Occasion(what, quiet, after, times, value, chance, seed);
  }

  Occasion withChance(double value) {
    return new Occasion(what, quiet, after, times, lasting, value, seed);
  }

  Occasion withSeed(long value) {
    return new Occasion(what, quiet, after, times, lasting, chance, value);
  }
}
