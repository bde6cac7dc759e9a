// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that stands still until a test moves it. Thread-safe.
 *
 * <p>It is the time of an {@link InMemoryKinesisProducer}, and may be that of a {@link
 * io.kpl4j.testkit.KinesisTestServer.Builder#clock test server} and of the service under test too.
 */
public final class ManualClock implements InstantSource {

  private final AtomicReference<Instant> now;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** Creates a clock that stands at the beginning of the year 2026, UTC. */
  public ManualClock() {
    this(Instant.parse("2026-01-01T00:00:00Z"));
  }

  /**
   * Creates a clock.
   *
   * @param start where it stands
   */
  public ManualClock(Instant start) {
    this.now = new AtomicReference<>(requireNonNull(start, "start"));
  }

  @Override
  public Instant instant() {
    return requireNonNull(now.get());
  }

  /**
   * Moves the clock forward. What becomes due or expires by that does so before this returns, on
   * the calling thread.
   *
   * @param time how far, zero or more
   * @throws IllegalArgumentException if the time is negative
   */
  public void advance(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("a clock moves forward, not by " + time);
    }
    now.updateAndGet(instant -> instant.plus(time));
    listeners.forEach(Runnable::run);
  }

  void addListener(Runnable listener) {
    listeners.add(listener);
  }

  void removeListener(Runnable listener) {
    listeners.remove(listener);
  }
}
