// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The loop begins flushes, each of which follows the one before, while completion threads take the
 * marks off. Each flush ends once, after the one before it, and does end.
 */
public class FlushMarkLincheckTest {

  private final ConcurrentLinkedQueue<FlushMark> held = new ConcurrentLinkedQueue<>();
  private final AtomicInteger ended = new AtomicInteger();
  private final List<FlushMark> begun = new ArrayList<>();
  private @Nullable FlushMark last;
  private volatile boolean outOfTurn;

  /** As the loop does, with one record that has no mark of those before. */
  @Operation(nonParallelGroup = "loop")
  public void flush() {
    int number = begun.size();
    FlushMark mark = new FlushMark(() -> outOfTurn |= ended.getAndIncrement() != number);
    if (last != null) {
      last.followedBy(mark);
    }
    last = mark;
    begun.add(mark);
    mark.hold();
    held.add(mark);
    mark.release();
  }

  /** As a completion thread does. */
  @Operation
  public void deliver() {
    FlushMark mark = held.poll();
    if (mark != null) {
      mark.release();
    }
  }

  @Validate
  public void eachIsOverInTurn() {
    while (!held.isEmpty()) {
      deliver();
    }
    if (outOfTurn || ended.get() != begun.size()) {
      throw new IllegalStateException(ended.get() + " of " + begun.size() + " ended");
    }
    if (last != null && !last.isOver()) {
      throw new IllegalStateException("the last is not over");
    }
  }

  @Test
  void modelChecking_flushesThatFollowEachOther_endOnceAndInTurn() {
    new ModelCheckingOptions()
        .iterations(15)
        .invocationsPerIteration(500)
        .threads(3)
        .actorsPerThread(2)
        .actorsBefore(1)
        .actorsAfter(0)
        .check(FlushMarkLincheckTest.class);
  }

  @Test
  void stress_flushesThatFollowEachOther_endOnceAndInTurn() {
    new StressOptions()
        .iterations(10)
        .invocationsPerIteration(1_000)
        .threads(3)
        .actorsPerThread(3)
        .actorsBefore(1)
        .actorsAfter(0)
        .check(FlushMarkLincheckTest.class);
  }
}
