// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.result;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZZ_Result;

/**
 * Results that follow each other while two threads of an executor deliver them: in their order, one
 * at a time, and none is left behind.
 */
@JCStressTest
@Outcome(id = "3, false, false", expect = ACCEPTABLE, desc = "all, one after the other")
@Outcome(expect = FORBIDDEN, desc = "two at once, out of order, left behind, or delivered twice")
@State
public class SerialDeliveriesStress {

  private final Queue<Runnable> executor = new ConcurrentLinkedQueue<>();
  private final ResultPublisher publisher =
      new ResultPublisher(executor::add, executor::add, (count, keptBytes) -> {});
  private final SerialDeliveries line = new SerialDeliveries(publisher);
  private final AtomicInteger under = new AtomicInteger();
  private final AtomicInteger delivered = new AtomicInteger();
  private volatile boolean atOnce;
  private volatile boolean outOfOrder;

  /** The first result is handed over. */
  public SerialDeliveriesStress() {
    publish(0);
  }

  private void publish(int number) {
    line.publish(new Delivery("stream", 1, 1, index -> complete(number), List.of()));
  }

  private void complete(int number) {
    atOnce |= under.incrementAndGet() > 1;
    outOfOrder |= delivered.getAndIncrement() != number;
    under.decrementAndGet();
  }

  private void runOne() {
    Runnable task = executor.poll();
    if (task != null) {
      task.run();
    }
  }

  /** The loop, at two more verdicts; then a thread of the executor begins. */
  @Actor
  public void publishAndRun() {
    publish(1);
    runOne();
    publish(2);
    runOne();
  }

  /** Another thread of the executor. */
  @Actor
  public void run() {
    runOne();
    runOne();
  }

  /** How many were delivered, whether two at once, and whether one before its turn. */
  @Arbiter
  public void look(IZZ_Result result) {
    while (!executor.isEmpty()) {
      runOne();
    }
    result.r1 = delivered.get();
    result.r2 = atOnce;
    result.r3 = outOfOrder;
  }
}
