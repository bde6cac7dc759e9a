// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.util.Objects.requireNonNull;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.kpl4j.RecordRefusedException;
import io.kpl4j.UserRecord;
import java.time.InstantSource;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZIJ_Result;

/**
 * A record that is put while the loop retires its stream keeps the stream alive, or goes to the one
 * that takes its place; never to the retired one.
 */
@JCStressTest
@Outcome(id = "false, 1, 1", expect = ACCEPTABLE, desc = "the record keeps the stream alive")
@Outcome(id = "true, 1, 1", expect = ACCEPTABLE, desc = "a new stream has the record")
@Outcome(expect = FORBIDDEN, desc = "refused, lost, or held of a stream that nobody serves")
@State
public class PutAgainstRetiringStress {

  private static final UserRecord RECORD = UserRecord.of("stream", "k", new byte[4]);

  /** Long after the stream was made. */
  private static final long LATER_NANOS = 3_600_000_000_000L;

  private final Pipeline pipeline = Pipeline.create(task -> {});
  private final Streams streams =
      new Streams(name -> new StreamPipeline(name, pipeline.context(), 1));
  private final Pipelines pipelines =
      new Pipelines(pipeline.context(), streams, pipeline.room(), InstantSource.system());
  private final StreamPipeline old = requireNonNull(streams.knownOrNew("stream"));
  private final CheckedRecord checked = pipeline.intake().check(RECORD, record -> old);
  private int appended;

  /** A caller, whose record was checked before. */
  @Actor
  public void put() {
    Intake.Admitted admitted =
        pipeline
            .intake()
            .admit(checked, record -> requireNonNull(streams.knownOrNew("stream")), false);
    try {
      var unused = pipeline.intake().append(admitted.checked(), LATER_NANOS);
      appended++;
    } catch (RecordRefusedException streamIsClosed) {
      appended = -1;
    }
  }

  /** The loop, in a turn that finds the stream idle for long. */
  @Actor
  public void turn() {
    pipelines.runOnce(LATER_NANOS);
  }

  /**
   * Whether the stream was retired, whether the record was taken, and how many permits are held of
   * the stream that goes by the name now.
   */
  @Arbiter
  public void look(ZIJ_Result result) {
    StreamPipeline serving = streams.known("stream");
    result.r1 = old.closed();
    result.r2 = appended;
    result.r3 = serving == null ? 0 : pipeline.budget().heldRecords(serving.account());
  }
}
