// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;

/** Asks how much CPU was used, in nanoseconds. Stateless. */
final class CpuTime {

  /** As the producer names its threads. */
  private static final String PRODUCER_THREADS = "kpl4j-";

  private CpuTime() {}

  /** Of this process. */
  static long ofProcessNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** Of the producer's threads that live, and of the calling one, which puts. */
  static long ofProducerNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long nanos = threads.getCurrentThreadCpuTime();
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().startsWith(PRODUCER_THREADS)) {
        nanos += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
      }
    }
    return nanos;
  }
}
