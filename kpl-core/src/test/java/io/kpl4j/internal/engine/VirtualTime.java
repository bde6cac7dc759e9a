// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Time that passes from event to event; events of one moment run in the order they were set. */
final class VirtualTime {

  static final long MILLI = 1_000_000L;
  static final long SECOND = 1_000_000_000L;

  private record Event(long atNanos, long order, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
  private final List<Runnable> watchers = new ArrayList<>();
  private long nowNanos = SECOND;
  private long skippedToNanos = -1;
  private long lastOrder;

  long nowNanos() {
    return nowNanos;
  }

  void at(long nanos, Runnable action) {
    events.add(new Event(nanos, ++lastOrder, action));
  }

  void after(long nanos, Runnable action) {
    at(nowNanos + nanos, action);
  }

  long nextNanos() {
    Event next = events.peek();
    return next == null ? Long.MAX_VALUE : Math.max(nowNanos, next.atNanos);
  }

  /** Runs it after every event. */
  void afterEach(Runnable watcher) {
    watchers.add(watcher);
  }

  /** Runs the next event; false if there is none. */
  boolean step() {
    Event next = events.poll();
    if (next == null) {
      return false;
    }
    nowNanos = Math.max(nowNanos, next.atNanos);
    next.action.run();
    watchers.forEach(Runnable::run);
    return true;
  }

  /** Time passes, and nothing runs: what was due meanwhile is late. */
  void skip(long nanos) {
    nowNanos += nanos;
    skippedToNanos = nowNanos;
  }

  /** When time last went on again after it was skipped; -1 if it never was. */
  long skippedToNanos() {
    return skippedToNanos;
  }
}
