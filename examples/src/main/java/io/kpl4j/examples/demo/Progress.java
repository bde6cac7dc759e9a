// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Shows how far the run is, again and again, on a thread of its own: four times a second as a bar,
 * every three seconds as plain lines. The showing is confined to that thread.
 */
final class Progress implements AutoCloseable {

  private static final long BAR_NANOS = 250_000_000L;
  private static final long PLAIN_NANOS = 3_000_000_000L;

  /** A bar's rate is that of so many intervals. */
  private static final int BAR_INTERVALS = 8;

  private record Moment(long nanos, long records, long bytes) {}

  private final Screen screen;
  private final Supplier<Tally> tallies;
  private final Supplier<Double> share;
  private final Thread thread = new Thread(this::run, "demo-progress");
  private final Deque<Moment> moments = new ArrayDeque<>();
  private volatile boolean closed;

  private Progress(Screen screen, Supplier<Tally> tallies, Supplier<Double> share) {
    this.screen = screen;
    this.tallies = tallies;
    this.share = share;
    thread.setDaemon(true);
  }

  static Progress start(Screen screen, Supplier<Tally> tallies, Supplier<Double> share) {
    Progress progress = new Progress(screen, tallies, share);
    progress.moments.add(new Moment(System.nanoTime(), 0, 0));
    progress.thread.start();
    return progress;
  }

  private void run() {
    long interval = screen.isTerminal() ? BAR_NANOS : PLAIN_NANOS;
    long nextNanos = System.nanoTime() + interval;
    while (!closed) {
      LockSupport.parkNanos(nextNanos - System.nanoTime());
      if (!closed && System.nanoTime() >= nextNanos) {
        show();
        nextNanos += interval;
      }
    }
  }

  private void show() {
    Tally tally = tallies.get();
    ProgressLine.Rate rate = rate(tally);
    double done = share.get();
    if (screen.isTerminal()) {
      screen.bar(ProgressLine.bar(tally, rate, done, screen.width()));
    } else {
      screen.line(ProgressLine.plain(tally, rate, done));
    }
  }

  private ProgressLine.Rate rate(Tally tally) {
    Moment now = new Moment(System.nanoTime(), tally.records(), tally.bytes());
    Moment before = moments.getFirst();
    double seconds = Math.max(1, now.nanos - before.nanos) / 1e9;
    moments.add(now);
    if (moments.size() > (screen.isTerminal() ? BAR_INTERVALS : 1)) {
      moments.removeFirst();
    }
    return new ProgressLine.Rate(
        (now.records - before.records) / seconds, (now.bytes - before.bytes) / seconds);
  }

  /** Ends it and takes the bar away. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    screen.eraseBar();
  }
}
