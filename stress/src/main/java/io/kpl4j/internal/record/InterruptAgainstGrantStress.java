// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.kpl4j.internal.record.AdmissionBudget.Account;
import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZJJ_Result;

/**
 * A caller that is interrupted while a release grants it its permit either holds nothing, or was
 * granted and gives the permit back: never both, never neither.
 */
@JCStressTest
@Outcome(id = "true, 0, 0", expect = ACCEPTABLE, desc = "cancelled in time")
@Outcome(id = "false, 1, 0", expect = ACCEPTABLE, desc = "granted first, then given back")
@Outcome(expect = FORBIDDEN, desc = "a permit is lost or held twice")
@State
public class InterruptAgainstGrantStress {

  private final AdmissionBudget budget = new AdmissionBudget(10, 1, 100);
  private final Account stream = new Account();
  private final Waiter waiter;
  private boolean cancelled;

  /** One record fills the budget, a second one waits. */
  public InterruptAgainstGrantStress() {
    if (budget.acquire(stream, 1, false) != null) {
      throw new AssertionError("no room at first");
    }
    waiter = budget.acquire(stream, 1, false);
  }

  /** The loop, at a verdict. */
  @Actor
  public void release() {
    budget.release(stream, 1, 1);
  }

  /** The caller, on its way out. */
  @Actor
  public void interrupted() {
    cancelled = budget.cancel(waiter);
  }

  /** Whether it was cancelled, what is held then, and what is when the caller has given it back. */
  @Arbiter
  public void look(ZJJ_Result result) {
    result.r1 = cancelled;
    result.r2 = budget.heldRecords();
    if (!cancelled) {
      budget.release(stream, 1, 1);
    }
    result.r3 = budget.heldRecords() + budget.heldBytes();
  }
}
