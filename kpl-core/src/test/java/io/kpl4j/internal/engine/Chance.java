// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import java.util.SplittableRandom;

/** Draws what a random run consists of; all of it follows from the seed. Confined to one run. */
final class Chance {

  private final SplittableRandom random;

  Chance(long seed) {
    this.random = new SplittableRandom(seed ^ 0x5DEECE66DL);
  }

  /** True in so many cases of a hundred. */
  boolean percent(int percent) {
    return random.nextInt(100) < percent;
  }

  @SafeVarargs
  final <T> T any(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  long below(long bound) {
    return random.nextLong(bound);
  }

  long anyLong() {
    return random.nextLong();
  }
}
