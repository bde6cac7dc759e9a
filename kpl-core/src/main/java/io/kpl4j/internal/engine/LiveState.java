// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.event.ProducerState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a producer holds right now, from what the loop publishes. Thread-safe. */
final class LiveState implements ProducerState {

  private final StreamContext context;
  private final MonotonicClock clock;
  private final Streams streams;
  private final Pipelines pipelines;
  private final HealthCheck healthCheck;

  LiveState(
      StreamContext context,
      MonotonicClock clock,
      Streams streams,
      Pipelines pipelines,
      HealthCheck healthCheck) {
    this.context = context;
    this.clock = clock;
    this.streams = streams;
    this.pipelines = pipelines;
    this.healthCheck = healthCheck;
  }

  @Override
  public long outstandingRecords() {
    return context.budget().outstandingRecords();
  }

  @Override
  public long outstandingBytes() {
    return context.budget().heldBytes();
  }

  @Override
  public Duration oldestRecordAge() {
    return healthCheck.oldestRecordAge();
  }

  @Override
  public int requestsInFlight() {
    return pipelines.requestsInFlight();
  }

  @Override
  public long waitingRecords() {
    return context.budget().waitingRecords();
  }

  @Override
  public List<StreamState> streams() {
    return streams.all().stream().map(this::of).toList();
  }

  @Override
  public Optional<StreamState> stream(String streamName) {
    return Optional.ofNullable(streams.known(streamName)).map(this::of);
  }

  private StreamState of(StreamPipeline stream) {
    long listedNanos = stream.shardMapNanos();
    return new StreamState(
        stream.name(),
        context.budget().heldRecords(stream.account()),
        listedNanos == Long.MIN_VALUE
            ? Optional.empty()
            : Optional.of(Duration.ofNanos(Math.max(0, clock.nanos() - listedNanos))));
  }
}
