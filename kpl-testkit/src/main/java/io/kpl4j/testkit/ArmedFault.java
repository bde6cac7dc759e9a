// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import io.kpl4j.testkit.internal.fault.FaultAction;
import io.kpl4j.testkit.internal.fault.FaultSource;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A fault that has begun to count, and those that follow it. Confined to the script's lock. */
final class ArmedFault {

  private final Occasion occasion;
  private final List<Fault> followers;
  private final SplittableRandom random;
  private final FaultAction action;
  private final Instant countsFrom;
  private long seen;
  private @Nullable Instant ends;

  private ArmedFault(Fault fault, List<Fault> followers, Instant now) {
    this.occasion = fault.occasion();
    this.followers = followers;
    this.random = new SplittableRandom(occasion.seed());
    this.action = fault.effect().action(random.split());
    this.countsFrom = now.plus(occasion.quiet());
  }

  /** Arms the first of these, which are one at least. */
  static ArmedFault arm(List<Fault> faults, Instant now) {
    return new ArmedFault(faults.get(0), faults.subList(1, faults.size()), now);
  }

  /** This fault, or the one of its followers whose turn it is; null if all are over. */
  @Nullable ArmedFault current(Instant now) {
    ArmedFault turn = this;
    while (turn.ends != null && !now.isBefore(turn.ends)) {
      if (turn.followers.isEmpty()) {
        return null;
      }
      turn = arm(turn.followers, turn.ends);
    }
    return turn;
  }

  @Nullable FaultAction meet(String what, Instant now) {
    if (!counts(what) || now.isBefore(countsFrom)) {
      return null;
    }
    long place = seen++ - occasion.after();
    if (place < 0) {
      return null;
    }
    if (place == 0) {
      ends = now.plus(occasion.lasting());
    }
    if (place + 1 >= occasion.times()) {
      ends = now;
    }
    boolean acts = occasion.chance() >= 1 || random.nextDouble() < occasion.chance();
    return acts ? action : null;
  }

  private boolean counts(String what) {
    boolean any = occasion.what().equals(Fault.ANY_OPERATION);
    return any ? !what.equals(FaultSource.CONNECTION) : occasion.what().equals(what);
  }
}
