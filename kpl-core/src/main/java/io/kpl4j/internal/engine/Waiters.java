// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Wakes callers whose wait is over. */
final class Waiters {

  private Waiters() {}

  static void wake(List<Waiter> answered) {
    for (Waiter waiter : answered) {
      LockSupport.unpark(waiter.thread());
    }
  }
}
