// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.FailureReason;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StreamEvents;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A fault while the loop takes in what callers sealed. */
class ArrivalFaultTest {

  /** Throws as the first record arrives, where nothing keeps it away from the loop. */
  private static final class ThrowingOnce implements ProducerEvents, StreamEvents {
    private boolean thrown;

    @Override
    public StreamEvents stream(String streamName) {
      return this;
    }

    @Override
    public ShardEvents shard(@Nullable String shardId) {
      return ProducerEvents.none().stream("s").shard(shardId);
    }

    @Override
    public void recordsReceived(int count, long bytes) {
      if (!thrown) {
        thrown = true;
        throw new StagedFault("thrown by events");
      }
    }

    @Override
    public void close() {}
  }

  @Test
  void events_throwAsARecordArrivesWithoutAMap_itFailsAndIsNotMetAgainWhenTheMapComes() {
    SimulationSettings settings = new SimulationSettings();
    settings.events = new ThrowingOnce();
    settings.eventsGuarded = false;
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", 1);
    run.kinesis.weather.listNanos = 60 * MILLI;
    for (int i = 0; i < 5; i++) {
      run.put("s", "key-" + i, 100);
    }
    Outcome outcome = run.finish(5 * SECOND);
    assertThat(run.pipelines.failure()).isNull();
    assertThat(outcome.failures).containsOnlyKeys(FailureReason.INTERNAL);
    assertThat(outcome.succeeded + outcome.failures.getOrDefault(FailureReason.INTERNAL, 0))
        .isEqualTo(5);
    run.put("s", "later", 100);
    assertThat(run.finish(5 * SECOND).failures).isEqualTo(Map.copyOf(outcome.failures));
  }
}
