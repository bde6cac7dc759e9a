// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

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

  Thread thread(String task, Runnable body) {
    Thread thread = new Thread(body, prefix + task);
    thread.setDaemon(true);
    return thread;
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
