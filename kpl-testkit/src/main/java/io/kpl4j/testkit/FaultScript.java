// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kpl4j.testkit.internal.fault.FaultAction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The faults of a server, in the order in which they were added. Thread-safe.
 *
 * <p>Every fault counts each call of its operation. Of the faults that a call falls to, the one
 * added first acts, and the others are none the later for it.
 */
public final class FaultScript {

  @GuardedBy("this")
  private final List<Armed> armed = new ArrayList<>();

  @GuardedBy("this")
  private final Map<String, Long> calls = new HashMap<>();

  FaultScript() {}

  /**
   * Adds a fault, which counts calls from now on.
   *
   * @param fault the fault
   * @return this script
   */
  public synchronized FaultScript add(Fault fault) {
    armed.add(new Armed(fault));
    return this;
  }

  /** Removes all faults; calls already met keep their fate. */
  public synchronized void clear() {
    armed.clear();
  }

  synchronized @Nullable FaultAction next(String operation) {
    calls.merge(operation, 1L, Long::sum);
    FaultAction chosen = null;
    for (Armed fault : armed) {
      FaultAction action = fault.meet(operation);
      if (chosen == null) {
        chosen = action;
      }
    }
    armed.removeIf(Armed::isSpent);
    return chosen;
  }

  synchronized long calls(String operation) {
    return calls.getOrDefault(operation, 0L);
  }

  /** A fault that has begun to count. Confined to the script's lock. */
  private static final class Armed {

    private final Fault fault;
    private final SplittableRandom random;
    private final FaultAction action;
    private long seen;

    Armed(Fault fault) {
      this.fault = fault;
      this.random = new SplittableRandom(fault.seed());
      this.action = fault.effect().action(random.split());
    }

    @Nullable FaultAction meet(String operation) {
      if (!fault.operation().equals(Fault.ANY_OPERATION) && !fault.operation().equals(operation)) {
        return null;
      }
      long place = seen++ - fault.after();
      if (place < 0 || place >= fault.times()) {
        return null;
      }
      return fault.chance() >= 1 || random.nextDouble() < fault.chance() ? action : null;
    }

    boolean isSpent() {
      return seen - fault.after() >= fault.times();
    }
  }
}
