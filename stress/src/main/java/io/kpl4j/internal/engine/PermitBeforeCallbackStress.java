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
import org.openjdk.jcstress.infra.results.JJ_Result;

/** A callback finds the permit of its record given back, so it may put. */
@JCStressTest
@Outcome(id = "-1, 0", expect = ACCEPTABLE, desc = "the executor was too early")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the permit was free when the callback ran")
@Outcome(expect = FORBIDDEN, desc = "the callback runs while its record's permit is held")
@State
public class PermitBeforeCallbackStress {

  private final Queue<Runnable> executor = new ConcurrentLinkedQueue<>();
  private final Pipeline pipeline = Pipeline.create(executor::add);
  private long seenByCallback = -1;

  /** A record under way, whose callback looks at the budget. */
  public PermitBeforeCallbackStress() {
    if (pipeline.budget().acquire(pipeline.stream().account(), Pipeline.PERMIT_BYTES, false)
        != null) {
      throw new AssertionError("no room at first");
    }
    pipeline.record().moveTo(Holder.IN_FLIGHT);
    var unused =
        pipeline
            .user()
            .whenComplete((result, failure) -> seenByCallback = pipeline.budget().heldRecords());
  }

  /** The loop, at the verdict. */
  @Actor
  public void verdict() {
    pipeline.stream().settlement().succeed(pipeline.record(), new Accepted("shard", "1"), 2);
  }

  /** The completion executor. */
  @Actor
  public void complete() {
    Runnable task = executor.poll();
    if (task != null) {
      task.run();
    }
  }

  /** What the callback saw if it ran at once, and what is held in the end. */
  @Arbiter
  public void look(JJ_Result result) {
    result.r1 = seenByCallback;
    result.r2 = pipeline.budget().heldRecords();
  }
}
