// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where futures complete unless the user passed an executor: one thread, and while callbacks block
 * it others in its place, so that a callback that never returns holds up no results but its own.
 * Thread-safe, but for {@link #relieve}.
 */
final class CompletionPool extends ThreadPoolExecutor {

  private static final Logger LOG = LoggerFactory.getLogger(CompletionPool.class);

  /** With so many blocked, a further one would change little, and each has a stack. */
  static final int MOST_THREADS = 16;

  private long completedBefore = -1;
  private boolean warned;

  CompletionPool(ThreadFactory threads) {
    super(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
  }

  /**
   * Adds a thread if all are busy with what they had at the last call while more waits; lets those
   * go that are not needed any more. The loop calls it now and then while results wait.
   */
  void relieve() {
    long completed = getCompletedTaskCount();
    boolean stands = completed == completedBefore && !getQueue().isEmpty();
    completedBefore = completed;
    int threads = getCorePoolSize();
    if (stands && threads < MOST_THREADS) {
      if (!warned) {
        warned = true;
        LOG.warn(
            "A callback blocks the thread that completes futures; others, {} at most, go on in its"
                + " place. A callback that waits should run elsewhere: use the Async variants of"
                + " CompletableFuture, or pass an executor of your own",
            MOST_THREADS);
      }
      setMaximumPoolSize(threads + 1);
      setCorePoolSize(threads + 1);
      return;
    }
    int needed = getActiveCount() + 1;
    if (!stands && needed < threads) {
      setCorePoolSize(needed);
      setMaximumPoolSize(needed);
    }
  }
}
