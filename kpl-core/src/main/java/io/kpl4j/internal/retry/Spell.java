// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.retry;

/**
 * For how long one fault has gone on without a success. Confined to the loop.
 *
 * <p>A fault after a time of nothing that is longer than the patience with it is a new one.
 */
final class Spell {

  private final long patienceNanos;
  private boolean begun;
  private long sinceNanos;
  private long lastNanos;

  /**
   * Creates a spell that has not begun.
   *
   * @param patienceNanos how long the fault is borne
   */
  Spell(long patienceNanos) {
    this.patienceNanos = patienceNanos;
  }

  /** The fault was met. */
  void met(long nowNanos) {
    if (!begun || nowNanos - lastNanos > patienceNanos) {
      sinceNanos = nowNanos;
    }
    begun = true;
    lastNanos = nowNanos;
  }

  /**
   * The fault is over.
   *
   * @return whether there was one
   */
  boolean end() {
    boolean was = begun;
    begun = false;
    return was;
  }

  /** Whether the fault has gone on for longer than it is borne. */
  boolean outlasted(long nowNanos) {
    return begun && nowNanos - sinceNanos > patienceNanos;
  }
}
