// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.internal.send.StreamAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one producer, each made by the caller who first names it, and retired by the loop
 * when nobody uses it any more. Thread-safe.
 *
 * <p>A stream is made under a lock that a close takes first: a close sees every stream that there
 * will ever be. Retiring takes it too, so a stream is never made beside one that may yet stay.
 */
final class Streams {

  private final Function<String, StreamPipeline> make;
  private final Map<String, StreamPipeline> known = new ConcurrentHashMap<>();
  private final Map<String, StreamPipeline> view = Collections.unmodifiableMap(known);
  private final ReentrantLock creation = new ReentrantLock();
  private volatile boolean closed;

  /**
   * Creates an empty set of streams.
   *
   * @param make makes the pipeline of a stream by its name
   */
  Streams(Function<String, StreamPipeline> make) {
    this.make = make;
  }

  /** The stream, or null if nobody has named it. */
  @Nullable StreamPipeline known(String name) {
    return known.get(name);
  }

  /**
   * The stream, made if nobody has named it before; null if it would be and the door is closed.
   *
   * @throws IllegalArgumentException if no stream can be called so
   */
  @Nullable StreamPipeline knownOrNew(String name) {
    StreamPipeline stream = known.get(name);
    return stream == null ? made(name) : stream;
  }

  private @Nullable StreamPipeline made(String name) {
    StreamAddress.check(name);
    creation.lock();
    try {
      if (closed) {
        return null;
      }
      StreamPipeline stream = known.computeIfAbsent(name, make);
      stream.nudge();
      return stream;
    } finally {
      creation.unlock();
    }
  }

  /**
   * Takes out a stream that nobody uses, unless its account is in use after all. Loop only.
   *
   * @param retireAccount answers whether the account is retired now
   */
  boolean retire(StreamPipeline stream, BooleanSupplier retireAccount) {
    creation.lock();
    try {
      // First: whom the account sends back finds it gone, or comes to this lock.
      known.remove(stream.name(), stream);
      boolean retired = retireAccount.getAsBoolean();
      if (!retired) {
        known.put(stream.name(), stream);
      }
      return retired;
    } finally {
      creation.unlock();
    }
  }

  /** All of them by name: a live view. */
  Map<String, StreamPipeline> byName() {
    return view;
  }

  /** All of them: a live view. */
  Collection<StreamPipeline> all() {
    return view.values();
  }

  /** No stream is made from now on. */
  void close() {
    creation.lock();
    try {
      closed = true;
    } finally {
      creation.unlock();
    }
  }

  boolean closed() {
    return closed;
  }
}
