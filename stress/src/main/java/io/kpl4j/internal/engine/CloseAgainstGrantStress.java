// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.util.Objects.requireNonNull;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.kpl4j.RecordResult;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZJ_Result;

/**
 * A record waits without a thread while the producer is closed: it is appended and has a permit, or
 * it is refused and has none.
 */
@JCStressTest
@Outcome(id = "1, false, 1", expect = ACCEPTABLE, desc = "granted and appended before")
@Outcome(id = "0, true, 0", expect = ACCEPTABLE, desc = "refused")
@Outcome(expect = FORBIDDEN, desc = "granted and refused, or a permit without a record")
@State
public class CloseAgainstGrantStress {

  private final Queue<Runnable> executor = new ConcurrentLinkedQueue<>();
  private final Pipeline pipeline = Pipeline.create(executor::add);
  private final CompletableFuture<RecordResult> waiting =
      requireNonNull(
          pipeline.room().enter(pipeline.checked(), record -> pipeline.stream(), false, 1));

  /** Who closes: refuses whoever waits. */
  @Actor
  public void close() {
    Waiters.wake(pipeline.budget().close());
  }

  /** The loop. */
  @Actor
  public void turn() {
    pipeline.room().look(1);
  }

  /** How many were appended, whether the future has failed, and the permits held. */
  @Arbiter
  public void look(IZJ_Result result) {
    pipeline.room().look(1);
    for (Runnable task; (task = executor.poll()) != null; ) {
      task.run();
    }
    result.r1 =
        pipeline.stream().routes().buffers().stream().mapToInt(each -> each.userRecords()).sum();
    result.r2 = waiting.isCompletedExceptionally();
    result.r3 = pipeline.budget().heldRecords();
  }
}
