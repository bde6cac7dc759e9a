// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A message that comes while the loop falls asleep is seen by the loop, or wakes it. */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "read later: the loop stays awake or is woken")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "read in the turn")
@Outcome(id = "-1, .*", expect = FORBIDDEN, desc = "slept through")
@Outcome(expect = FORBIDDEN, desc = "lost, or read twice")
@State
public class InboxStress {

  private final Inbox inbox = new Inbox(() -> this.woken = true);
  private final Inbox.Message message =
      new Inbox.Message() {
        @Override
        void run(long nowNanos) {
          read++;
        }
      };

  private volatile boolean woken;
  private boolean parks;
  private int read;

  /** A caller, an I/O thread. */
  @Actor
  public void offer() {
    inbox.offer(message, 1);
  }

  /** One turn of the loop, up to where it would park. */
  @Actor
  public void turn() {
    inbox.drainTo(each -> each.run(0));
    parks = inbox.fallAsleep(100);
  }

  /** What was read in the turn, or -1 if the loop sleeps with a message; what is read later. */
  @Arbiter
  public void look(II_Result result) {
    result.r1 = parks && !woken && !inbox.isEmpty() ? -1 : read;
    read = 0;
    inbox.drainTo(each -> each.run(0));
    result.r2 = read;
  }
}
