// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.event.ProducerEvents;
import io.kpl4j.internal.engine.Simulation.Port;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Throws in the place of one call of one port, and counts all of them. Confined to one run. */
final class Injection implements Simulation.PortWatcher {

  private final Map<Port, Integer> calls = new EnumMap<>(Port.class);
  private final @Nullable Port port;
  private final int at;
  private final Supplier<Throwable> fault;
  private Runnable before = () -> {};
  @Nullable Throwable thrown;

  /** Throws at nothing. */
  Injection() {
    this(null, 0, AssertionError::new);
  }

  /** Throws at the call of the port with this number, from 1. */
  Injection(@Nullable Port port, int at, Supplier<Throwable> fault) {
    this.port = port;
    this.at = at;
    this.fault = fault;
  }

  /** Runs it before the fault is thrown. */
  void before(Runnable look) {
    before = look;
  }

  int calls(Port of) {
    return calls.getOrDefault(of, 0);
  }

  @Override
  public void called(Port called) {
    if (calls.merge(called, 1, Integer::sum) == at && called == port) {
      before.run();
      thrown = fault.get();
      Injection.<RuntimeException>sneak(thrown);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void sneak(Throwable fault) throws T {
    throw (T) fault;
  }

  /** Events each of which is a call of a port. */
  ProducerEvents events() {
    return as(ProducerEvents.class);
  }

  private <T> T as(Class<T> type) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.getReturnType() == Optional.class) {
            // Asked once, by who builds the producer: no event.
            return Optional.empty();
          }
          called(Port.EVENTS);
          return method.getReturnType().isInterface() ? as(method.getReturnType()) : null;
        };
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
