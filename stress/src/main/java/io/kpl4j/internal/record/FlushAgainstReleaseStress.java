// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;

/**
 * A flush begins while the last record that an earlier one waits for is delivered: both end once,
 * in their order.
 */
@JCStressTest
@Outcome(id = "12, true", expect = ACCEPTABLE, desc = "both are over, in turn")
@Outcome(expect = FORBIDDEN, desc = "never over, over twice, or out of turn")
@State
public class FlushAgainstReleaseStress {

  private final FlushMark first = new FlushMark(() -> end(1));
  private final FlushMark second = new FlushMark(() -> end(2));
  private int ended;

  private synchronized void end(int number) {
    ended = ended * 10 + number;
  }

  /** A completion thread, which delivers the one record that has the first mark. */
  @Actor
  public void deliver() {
    first.release();
  }

  /** The loop, which has nothing to put the second mark on. */
  @Actor
  public void flush() {
    first.followedBy(second);
    second.release();
  }

  /** Which were over, in their order, and whether a third one would find them so. */
  @Arbiter
  public void look(IZ_Result result) {
    result.r1 = ended;
    result.r2 = first.isOver() && second.isOver();
  }
}
