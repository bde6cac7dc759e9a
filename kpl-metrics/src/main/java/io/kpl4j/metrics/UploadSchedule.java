// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads at a fixed rate on a thread of its own, and a last time when it is closed. Thread-safe.
 */
final class UploadSchedule {

  private static final Logger LOG = LoggerFactory.getLogger(UploadSchedule.class);

  private final Runnable upload;
  private final ScheduledThreadPoolExecutor thread;

  UploadSchedule(Runnable upload, ThreadFactory threads) {
    this.upload = new Repeated("The upload of metrics", upload);
    this.thread = new ScheduledThreadPoolExecutor(1, threads);
  }

  /**
   * Begins.
   *
   * @param first until the first upload; a random part of the period, so that producers that were
   *     started together do not upload together
   */
  void start(Duration first, Duration period) {
    var unused = thread.scheduleAtFixedRate(upload, first.toNanos(), period.toNanos(), NANOSECONDS);
  }

  /** Uploads what is left, and gives up when the time is over. Nothing the second time. */
  void close(Duration limit) {
    if (thread.isShutdown()) {
      return;
    }
    // An upload under way comes first; of what was planned only this one is still run.
    thread.execute(upload);
    thread.shutdown();
    try {
      if (!thread.awaitTermination(limit.toNanos(), NANOSECONDS)) {
        LOG.warn("The last metrics could not be published within {} ms", limit.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      thread.shutdownNow();
    }
  }
}
