// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task that is run again and again whatever it throws: a scheduler would silently give it up. It
 * says so once a minute at most. Run by one thread at a time.
 */
final class Repeated implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Repeated.class);
  private static final long QUIET_NANOS = 60_000_000_000L;

  private final String name;
  private final Runnable task;
  private final Logger log;
  private final LongSupplier nanoClock;
  private boolean warned;
  private long warnedNanos;
  private long leftOut;

  Repeated(String name, Runnable task) {
    this(name, task, LOG, System::nanoTime);
  }

  Repeated(String name, Runnable task, Logger log, LongSupplier nanoClock) {
    this.name = name;
    this.task = task;
    this.log = log;
    this.nanoClock = nanoClock;
  }

  @Override
  public void run() {
    try {
      task.run();
    } catch (RuntimeException | Error fault) {
      say(fault);
    }
  }

  private void say(Throwable fault) {
    long now = nanoClock.getAsLong();
    if (warned && now - warnedNanos < QUIET_NANOS) {
      leftOut++;
      return;
    }
    warned = true;
    warnedNanos = now;
    try {
      log.warn(
          "{} failed, and is tried again next time ({} more not logged)", name, leftOut, fault);
      leftOut = 0;
    } catch (RuntimeException | Error unspeakable) {
      // No memory even to say it; the next run matters more.
    }
  }
}
