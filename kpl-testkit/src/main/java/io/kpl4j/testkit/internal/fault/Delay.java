// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.fault;

import java.time.Duration;
import java.util.SplittableRandom;

/** How long replies are held back: a time between two, drawn anew for each. Thread-safe. */
public final class Delay {

  private final long leastNanos;
  private final long mostNanos;
  private final SplittableRandom random;

  private Delay(long leastNanos, long mostNanos, SplittableRandom random) {
    this.leastNanos = leastNanos;
    this.mostNanos = mostNanos;
    this.random = random;
  }

  /** Delays from the least to the greatest, each as likely as any other. */
  public static Delay between(Duration least, Duration most, SplittableRandom random) {
    check(least, most);
    return new Delay(least.toNanos(), most.toNanos(), random);
  }

  /** Refuses bounds that leave nothing between them. */
  public static void check(Duration least, Duration most) {
    if (least.isNegative() || least.compareTo(most) > 0) {
      throw new IllegalArgumentException("no delay is within " + least + " and " + most);
    }
  }

  /** Draws the next one. */
  public synchronized long nextNanos() {
    return leastNanos == mostNanos ? leastNanos : random.nextLong(leastNanos, mostNanos + 1);
  }
}
