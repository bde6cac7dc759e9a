// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.internal.record.AdmissionBudget.Account;
import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Each call is made by a thread of its own: a lock that one of them kept would stop the next. */
class AdmissionBudgetThreadsTest {

  private final AdmissionBudget budget = new AdmissionBudget(100, 10, 100);
  private final Account account = new Account();
  private final List<Waiter> waiters = new ArrayList<>();

  private void onAThreadOfItsOwn(Runnable call) throws InterruptedException {
    Thread caller = new Thread(call);
    caller.setDaemon(true);
    caller.start();
    caller.join(TimeUnit.SECONDS.toMillis(60));
    assertThat(caller.isAlive()).as("stopped by the call before").isFalse();
  }

  private void acquire(long bytes) {
    Waiter waiter = budget.acquire(account, bytes, false);
    if (waiter != null) {
      waiters.add(waiter);
    }
  }

  @Test
  void calls_eachOfAThreadOfItsOwn_leaveTheLockToTheNext() throws InterruptedException {
    List<Runnable> calls =
        List.of(
            () -> acquire(60),
            () -> acquire(60),
            budget::heldBytes,
            budget::heldRecords,
            budget::outstandingRecords,
            () -> budget.cancel(waiters.get(0)),
            () -> budget.cancel(waiters.get(0)),
            budget::serve,
            () -> budget.settle(account, 30, 1, 5),
            () -> budget.delivered(1, 5),
            () -> acquire(10),
            () -> budget.release(account, 40, 1),
            () -> acquire(200),
            budget::close,
            () -> acquire(1),
            budget::heldBytes);
    for (Runnable call : calls) {
      onAThreadOfItsOwn(call);
    }
    assertThat(budget.heldBytes()).isZero();
    assertThat(waiters).hasSize(3);
    assertThat(waiters).extracting(Waiter::state).startsWith(Waiter.State.CANCELLED);
  }
}
