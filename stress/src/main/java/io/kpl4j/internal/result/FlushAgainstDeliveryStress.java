// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.result;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.kpl4j.internal.record.FlushMark;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZZ_Result;

/**
 * A flush begins while results are delivered: it ends once, after the results that it waits for.
 */
@JCStressTest
@Outcome(id = "1, false, true", expect = ACCEPTABLE, desc = "over, after the result")
@Outcome(expect = FORBIDDEN, desc = "never over, over twice, or before the result")
@State
public class FlushAgainstDeliveryStress {

  private final Queue<Runnable> executor = new ConcurrentLinkedQueue<>();
  private final ResultPublisher publisher =
      new ResultPublisher(executor::add, executor::add, (count, keptBytes) -> {});
  private volatile boolean delivered;
  private int ended;
  private boolean tooSoon;

  /** One result was handed over. */
  public FlushAgainstDeliveryStress() {
    publisher.publish(new Delivery("stream", 1, 1, index -> delivered = true, List.of()));
  }

  private synchronized void end() {
    ended++;
    tooSoon |= !delivered;
  }

  /** A completion thread. */
  @Actor
  public void deliver() {
    executor.remove().run();
  }

  /** The loop. */
  @Actor
  public void flush() {
    FlushMark mark = new FlushMark(this::end);
    publisher.mark(mark);
    mark.release();
  }

  /** How often the flush ended, whether too soon, and whether nothing is left to be delivered. */
  @Arbiter
  public void look(IZZ_Result result) {
    result.r1 = ended;
    result.r2 = tooSoon;
    result.r3 = publisher.idle();
  }
}
