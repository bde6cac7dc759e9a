// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

/**
 * Whether the client was sent the reply that tells what became of a put. One for all records of a
 * call. Thread-safe.
 */
public final class Receipt {

  private volatile boolean given;

  /** The whole reply is about to leave, and says what is so. */
  public void give() {
    given = true;
  }

  /** It has not left after all. */
  public void takeBack() {
    given = false;
  }

  /** Whether it has left. */
  public boolean isGiven() {
    return given;
  }
}
