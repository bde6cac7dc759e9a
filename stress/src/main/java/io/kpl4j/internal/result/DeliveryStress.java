// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.result;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;

/** Of a delivery that two threads run, each step is taken once, and each result counted once. */
@JCStressTest
@Outcome(id = "11, 2, true", expect = ACCEPTABLE, desc = "each step once")
@Outcome(expect = FORBIDDEN, desc = "a step is taken twice, or never")
@State
public class DeliveryStress {

  private final AtomicInteger completions = new AtomicInteger();
  private final AtomicInteger tellings = new AtomicInteger();
  private final Delivery delivery =
      new Delivery(
          "stream",
          2,
          1,
          List.of(
              index -> completions.addAndGet(index == 0 ? 1 : 10),
              index -> tellings.incrementAndGet()),
          List.of());
  private int deliveredByOne;
  private int deliveredByOther;

  /** A thread of the executor. */
  @Actor
  public void one() {
    deliveredByOne = delivery.run();
  }

  /** The one that takes over at a close. */
  @Actor
  public void other() {
    deliveredByOther = delivery.run();
  }

  /** Which were completed, how many were told of, and whether all were counted. */
  @Arbiter
  public void look(IIZ_Result result) {
    result.r1 = completions.get();
    result.r2 = tellings.get();
    result.r3 = deliveredByOne + deliveredByOther == 2 && delivery.isDone();
  }
}
