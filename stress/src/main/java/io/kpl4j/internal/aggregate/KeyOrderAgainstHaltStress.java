// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static java.util.Objects.requireNonNull;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.kpl4j.internal.aggregate.KinesisRecord.Place;
import io.kpl4j.internal.record.HaltedKeys;
import io.kpl4j.internal.record.PendingRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A key halts while a caller appends two records of it, which resumes it when one is refused: what
 * the halt fails is what was appended before the refusal, and nothing that was appended after.
 */
@JCStressTest
@Outcome(id = "2, 0, 0", expect = ACCEPTABLE, desc = "halted after both")
@Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "between the two")
@Outcome(id = "0, 2, 0", expect = ACCEPTABLE, desc = "before both")
@Outcome(expect = FORBIDDEN, desc = "on the wrong side of the halt, or lost")
@State
public class KeyOrderAgainstHaltStress {

  private final OneKey key = new OneKey();
  private final ShardBuffer buffer = key.buffer("shard", 1);
  private final List<PendingRecord> members = List.of(OneKey.member(), OneKey.member());
  private final UserContent small = OneKey.small();
  private final List<KinesisRecord> taken = new ArrayList<>();
  private int before = 2;
  private @Nullable Place halt;

  /** A caller. */
  @Actor
  public void append() {
    for (int i = 0; i < 2; i++) {
      try {
        buffer.append(members.get(i), small);
      } catch (HaltedKeys.Halted refused) {
        before = i;
        key.halted.resume(OneKey.HASH_KEY);
        buffer.append(members.get(i), small);
      }
    }
  }

  /** The loop, when a record of the key is given up. */
  @Actor
  public void halt() {
    halt = buffer.haltTo(List.of(OneKey.HASH_KEY), taken);
  }

  /** Records that the halt fails, records that it leaves, and those that it judges wrongly. */
  @Arbiter
  public void look(III_Result result) {
    buffer.retireTo(taken);
    Place upTo = requireNonNull(halt);
    for (int i = 0; i < 2; i++) {
      Place place = requireNonNull(OneKey.placeOf(members.get(i), taken), "lost");
      boolean fails = place.compareTo(upTo) <= 0;
      result.r1 += fails ? 1 : 0;
      result.r2 += fails ? 0 : 1;
      result.r3 += fails == i < before ? 0 : 1;
    }
  }
}
