// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.result;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * The loop publishes while the threads of an executor run what they were given: one delivery at a
 * time, in order, and none is left when no task is.
 */
public class SerialDeliveriesLincheckTest {

  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger published = new AtomicInteger();
  private final AtomicInteger delivered = new AtomicInteger();
  private final AtomicBoolean delivering = new AtomicBoolean();
  private final ResultPublisher publisher =
      new ResultPublisher(tasks::add, tasks::add, (count, keptBytes) -> {});
  private final SerialDeliveries line = new SerialDeliveries(publisher);
  private volatile boolean atOnce;
  private volatile boolean outOfOrder;

  @Operation(nonParallelGroup = "loop")
  public void publish() {
    int number = published.getAndIncrement();
    line.publish(new Delivery("s", 1, 1, index -> complete(number), List.of()));
  }

  private void complete(int number) {
    atOnce |= !delivering.compareAndSet(false, true);
    outOfOrder |= delivered.get() != number;
    delivered.incrementAndGet();
    delivering.set(false);
  }

  /** One of the executor's threads takes a task, if there is one. */
  @Operation
  public void runOne() {
    Runnable task = tasks.poll();
    if (task != null) {
      task.run();
    }
  }

  @Validate
  public void allAreDeliveredInOrder() {
    for (Runnable task; (task = tasks.poll()) != null; ) {
      task.run();
    }
    if (atOnce || outOfOrder || delivered.get() != published.get()) {
      throw new IllegalStateException(
          delivered
              + " of "
              + published
              + " delivered"
              + (atOnce ? ", two at once" : "")
              + (outOfOrder ? ", out of order" : ""));
    }
  }

  @Test
  void modelChecking_publishingAgainstAnExecutor_isSerialAndComplete() {
    new ModelCheckingOptions()
        .iterations(20)
        .invocationsPerIteration(250)
        .threads(3)
        .actorsPerThread(2)
        .actorsBefore(0)
        .actorsAfter(0)
        .check(SerialDeliveriesLincheckTest.class);
  }

  @Test
  void stress_publishingAgainstAnExecutor_isSerialAndComplete() {
    new StressOptions()
        .iterations(10)
        .invocationsPerIteration(500)
        .threads(3)
        .actorsPerThread(4)
        .actorsBefore(0)
        .actorsAfter(0)
        .check(SerialDeliveriesLincheckTest.class);
  }
}
