// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.result.ResultPublisher;

/**
 * Tells the budget of what was delivered, and the loop of what has to be delivered again.
 * Thread-safe.
 */
final class DeliveryNews implements ResultPublisher.Listener {

  private final AdmissionBudget budget;
  private final Inbox inbox;
  private final Runnable waiting;

  /** The loop looks at the end of each turn. */
  private final Inbox.Message look =
      new Inbox.Message() {
        @Override
        void run(long nowNanos) {}
      };

  /**
   * Creates it.
   *
   * @param waiting run by the loop now and then while results wait
   */
  DeliveryNews(AdmissionBudget budget, Inbox inbox, Runnable waiting) {
    this.budget = budget;
    this.inbox = inbox;
    this.waiting = waiting;
  }

  @Override
  public void delivered(int count, long keptBytes) {
    Waiters.wake(budget.delivered(count, keptBytes));
  }

  @Override
  public void waiting() {
    waiting.run();
  }

  @Override
  public void stranded() {
    inbox.offer(look);
  }
}
