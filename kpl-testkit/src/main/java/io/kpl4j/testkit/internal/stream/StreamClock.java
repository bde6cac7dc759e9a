// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

import java.time.Instant;

/** Turns moments into nanoseconds, to reckon rates with. Stateless. */
final class StreamClock {

  private StreamClock() {}

  static long nanos(Instant moment) {
    return moment.getEpochSecond() * 1_000_000_000L + moment.getNano();
  }
}
