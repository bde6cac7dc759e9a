// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the holders that one flush waits for. Thread-safe: the loop adds holders, completion
 * threads take them off. It starts with one holder, the flush itself, which lets go when all are
 * marked.
 */
public final class FlushMark {

  private final AtomicInteger holders = new AtomicInteger(1);
  private final Runnable whenDone;

  /**
   * Creates a mark.
   *
   * @param whenDone run by whoever takes off the last holder; once, unless it throws
   */
  public FlushMark(Runnable whenDone) {
    this.whenDone = whenDone;
  }

  /** One holder more. Only while at least one holder is left. */
  public void hold() {
    holders.incrementAndGet();
  }

  /** One holder less. If this throws, say for want of memory, it is a holder still. */
  public void release() {
    if (holders.decrementAndGet() == 0) {
      try {
        whenDone.run();
      } catch (RuntimeException | Error fault) {
        holders.incrementAndGet();
        throw fault;
      }
    }
  }
}
