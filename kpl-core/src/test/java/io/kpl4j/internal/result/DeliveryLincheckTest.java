// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.result;

import io.kpl4j.RecordResult;
import io.kpl4j.internal.record.FlushMark;
import io.kpl4j.internal.record.PendingRecord;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The executor and, at a close, a second thread deliver; users cancel and complete their futures;
 * the loop lets flushes wait. Each step of each result is taken once, and a flush ends after the
 * results it waits for, and does end.
 */
@Param(name = "index", gen = IntGen.class, conf = "0:1")
public class DeliveryLincheckTest {

  private static final int COUNT = 2;
  private static final RecordResult STORED =
      new RecordResult.Placement("shard", "1", false, List.of(), 1).result(0);

  private final PendingRecord[] records = new PendingRecord[COUNT];
  private final AtomicIntegerArray delivered = new AtomicIntegerArray(COUNT);
  private final AtomicIntegerArray told = new AtomicIntegerArray(COUNT);
  private final AtomicInteger counted = new AtomicInteger();
  private final AtomicInteger flushesBegun = new AtomicInteger();
  private final AtomicInteger flushesEnded = new AtomicInteger();
  private final Delivery delivery =
      new Delivery("s", COUNT, 1, List.of(this::complete, told::incrementAndGet), List.of());
  private volatile boolean endedTooSoon;
  private @Nullable FlushMark last;

  /** Lincheck makes one for each run. */
  public DeliveryLincheckTest() {
    for (int i = 0; i < COUNT; i++) {
      records[i] = new PendingRecord(1, 300, 10);
    }
  }

  private void complete(int index) {
    delivered.incrementAndGet(index);
    records[index].complete(STORED);
  }

  /** As the publisher does it, on the executor's thread or on that of the close. */
  @Operation
  public void deliver() {
    counted.addAndGet(delivery.run());
    if (delivery.isDone()) {
      delivery.releaseMarks();
    }
  }

  @Operation
  public void cancel(@Param(name = "index") int index) {
    records[index].cancel(false);
  }

  @Operation
  public void completeByItsUser(@Param(name = "index") int index) {
    records[index].completeExceptionally(new IllegalStateException("the user's own"));
  }

  @Operation(nonParallelGroup = "loop")
  public void flush() {
    flushesBegun.incrementAndGet();
    FlushMark mark =
        new FlushMark(
            () -> {
              flushesEnded.incrementAndGet();
              for (PendingRecord record : records) {
                endedTooSoon |= !record.isDone();
              }
            });
    if (last != null) {
      last.followedBy(mark);
    }
    last = mark;
    delivery.mark(mark);
    mark.release();
  }

  @Validate
  public void eachIsDeliveredOnce() {
    deliver();
    for (int i = 0; i < COUNT; i++) {
      if (delivered.get(i) != 1 || told.get(i) != 1 || !records[i].isDone()) {
        throw new IllegalStateException(
            i + " delivered " + delivered.get(i) + " times, told of " + told.get(i) + " times");
      }
    }
    if (counted.get() != COUNT) {
      throw new IllegalStateException("counted " + counted.get());
    }
    if (endedTooSoon || flushesEnded.get() != flushesBegun.get()) {
      throw new IllegalStateException(
          flushesEnded.get() + " of " + flushesBegun.get() + " flushes ended");
    }
  }

  @Test
  void modelChecking_deliveryAgainstUsersAndFlushes_isOnce() {
    new ModelCheckingOptions()
        .iterations(25)
        .invocationsPerIteration(250)
        .threads(2)
        .actorsPerThread(1)
        .actorsBefore(0)
        .actorsAfter(0)
        .check(DeliveryLincheckTest.class);
  }

  @Test
  void stress_deliveryAgainstUsersAndFlushes_isOnce() {
    new StressOptions()
        .iterations(10)
        .invocationsPerIteration(500)
        .threads(3)
        .actorsPerThread(2)
        .actorsBefore(0)
        .actorsAfter(0)
        .check(DeliveryLincheckTest.class);
  }
}
