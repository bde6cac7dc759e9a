// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A flush that begins while the loop ends is over: the end sees it, or it sees the end. */
@JCStressTest
@Outcome(id = "true", expect = ACCEPTABLE, desc = "over")
@Outcome(expect = FORBIDDEN, desc = "nobody will ever end it")
@State
public class FlushAgainstEndStress {

  private final Pipeline pipeline = Pipeline.create(task -> {});
  private final Streams streams =
      new Streams(name -> new StreamPipeline(name, pipeline.context(), 1));
  private final Flushes flushes =
      new Flushes(
          pipeline.context(),
          streams,
          new Pipelines(pipeline.context(), streams, pipeline.room(), InstantSource.system()),
          () -> false);
  private CompletableFuture<Void> future = new CompletableFuture<>();

  /** A caller. */
  @Actor
  public void begin() {
    future = flushes.begin();
  }

  /** The loop, after its last turn. */
  @Actor
  public void end() {
    flushes.loopEnds();
    flushes.completeAll();
  }

  /** Whether the flush is over. */
  @Arbiter
  public void look(Z_Result result) {
    result.r1 = future.isDone();
  }
}
