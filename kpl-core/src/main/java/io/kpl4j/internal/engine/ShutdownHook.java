// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes one producer when the virtual machine shuts down, if that was asked for. Thread-safe. It
 * is taken out when the producer has ended, or the virtual machine would keep every closed
 * producer.
 */
final class ShutdownHook {

  private static final Logger LOG = LoggerFactory.getLogger(ShutdownHook.class);

  private final ProducerThreads threads;
  private @Nullable Thread registered;

  /**
   * Creates a hook that is not registered.
   *
   * @param threads makes its thread
   */
  ShutdownHook(ProducerThreads threads) {
    this.threads = threads;
  }

  /**
   * Registers it.
   *
   * @param close closes the producer and waits for its end
   */
  synchronized void add(Runnable close) {
    Thread thread = threads.atShutdown(close);
    try {
      Runtime.getRuntime().addShutdownHook(thread);
      registered = thread;
    } catch (IllegalStateException shutsDown) {
      LOG.warn(
          "The virtual machine shuts down already: this producer has to be closed by who built it");
    }
  }

  /** Takes it out, if it is in and does not run. */
  synchronized void remove() {
    Thread thread = registered;
    registered = null;
    if (thread == null) {
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException shutsDown) {
      // The virtual machine ends, and has no more use for it.
    }
  }
}
