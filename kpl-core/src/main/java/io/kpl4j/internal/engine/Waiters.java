// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Tells those whose wait is over: a parked caller, or the loop for one without a thread. */
final class Waiters {

  private Waiters() {}

  static void wake(List<Waiter> answered) {
    for (Waiter waiter : answered) {
      if (waiter instanceof AdmissionBudget.Deferred deferred) {
        deferred.tellLoop();
      } else {
        LockSupport.unpark(waiter.thread());
      }
    }
  }
}
