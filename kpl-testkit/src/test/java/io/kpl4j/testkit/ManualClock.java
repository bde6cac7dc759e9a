// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands until it is moved. Moved by one thread, read by any. */
final class ManualClock implements InstantSource {

  private volatile Instant now = Instant.parse("2026-11-01T12:00:00Z");

  @Override
  public Instant instant() {
    return now;
  }

  void advance(Duration step) {
    now = now.plus(step);
  }
}
