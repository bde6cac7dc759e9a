// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.kpl4j.internal.record.AdmissionBudget.Account;
import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZJ_Result;

/** Room that is made while a caller asks for it is the caller's: none waits beside free room. */
@JCStressTest
@Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "granted at once, or by the release")
@Outcome(expect = FORBIDDEN, desc = "waits beside free room, or nobody is told of the grant")
@State
public class AcquireAgainstReleaseStress {

  private final AdmissionBudget budget = new AdmissionBudget(10, 1, 100);
  private final Account stream = new Account();
  private @Nullable Waiter waiter;
  private List<Waiter> told = List.of();

  /** One record fills the budget. */
  public AcquireAgainstReleaseStress() {
    if (budget.acquire(stream, 1, false) != null) {
      throw new AssertionError("no room at first");
    }
  }

  /** A caller. */
  @Actor
  public void acquire() {
    waiter = budget.acquire(stream, 1, false);
  }

  /** The loop, at a verdict. */
  @Actor
  public void release() {
    told = budget.release(stream, 1, 1);
  }

  /** Whether the caller was granted and told so; how many records are held. */
  @Arbiter
  public void look(ZJ_Result result) {
    Waiter waited = waiter;
    result.r1 =
        waited == null || (waited.state() == Waiter.State.GRANTED && told.equals(List.of(waited)));
    result.r2 = budget.heldRecords();
  }
}
