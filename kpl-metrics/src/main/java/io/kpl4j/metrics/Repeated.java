// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task that is run again and again whatever it throws: a scheduler would silently give it up. As
 * thread-safe as the task.
 */
record Repeated(String name, Runnable task) implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Repeated.class);

  @Override
  public void run() {
    try {
      task.run();
    } catch (RuntimeException | Error fault) {
      say(fault);
    }
  }

  private void say(Throwable fault) {
    try {
      LOG.warn("{} failed, and is tried again next time", name, fault);
    } catch (RuntimeException | Error unspeakable) {
      // No memory even to say it; the next run matters more.
    }
  }
}
