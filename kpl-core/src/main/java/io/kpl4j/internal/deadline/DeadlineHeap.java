// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.deadline;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A binary heap of moments with handles, so that a moment can be moved or taken out in O(log n).
 * Confined to the loop.
 *
 * <p>Moments are values of {@code System.nanoTime}; they are compared as numbers, so the engine's
 * clock must count from an origin of its own that does not wrap.
 */
public final class DeadlineHeap<T> {

  /** A moment that never comes. */
  public static final long NEVER = Long.MAX_VALUE;

  /** One owner's place in at most one heap. Confined to the loop. */
  public static final class Handle<T> {
    private final T owner;
    private long atNanos = NEVER;
    private int index = -1;

    /** Creates a handle that is in no heap. */
    public Handle(T owner) {
      this.owner = owner;
    }

    /** When, or {@link #NEVER} if it is in no heap. */
    public long atNanos() {
      return atNanos;
    }

    /** Whether it is in a heap. */
    public boolean scheduled() {
      return index >= 0;
    }
  }

  private final List<Handle<T>> heap = new ArrayList<>();

  /** Puts the handle in, or moves it; {@link #NEVER} takes it out. */
  public void schedule(Handle<T> handle, long atNanos) {
    if (atNanos == NEVER) {
      cancel(handle);
      return;
    }
    if (handle.index < 0) {
      // First: without memory for it the handle is in no heap.
      heap.add(handle);
      handle.index = heap.size() - 1;
    }
    handle.atNanos = atNanos;
    siftDown(siftUp(handle.index));
  }

  /** Takes the handle out, if it is in. */
  public void cancel(Handle<T> handle) {
    int hole = handle.index;
    if (hole < 0) {
      return;
    }
    handle.index = -1;
    handle.atNanos = NEVER;
    Handle<T> last = heap.remove(heap.size() - 1);
    if (last != handle) {
      place(last, hole);
      siftDown(siftUp(hole));
    }
  }

  /** The earliest moment, or {@link #NEVER}. */
  public long nextNanos() {
    return heap.isEmpty() ? NEVER : heap.get(0).atNanos;
  }

  /** The owner with the earliest moment, or null. */
  public @Nullable T peek() {
    return heap.isEmpty() ? null : heap.get(0).owner;
  }

  /**
   * Takes out and returns the earliest owner whose moment is not after {@code nowNanos}, or null.
   */
  public @Nullable T pollDue(long nowNanos) {
    if (nextNanos() > nowNanos || heap.isEmpty()) {
      return null;
    }
    Handle<T> first = heap.get(0);
    cancel(first);
    return first.owner;
  }

  /** Whether nothing is scheduled. */
  public boolean isEmpty() {
    return heap.isEmpty();
  }

  /** How many are scheduled. */
  public int size() {
    return heap.size();
  }

  private int siftUp(int start) {
    int index = start;
    while (index > 0 && heap.get((index - 1) / 2).atNanos > heap.get(index).atNanos) {
      swap(index, (index - 1) / 2);
      index = (index - 1) / 2;
    }
    return index;
  }

  private void siftDown(int start) {
    int index = start;
    while (true) {
      int child = 2 * index + 1;
      if (child + 1 < heap.size() && heap.get(child + 1).atNanos < heap.get(child).atNanos) {
        child++;
      }
      if (child >= heap.size() || heap.get(child).atNanos >= heap.get(index).atNanos) {
        return;
      }
      swap(index, child);
      index = child;
    }
  }

  private void swap(int a, int b) {
    Handle<T> first = heap.get(a);
    place(heap.get(b), a);
    place(first, b);
  }

  private void place(Handle<T> handle, int index) {
    heap.set(index, handle);
    handle.index = index;
  }
}
