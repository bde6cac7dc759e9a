// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.util.Objects.requireNonNull;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.kpl4j.RecordResult;
import io.kpl4j.internal.aggregate.KinesisRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZIJ_Result;

/**
 * A record waits without a thread while its caller puts the next one, for which there is room: it
 * stands behind the first, whether it waits too or is granted at once.
 */
@JCStressTest
@Outcome(id = "true, 12, 2", expect = ACCEPTABLE, desc = "the first one was appended before")
@Outcome(id = "false, 12, 2", expect = ACCEPTABLE, desc = "both waited")
@Outcome(expect = FORBIDDEN, desc = "overtaken between its grant and its append, lost, or doubled")
@State
public class NewcomerAgainstGrantStress {

  private final Pipeline pipeline = Pipeline.create(task -> {});
  private final CompletableFuture<RecordResult> first = enter(pipeline.checked());
  private final CheckedRecord next = pipeline.checked();
  private CompletableFuture<RecordResult> second = first;
  private boolean atOnce;

  private CompletableFuture<RecordResult> enter(CheckedRecord checked) {
    return requireNonNull(
        pipeline.room().enter(checked, record -> pipeline.stream(), false, 1), "no place to wait");
  }

  /** The caller, which has left the first one in the room. */
  @Actor
  public void putNext() {
    Intake.Tried tried = pipeline.intake().tryAdmit(next, record -> pipeline.stream(), false);
    atOnce = tried.admitted();
    second = atOnce ? pipeline.intake().append(next, 1) : enter(next);
  }

  /** The loop. */
  @Actor
  public void turn() {
    pipeline.room().look(1);
  }

  /** Whether the second was granted at once, in which order they stand, and the permits held. */
  @Arbiter
  public void look(ZIJ_Result result) {
    pipeline.room().look(1);
    List<KinesisRecord> appended = new ArrayList<>();
    pipeline.stream().routes().buffers().forEach(buffer -> buffer.drainTo(appended));
    int order = 0;
    for (KinesisRecord record : appended) {
      CompletableFuture<RecordResult> member = record.member(0);
      order = order * 10 + (member == first ? 1 : member == second ? 2 : 9);
    }
    result.r1 = atOnce;
    result.r2 = order;
    result.r3 = pipeline.budget().heldRecords();
  }
}
