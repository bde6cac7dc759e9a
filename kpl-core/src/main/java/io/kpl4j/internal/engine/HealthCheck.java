// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.ProducerHealth;
import io.kpl4j.ProducerHealth.State;
import io.kpl4j.StreamHealth;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Says how the producer is, from what the loop publishes. Thread-safe; waits for nothing, and costs
 * some reads for each stream.
 */
final class HealthCheck {

  private final StreamContext context;
  private final MonotonicClock clock;
  private final Streams streams;
  private final Pipelines pipelines;
  private final ProducerLoop loop;
  private final Shutdown shutdown;

  HealthCheck(
      StreamContext context,
      MonotonicClock clock,
      Streams streams,
      Pipelines pipelines,
      ProducerLoop loop,
      Shutdown shutdown) {
    this.context = context;
    this.clock = clock;
    this.streams = streams;
    this.pipelines = pipelines;
    this.loop = loop;
    this.shutdown = shutdown;
  }

  ProducerHealth health() {
    State state = state();
    long now = clock.nanos();
    return ProducerHealth.builder(state)
        .failure(pipelines.failure())
        .loop(
            Duration.ofNanos(Math.max(0, now - loop.turnBeganNanos())),
            shutdown.ended() ? Duration.ZERO : Duration.ofNanos(loop.delayNanos(now)))
        .outstanding(
            context.budget().outstandingRecords(), context.budget().heldBytes(), oldestRecordAge())
        .unhandledFailures(context.ports().failures().faults())
        .impairedStreams(impaired(now))
        .build();
  }

  Duration oldestRecordAge() {
    long oldest = Long.MAX_VALUE;
    for (StreamPipeline stream : streams.all()) {
      oldest = Math.min(oldest, stream.oldestAdmittedNanos());
    }
    return oldest == Long.MAX_VALUE
        ? Duration.ZERO
        : Duration.ofNanos(Math.max(0, clock.nanos() - oldest));
  }

  private State state() {
    if (pipelines.failure() != null) {
      return State.FAILED;
    }
    if (shutdown.ended()) {
      return State.CLOSED;
    }
    return streams.closed() ? State.CLOSING : State.RUNNING;
  }

  /** Fatal errors first: of many streams those must not be cut off. */
  private List<StreamHealth> impaired(long now) {
    Instant wallTime = pipelines.wallTime();
    List<StreamHealth> fatal = new ArrayList<>();
    List<StreamHealth> others = new ArrayList<>();
    for (StreamPipeline stream : streams.all()) {
      stream
          .condition()
          .health(stream.name(), now, wallTime)
          .ifPresent(health -> (health.lastFatalError().isPresent() ? fatal : others).add(health));
    }
    fatal.addAll(others);
    return fatal.subList(0, Math.min(fatal.size(), ProducerHealth.MAX_STREAMS));
  }
}
