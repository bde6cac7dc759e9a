// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.kpl4j.internal.aggregate.KinesisRecord.Holder;
import io.kpl4j.internal.send.PutRecordsReply.Accepted;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZJJ_Result;

/**
 * A user cancels a record while its verdict is given: whatever the future says then, the permit is
 * back, and the result was delivered.
 */
@JCStressTest
@Outcome(id = "true, 0, 0", expect = ACCEPTABLE, desc = "cancelled before it was told")
@Outcome(id = "false, 0, 0", expect = ACCEPTABLE, desc = "told first")
@Outcome(expect = FORBIDDEN, desc = "a permit, or room for results, is lost or given back twice")
@State
public class CancelAgainstVerdictStress {

  private final Queue<Runnable> executor = new ConcurrentLinkedQueue<>();
  private final Pipeline pipeline = Pipeline.create(executor::add);
  private boolean cancelled;

  /** A record under way. */
  public CancelAgainstVerdictStress() {
    if (!pipeline.budget().tryAcquire(pipeline.stream().account(), Pipeline.PERMIT_BYTES, false)) {
      throw new AssertionError("no room at first");
    }
    pipeline.record().moveTo(Holder.IN_FLIGHT);
  }

  /** The user. */
  @Actor
  public void cancel() {
    cancelled = pipeline.user().cancel(false);
  }

  /** The loop, then the completion executor. */
  @Actor
  public void verdict() {
    pipeline.stream().settlement().succeed(pipeline.record(), new Accepted("shard", "1"), 2);
    for (Runnable task; (task = executor.poll()) != null; ) {
      task.run();
    }
  }

  /** Who was first, the permits held, and what is held or not delivered. */
  @Arbiter
  public void look(ZJJ_Result result) {
    result.r1 = cancelled;
    result.r2 = pipeline.budget().heldRecords();
    result.r3 = pipeline.budget().outstandingRecords();
  }
}
