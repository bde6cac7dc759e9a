// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.StreamEvents;
import io.kpl4j.internal.engine.Weather.CallFault;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Streams that nobody uses for 15 minutes are retired, and no record suffers from it. */
class IdleStreamTest {

  private static final long IDLE = 900 * SECOND;

  private final SimulationSettings settings = new SimulationSettings();

  private Simulation simulation() {
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", 2);
    return run;
  }

  @Test
  void stream_idleForFifteenMinutes_isRetiredAndMadeAnewByALaterPut() {
    List<String> asked = new ArrayList<>();
    settings.events =
        new ProducerEvents() {
          @Override
          public StreamEvents stream(String streamName) {
            asked.add(streamName);
            return ProducerEvents.none().stream(streamName);
          }
        };
    Simulation run = simulation();
    run.put("s", "key", 100);
    run.finish(SECOND);
    StreamPipeline first = run.stream("s");
    run.run(IDLE - 10 * SECOND);
    assertThat(run.streams).containsValue(first);

    run.run(20 * SECOND);
    assertThat(run.streams).isEmpty();

    run.put("s", "key", 100);
    assertThat(run.stream("s")).isNotSameAs(first);
    assertThat(run.finish(SECOND).succeeded).isEqualTo(2);
    assertThat(asked).as("receivers of events").containsExactly("s", "s");
  }

  @Test
  void stream_usedEveryTenMinutes_isNotRetired() {
    Simulation run = simulation();
    StreamPipeline first = run.stream("s");
    for (int i = 0; i < 6; i++) {
      run.put("s", "key", 100);
      run.run(600 * SECOND);
    }
    assertThat(run.streams).containsValue(first);
    assertThat(run.finish(SECOND).succeeded).isEqualTo(6);
  }

  @Test
  void streams_aThousandUsedOnce_leaveNothingBehind() {
    settings.checkEvery = 1_000;
    Simulation run = new Simulation(settings);
    List<WeakReference<StreamPipeline>> pipelines = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      run.kinesis.create("s" + i, 2);
      run.put("s" + i, "key", 100);
      pipelines.add(new WeakReference<>(run.stream("s" + i)));
    }
    assertThat(run.finish(5 * SECOND).succeeded).isEqualTo(1_000);

    run.run(IDLE + 200 * SECOND);

    assertThat(run.streams).isEmpty();
    assertThat(run.time.nextNanos()).as("when anything happens again").isEqualTo(Long.MAX_VALUE);
    // The model remembers calls until the next one.
    run.put("s0", "key", 100);
    run.finish(SECOND);
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> {
              System.gc();
              return pipelines.stream().allMatch(pipeline -> pipeline.get() == null);
            });
  }

  @Test
  void stream_onlyACallerWaitsForRoom_isNotRetired() {
    settings.bufferRecords = 1;
    settings.maxBlockNanos = 4 * IDLE;
    settings.ttlNanos = Long.MAX_VALUE;
    settings.patienceNanos = 4 * IDLE;
    Simulation run = simulation();
    run.kinesis.create("t", 1);
    run.warmUp("s");
    run.kinesis.weather.throttledEntries = 1;
    run.put("s", "key", 100);
    SimulatedPut waiting = run.put("t", "key", 100);
    StreamPipeline waitedFor = run.stream("t");

    run.run(2 * IDLE);

    assertThat(waiting.accepted()).isFalse();
    assertThat(run.streams).containsValue(waitedFor);
    run.kinesis.weather.throttledEntries = 0;
    assertThat(run.finish(10 * SECOND).succeeded).isEqualTo(2);
  }

  @Test
  void stream_aCallerIsBetweenPermitAndAppend_isNotRetired() {
    settings.checkEvery = Integer.MAX_VALUE;
    Simulation run = simulation();
    StreamPipeline stream = run.stream("s");
    assertThat(run.budget.acquire(stream.account(), 500, false)).isNull();

    run.run(2 * IDLE);
    assertThat(run.streams).containsValue(stream);
    run.budget.release(stream.account(), 500, 1);

    run.run(IDLE + SECOND);
    assertThat(run.streams).isEmpty();
  }

  @Test
  void stream_retiredWhileItsShardsAreListed_ignoresTheAnswer() {
    settings.patienceNanos = 2 * IDLE;
    Simulation run = simulation();
    run.kinesis.weather.listFailures = 1;
    run.kinesis.weather.listNanos = 115 * SECOND;
    run.put("s", "key", 100);
    assertThat(run.finish(SECOND).succeeded).isEqualTo(1);
    run.runUntil("it is retired", IDLE + SECOND, run.streams::isEmpty);
    assertThat(run.kinesis.listingsUnderWay).isPositive();

    run.run(300 * SECOND);

    assertThat(run.time.nextNanos()).as("when anything happens again").isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void put_ofARecordCheckedBeforeTheStreamWasRetired_goesToItsSuccessor() {
    Simulation run = simulation();
    SimulatedPut early = run.checkThenPut("s", "key", 100, IDLE + SECOND);
    StreamPipeline first = run.stream("s");

    run.run(IDLE + 2 * SECOND);

    assertThat(early.accepted()).isTrue();
    assertThat(run.stream("s")).isNotSameAs(first);
    assertThat(run.finish(SECOND).succeeded).isEqualTo(1);
  }

  @Test
  void puts_atTheEdgeOfRetiring_allSucceed() {
    Simulation run = simulation();
    for (int i = 0; i < 200; i++) {
      run.put("s", "key-" + i, 100);
      run.run(IDLE + run.random.nextLong(400 * MILLI) - 100 * MILLI);
    }
    assertThat(run.finish(SECOND).succeeded).isEqualTo(200);
  }

  @Test
  void flush_ofARetiredStream_isOverAtOnce() {
    Simulation run = simulation();
    run.put("s", "key", 100);
    run.run(IDLE + 2 * SECOND);
    assertThat(run.streams).isEmpty();
    CompletableFuture<Void> flush = run.flush("s");
    run.runUntil("the flush is over", 5 * MILLI, flush::isDone);
  }

  @Test
  void stream_whoseRecordsAreNeverAnswered_isNotRetired() {
    settings.ttlNanos = Long.MAX_VALUE;
    settings.patienceNanos = 4 * IDLE;
    Simulation run = simulation();
    run.warmUp("s");
    run.kinesis.weather.callFaults = 1;
    run.kinesis.weather.faults = List.of(CallFault.NO_ANSWER);
    StreamPipeline stream = run.stream("s");
    run.put("s", "key", 100);
    run.run(2 * IDLE);
    assertThat(run.streams).containsValue(stream);
    run.kinesis.weather.callFaults = 0;
    assertThat(run.finish(20 * SECOND).succeeded).isEqualTo(1);
  }
}
