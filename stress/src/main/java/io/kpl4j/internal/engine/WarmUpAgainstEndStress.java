// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.kpl4j.WarmUpReport;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A warm-up that begins while the loop ends is over: the end sees it, or it sees the end. */
@JCStressTest
@Outcome(id = "true", expect = ACCEPTABLE, desc = "over")
@Outcome(expect = FORBIDDEN, desc = "nobody will ever end it")
@State
public class WarmUpAgainstEndStress {

  private final Pipeline pipeline = Pipeline.create(task -> {});
  private final WarmUps warmUps =
      new WarmUps(
          pipeline.context(), new Streams(name -> new StreamPipeline(name, pipeline.context(), 1)));
  private CompletableFuture<WarmUpReport> future = new CompletableFuture<>();

  /** A caller. */
  @Actor
  public void begin() {
    future = warmUps.begin(List.of("stream"));
  }

  /** The loop, after its last turn. */
  @Actor
  public void end() {
    warmUps.end();
  }

  /** Whether the warm-up is over. */
  @Arbiter
  public void look(Z_Result result) {
    result.r1 = future.isDone();
  }
}
