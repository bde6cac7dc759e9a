// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import java.time.Duration;

/**
 * Narrows down what a fault meets: calls or connections. Immutable: each method answers a new one.
 *
 * @param <T> what is narrowed down
 */
public abstract sealed class Occasions<T extends Occasions<T>>
    permits FaultyCalls, FaultyConnections {

  private final Occasion occasion;

  Occasions(Occasion occasion) {
    this.occasion = occasion;
  }

  abstract T at(Occasion narrowed);

  final Fault then(Fault.Effect effect) {
    return new Fault(occasion, effect);
  }

  /**
   * Lets this many pass first; 0 unless set.
   *
   * @param count how many
   * @return the narrowed occasions
   */
  public final T after(long count) {
    return at(occasion.withAfter(atLeast(0, count)));
  }

  /**
   * Counts nothing until this long after it was added, by the server's clock; 0 unless set.
   *
   * @param time how long
   * @return the narrowed occasions
   */
  public final T after(Duration time) {
    return at(occasion.withQuiet(notNegative(time)));
  }

  /**
   * Meets this many, one after the other; 1 unless set.
   *
   * @param count how many
   * @return the narrowed occasions
   */
  public final T times(long count) {
    return at(occasion.withTimes(atLeast(1, count)));
  }

  /**
   * Meets all from then on.
   *
   * @return the narrowed occasions
   */
  public final T always() {
    return at(occasion.withTimes(Long.MAX_VALUE));
  }

  /**
   * Meets all for this long, by the server's clock, from the first one that it meets on.
   *
   * @param time how long
   * @return the narrowed occasions
   */
  public final T lasting(Duration time) {
    return at(occasion.withTimes(Long.MAX_VALUE).withLasting(notNegative(time)));
  }

  /**
   * Acts on each that it meets only by chance; certain unless set.
   *
   * @param probability from 0 to 1
   * @return the narrowed occasions
   */
  public final T withChance(double probability) {
    return at(occasion.withChance(checkedProbability(probability)));
  }

  /**
   * Seeds the chances of this fault; the same seed gives the same run.
   *
   * @param value the seed; 1 unless set
   * @return the narrowed occasions
   */
  public final T seed(long value) {
    return at(occasion.withSeed(value));
  }

  static double checkedProbability(double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("a probability is within 0 and 1, not " + probability);
    }
    return probability;
  }

  private static long atLeast(long least, long count) {
    if (count < least) {
      throw new IllegalArgumentException("at least " + least + ", not " + count);
    }
    return count;
  }

  private static Duration notNegative(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("a negative time: " + time);
    }
    return time;
  }
}
