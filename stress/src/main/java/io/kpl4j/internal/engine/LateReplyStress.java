// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;

/** A call is taken back once: by its reply or, if that is late, by its time limit. */
@JCStressTest
@Outcome(id = "1, 0, true", expect = ACCEPTABLE, desc = "the reply was in time")
@Outcome(id = "0, 1, true", expect = ACCEPTABLE, desc = "it was late, and dropped")
@Outcome(expect = FORBIDDEN, desc = "judged twice, or never; or a slot is lost")
@State
public class LateReplyStress {

  private final Pipeline pipeline = Pipeline.create(task -> {});
  private final Inbox inbox = pipeline.context().inbox();
  private final InFlight inFlight = new InFlight(pipeline.context().settings().flight());
  private final InFlight.Call call = pipeline.begin(inFlight);
  private int replied;
  private int overdue;

  /** A thread of the client: leaves the reply in the inbox. */
  @Actor
  public void reply() {
    long id = call.id();
    inbox.offer(
        new Inbox.Message() {
          @Override
          void run(long nowNanos) {
            replied += inFlight.end(id) == null ? 0 : 1;
          }
        });
  }

  /** The loop, when the time limit is over: first what came, then what did not. */
  @Actor
  public void turn() {
    inbox.drainTo(message -> message.run(0));
    overdue += inFlight.pollOverdue(Long.MAX_VALUE - 1) == null ? 0 : 1;
  }

  /** How often it was judged by its reply and by its time limit; whether its slot is free. */
  @Arbiter
  public void look(IIZ_Result result) {
    turn();
    result.r1 = replied;
    result.r2 = overdue;
    result.r3 = inFlight.isEmpty() && inFlight.roomBytes() == Pipeline.FLIGHT_BYTES;
  }
}
