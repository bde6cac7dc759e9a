// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import io.kpl4j.testkit.internal.fault.FaultAction;
import io.kpl4j.testkit.internal.fault.FaultSource;
import java.util.SplittableRandom;

/**
 * Which calls of which operation, or which connections, something happens to, and what. Immutable:
 * a fault counts its calls from the moment at which it is added to a {@link FaultScript}, and can
 * be added to several.
 *
 * <pre>{@code
 * server.faults().add(Fault.on("PutRecords").after(3).times(2).httpError(503));
 * server.faults().add(Fault.on("PutRecords").always().withChance(0.1).seed(7).throttleEntries(0.5));
 * server.faults().add(Fault.onConnection().lasting(Duration.ofSeconds(2)).failHandshake());
 * }</pre>
 */
public final class Fault {

  /** Stands for every operation. */
  public static final String ANY_OPERATION = "*";

  private final Occasion occasion;
  private final Effect effect;

  Fault(Occasion occasion, Effect effect) {
    this.occasion = occasion;
    this.effect = effect;
  }

  /** Makes the action of an armed fault, which draws its chances from this generator. */
  @FunctionalInterface
  interface Effect {
    FaultAction action(SplittableRandom random);
  }

  /**
   * Begins a fault of calls.
   *
   * @param operation the operation's name as the service has it, or {@link #ANY_OPERATION}
   * @return the calls it meets: the first one, until told otherwise
   */
  public static FaultyCalls on(String operation) {
    return new FaultyCalls(Occasion.first(operation));
  }

  /**
   * Begins a fault of connections, which counts those that clients open.
   *
   * @return the connections it meets: the first one, until told otherwise
   */
  public static FaultyConnections onConnection() {
    return new FaultyConnections(Occasion.first(FaultSource.CONNECTION));
  }

  Occasion occasion() {
    return occasion;
  }

  Effect effect() {
    return effect;
  }
}
