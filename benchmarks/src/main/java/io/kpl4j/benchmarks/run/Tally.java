// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/** Counts what was put and what became of it, and holds back who puts. Thread-safe. */
final class Tally {

  private static final int LATENCY_DIGITS = 3;
  private static final long LOOK_AGAIN_NANOS = 500_000;
  private static final long SELDOM_NANOS = 16_000_000;

  private final int maxOutstanding;
  private final AtomicLong claimed = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();
  private final Recorder latencies = new Recorder(LATENCY_DIGITS);
  private final Ack counting = new Counting();

  Tally(int maxOutstanding) {
    this.maxOutstanding = maxOutstanding;
  }

  /** Waits until so many more may be outstanding, and counts them as put. */
  void claim(int records) {
    long mine = claimed.addAndGet(records);
    long pauseNanos = LOOK_AGAIN_NANOS;
    while (mine - completed() > maxOutstanding) {
      // Where the endpoint is that slow, looking again must not be what is measured.
      LockSupport.parkNanos(pauseNanos);
      pauseNanos = Math.min(2 * pauseNanos, SELDOM_NANOS);
    }
  }

  /** For any record: only counts. */
  Ack counting() {
    return counting;
  }

  /** For one record: also notes how long it took since then. */
  Ack timed(long sinceNanos) {
    return new Timed(sinceNanos);
  }

  Recorder latencies() {
    return latencies;
  }

  long acknowledged() {
    return acknowledged.get();
  }

  void throwIfOneFailed() {
    @Nullable Throwable failure = firstFailure.get();
    if (failure != null) {
      throw new IllegalStateException(failed.get() + " records failed, the first by", failure);
    }
  }

  private long completed() {
    return acknowledged.get() + failed.get();
  }

  /** Waits until no more than that are outstanding, and fails after that long. */
  void awaitAtMost(int records, long timeoutNanos) {
    long start = System.nanoTime();
    while (claimed.get() - completed() > records) {
      if (System.nanoTime() - start > timeoutNanos) {
        throw new IllegalStateException(
            (claimed.get() - completed()) + " records have no outcome after the time for it");
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS / 5);
    }
  }

  private void count(@Nullable Throwable failure) {
    if (failure == null) {
      acknowledged.getAndIncrement();
    } else {
      firstFailure.compareAndSet(null, failure);
      failed.getAndIncrement();
    }
  }

  private final class Counting extends Ack {

    @Override
    public void accept(@Nullable Object result, @Nullable Throwable failure) {
      count(failure);
    }
  }

  private final class Timed extends Ack {

    private final long sinceNanos;

    Timed(long sinceNanos) {
      this.sinceNanos = sinceNanos;
    }

    @Override
    public void accept(@Nullable Object result, @Nullable Throwable failure) {
      latencies.recordValue(Math.max(0, System.nanoTime() - sinceNanos));
      count(failure);
    }
  }
}
