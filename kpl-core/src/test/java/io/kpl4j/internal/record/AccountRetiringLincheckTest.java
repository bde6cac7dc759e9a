// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import io.kpl4j.internal.record.AdmissionBudget.Account;
import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The loop retires an account while callers ask for permits of it, wait, give up and give back:
 * whatever the order, no permit is held of a retired account, and nobody waits for one.
 */
@Param(name = "caller", gen = ThreadIdGen.class)
public class AccountRetiringLincheckTest {

  private static final int CALLERS = 8;

  private final AdmissionBudget budget = new AdmissionBudget(2, 2, 100);
  private final Account account = new Account();
  private final Caller[] callers = new Caller[CALLERS];

  /** What one thread holds and waits for. Confined to it. */
  private static final class Caller {
    final Deque<Integer> held = new ArrayDeque<>();
    @Nullable Waiter waiter;
  }

  /** Lincheck makes one for each run. */
  public AccountRetiringLincheckTest() {
    for (int i = 0; i < CALLERS; i++) {
      callers[i] = new Caller();
    }
  }

  @Operation
  public String acquire(@Param(name = "caller") int caller) {
    Caller self = callers[caller];
    if (self.waiter != null) {
      return look(caller);
    }
    Waiter waiter = budget.acquire(account, 1, false);
    if (waiter == null) {
      self.held.push(1);
      return "granted at once";
    }
    self.waiter = waiter;
    return look(caller);
  }

  private String look(int caller) {
    Caller self = callers[caller];
    Waiter waiter = self.waiter;
    if (waiter == null) {
      return "idle";
    }
    Waiter.State state = waiter.state();
    if (state != Waiter.State.WAITING) {
      self.waiter = null;
      if (state == Waiter.State.GRANTED) {
        self.held.push(1);
      }
    }
    return state.name();
  }

  @Operation
  public String giveUp(@Param(name = "caller") int caller) {
    Caller self = callers[caller];
    if (self.waiter == null) {
      return "idle";
    }
    boolean cancelled = budget.cancel(self.waiter);
    self.waiter = null;
    if (!cancelled) {
      self.held.push(1);
    }
    return cancelled ? "holds nothing" : "was granted";
  }

  @Operation
  public int release(@Param(name = "caller") int caller) {
    return callers[caller].held.poll() == null ? -1 : budget.release(account, 1, 1).size();
  }

  @Operation(nonParallelGroup = "loop")
  public boolean retire() {
    return budget.retire(account);
  }

  @Validate
  public void aRetiredAccountHoldsNothing() {
    int held = 0;
    for (int i = 0; i < CALLERS; i++) {
      look(i);
      held += callers[i].held.size();
    }
    if (held != budget.heldRecords()) {
      throw new IllegalStateException("held " + budget.heldRecords() + ", callers hold " + held);
    }
    Waiter probe = budget.acquire(account, 1, false);
    if (probe != null && probe.state() == Waiter.State.RETIRED && held > 0) {
      throw new IllegalStateException("a retired account holds " + held);
    }
    if (probe == null) {
      budget.release(account, 1, 1);
    } else {
      budget.cancel(probe);
    }
  }

  @Test
  void modelChecking_retireAgainstCallers_isLinearizable() {
    new ModelCheckingOptions()
        .iterations(10)
        .invocationsPerIteration(200)
        .threads(2)
        .actorsPerThread(2)
        .actorsBefore(1)
        .actorsAfter(1)
        .check(AccountRetiringLincheckTest.class);
  }
}
