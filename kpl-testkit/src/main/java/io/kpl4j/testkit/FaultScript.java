// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kpl4j.testkit.internal.fault.FaultAction;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The faults of a server, in the order in which they were added. Thread-safe.
 *
 * <p>Every fault counts each call of its operation. Of the faults that a call falls to, the one
 * added first acts, and the others are none the later for it.
 */
public final class FaultScript {

  private final InstantSource clock;

  @GuardedBy("this")
  private final List<ArmedFault> armed = new ArrayList<>();

  @GuardedBy("this")
  private final Map<String, Long> calls = new HashMap<>();

  FaultScript(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Adds a fault, which counts calls from now on.
   *
   * @param fault the fault
   * @return this script
   */
  public FaultScript add(Fault fault) {
    return addSequence(fault);
  }

  /**
   * Adds faults that take turns: the first counts calls from now on, each further one from when the
   * one before it has met its last.
   *
   * <pre>{@code
   * server.faults().addSequence(
   *     Fault.on("PutRecords").after(3).times(2).httpError(500),
   *     Fault.on("PutRecords").lasting(Duration.ofSeconds(2)).throttleEntries());
   * }</pre>
   *
   * @param faults the faults, in their order
   * @return this script
   */
  public synchronized FaultScript addSequence(Fault... faults) {
    if (faults.length > 0) {
      armed.add(ArmedFault.arm(List.of(faults), clock.instant()));
    }
    return this;
  }

  /** Removes all faults; calls already met keep their fate. */
  public synchronized void clear() {
    armed.clear();
  }

  synchronized @Nullable FaultAction next(String what) {
    calls.merge(what, 1L, Long::sum);
    FaultAction chosen = null;
    ListIterator<ArmedFault> each = armed.listIterator();
    while (each.hasNext()) {
      ArmedFault fault = each.next().current(clock.instant());
      if (fault == null) {
        each.remove();
        continue;
      }
      each.set(fault);
      FaultAction action = fault.meet(what, clock.instant());
      if (chosen == null) {
        chosen = action;
      }
    }
    return chosen;
  }

  synchronized long calls(String operation) {
    return calls.getOrDefault(operation, 0L);
  }
}
