// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** A caller names a new stream while the producer closes: the close sees it, or it is not made. */
@JCStressTest
@Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "made before, and seen by the close")
@Outcome(id = "false, 0", expect = ACCEPTABLE, desc = "the door was closed")
@Outcome(expect = FORBIDDEN, desc = "a stream that the close does not know of")
@State
public class StreamAgainstCloseStress {

  private final Pipeline pipeline = Pipeline.create(task -> {});
  private final Streams streams =
      new Streams(name -> new StreamPipeline(name, pipeline.context(), 1));
  private boolean made;
  private int seen;

  /** A caller, at the first put to a stream. */
  @Actor
  public void put() {
    made = streams.knownOrNew("new") != null;
  }

  /** Who closes. */
  @Actor
  public void close() {
    streams.close();
    seen = streams.all().size();
  }

  /** Whether the caller has its stream, and how many the close has seen. */
  @Arbiter
  public void look(ZI_Result result) {
    result.r1 = made;
    result.r2 = seen;
  }
}
