// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static java.util.Objects.requireNonNull;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.kpl4j.internal.aggregate.KinesisRecord.Place;
import io.kpl4j.internal.record.PendingRecord;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;

/**
 * Two records of a key that one caller appends while the loop publishes new routes stand in that
 * order, be the first one still open in the old buffer when the second is sealed in the new one.
 */
@JCStressTest
@Outcome(id = "0, true", expect = ACCEPTABLE, desc = "both in the new buffer")
@Outcome(id = "1, true", expect = ACCEPTABLE, desc = "one in each")
@Outcome(id = "2, true", expect = ACCEPTABLE, desc = "both in the old buffer")
@Outcome(expect = FORBIDDEN, desc = "the second stands before the first, or one is lost")
@State
public class KeyOrderAgainstRoutesStress {

  private final OneKey key = new OneKey();
  private final PendingRecord first = OneKey.member();
  private final PendingRecord second = OneKey.member();
  private final UserContent small = OneKey.small();
  private final UserContent large = OneKey.large();
  private final List<KinesisRecord> taken = new ArrayList<>();
  private final Routes old =
      Routes.withoutMap(key.buffer("none", 0))
          .next(OneKey.map("before"), shardId -> key.buffer(shardId, 1));
  private volatile Routes routes = old;

  private void append(PendingRecord member, UserContent user) {
    while (!routes.bufferFor(user.hashKey()).append(member, user)) {
      Thread.onSpinWait();
    }
  }

  /** A caller: the small one joins an aggregate, the large one goes alone. */
  @Actor
  public void append() {
    append(first, small);
    append(second, large);
  }

  /** The loop: first the new routes, then the retiring. */
  @Actor
  public void reroute() {
    routes = old.next(OneKey.map("after"), shardId -> key.buffer(shardId, 2));
    old.buffers().forEach(buffer -> buffer.retireTo(taken));
  }

  /** How many were in the old buffer, and whether both are there and in order. */
  @Arbiter
  public void look(IZ_Result result) {
    result.r1 = taken.stream().mapToInt(KinesisRecord::live).sum();
    routes.buffers().forEach(buffer -> buffer.retireTo(taken));
    Place place = requireNonNull(OneKey.placeOf(first, taken), "the first one is lost");
    result.r2 = place.compareTo(requireNonNull(OneKey.placeOf(second, taken))) < 0;
  }
}
