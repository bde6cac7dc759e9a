// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.RecordFailedException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the user's handler of records that were given up, on completion threads. Thread-safe. What
 * the handler throws is counted, and logged now and then; it has no other effect.
 */
final class FailureHook {

  private static final Logger LOG = LoggerFactory.getLogger(FailureHook.class);

  private final @Nullable Consumer<? super RecordFailedException> handler;
  private final RareWarning warning;
  private final AtomicLong faults = new AtomicLong();

  /**
   * Creates a hook.
   *
   * @param handler the user's, or null for none
   * @param clock for the log
   */
  FailureHook(@Nullable Consumer<? super RecordFailedException> handler, MonotonicClock clock) {
    this.handler = handler;
    this.warning =
        new RareWarning(LOG, clock, "A failed record was not handled: the failure handler threw");
  }

  /** A hook that nobody listens to. */
  static FailureHook none() {
    return new FailureHook(null, () -> 0);
  }

  /** Whether there is a handler. */
  boolean present() {
    return handler != null;
  }

  /** Tells the handler. Throws nothing. */
  void tell(RecordFailedException failure) {
    try {
      if (handler != null) {
        handler.accept(failure);
      }
    } catch (Throwable fault) {
      untold(fault);
    }
  }

  /** A failure did not reach the handler, or was too much for it. */
  void untold(Throwable fault) {
    faults.incrementAndGet();
    warning.warn(fault);
  }

  /** How many failures the handler did not take. */
  long faults() {
    return faults.get();
  }
}
