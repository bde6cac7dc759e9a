// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import io.kpl4j.event.ProducerState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A producer's state made up, with one stream. Thread-safe. */
final class PendingState implements ProducerState {

  final AtomicInteger asked = new AtomicInteger();
  volatile long pending = 12;

  @Override
  public long outstandingRecords() {
    return pending;
  }

  @Override
  public long outstandingBytes() {
    return 1_000;
  }

  @Override
  public Duration oldestRecordAge() {
    return Duration.ofSeconds(2);
  }

  @Override
  public int requestsInFlight() {
    return 3;
  }

  @Override
  public long waitingRecords() {
    return 5;
  }

  @Override
  public List<StreamState> streams() {
    asked.incrementAndGet();
    return List.of(clicks());
  }

  @Override
  public Optional<StreamState> stream(String streamName) {
    return streamName.equals("clicks") ? Optional.of(clicks()) : Optional.empty();
  }

  private StreamState clicks() {
    return new StreamState("clicks", pending, Optional.of(Duration.ofMinutes(1)));
  }
}
