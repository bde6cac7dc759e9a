// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes all threads of one producer: daemons, named after it and their task. Thread-safe. Their
 * number does not depend on streams, shards or requests.
 */
final class ProducerThreads {

  private static final AtomicInteger PRODUCERS = new AtomicInteger();

  private final String prefix = "kpl4j-" + PRODUCERS.incrementAndGet() + "-";

  /** Those that end with the producer. */
  private final Queue<Thread> made = new ConcurrentLinkedQueue<>();

  Thread thread(String task, Runnable body) {
    Thread thread = daemon(task, body);
    // A pool replaces a thread that died; the dead are not kept.
    made.removeIf(old -> old.getState() == Thread.State.TERMINATED);
    made.add(thread);
    return thread;
  }

  /** A thread that the virtual machine starts when it shuts down; it waits for the others. */
  Thread atShutdown(Runnable body) {
    return daemon("shutdown", body);
  }

  private Thread daemon(String task, Runnable body) {
    Thread thread = new Thread(body, prefix + task);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Waits until the threads are gone: an executor that has ended still has threads that are about
   * to, and the last resort's stays for a moment.
   *
   * @param atMost in all; a user's callback may block a thread for longer
   * @throws InterruptedException if the caller is interrupted while it waits
   */
  void join(Duration atMost) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + atMost.toNanos();
    for (Thread thread : made) {
      if (thread != Thread.currentThread()) {
        TimeUnit.NANOSECONDS.timedJoin(thread, deadlineNanos - System.nanoTime());
      }
    }
  }

  /** Makes numbered threads for a task. */
  ThreadFactory factory(String task) {
    AtomicInteger made = new AtomicInteger();
    return body -> thread(task + "-" + made.incrementAndGet(), body);
  }

  /** A pool with a fixed number of threads. */
  ExecutorService pool(String task, int threads) {
    return new ThreadPoolExecutor(
        threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory(task));
  }

  /**
   * One thread that exists only while it has something to do, for what a user's executor does not
   * take. It never rejects: after the shutdown of all it is a thread for the task.
   */
  Executor lastResort() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            20,
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            body -> thread("last-resort", body));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
