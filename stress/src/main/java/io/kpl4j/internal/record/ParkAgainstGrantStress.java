// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import static java.util.Objects.requireNonNull;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.kpl4j.internal.record.AdmissionBudget.Account;
import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A caller is granted its permit while it is about to park: it sees that, or it is woken. */
@JCStressTest
@Outcome(id = "false, .*", expect = ACCEPTABLE, desc = "does not park")
@Outcome(id = "true, true", expect = ACCEPTABLE, desc = "parks, and is woken")
@Outcome(expect = FORBIDDEN, desc = "parks, and nobody wakes it")
@State
public class ParkAgainstGrantStress {

  private final AdmissionBudget budget = new AdmissionBudget(10, 1, 100);
  private final Account stream = new Account();
  private final Waiter waiter;
  private boolean parks;
  private boolean woken;

  /** One record fills the budget, a second one waits. */
  public ParkAgainstGrantStress() {
    if (!budget.tryAcquire(stream, 1, false)) {
      throw new AssertionError("no room at first");
    }
    waiter = requireNonNull(budget.acquire(stream, 1, false));
  }

  /** The caller, up to where it would park. */
  @Actor
  public void park() {
    waiter.parkedBy(Thread.currentThread());
    parks = waiter.state() == Waiter.State.WAITING;
  }

  /** The loop, at a verdict. */
  @Actor
  public void release() {
    for (Waiter granted : budget.release(stream, 1, 1)) {
      woken = granted.thread() != null;
    }
  }

  /** Whether the caller parks, and whether it is woken. */
  @Arbiter
  public void look(ZZ_Result result) {
    result.r1 = parks;
    result.r2 = woken;
  }
}
