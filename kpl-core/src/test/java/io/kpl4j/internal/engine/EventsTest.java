// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.AdmissionPolicy;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ProducerState.StreamState;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StreamEvents;
import io.kpl4j.internal.engine.Weather.CallFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What receivers of events are told beside results: waits, drops, doubts, rates, ends. */
class EventsTest {

  private final SimulationSettings settings = new SimulationSettings();
  private final Told told = new Told();

  /** Keeps what it is told of one stream. */
  private static final class Told implements ProducerEvents, StreamEvents {
    private final Map<String, Integer> handles = new HashMap<>();
    private final List<Long> tokenWaits = new ArrayList<>();
    private final List<Long> slotWaits = new ArrayList<>();
    private final List<Long> started = new ArrayList<>();
    private final List<Long> finished = new ArrayList<>();
    private long unknown;
    private long dropped;
    private long stored;
    private long failed;
    private double rate = 1;
    private boolean retired;

    @Override
    public StreamEvents stream(String streamName) {
      return this;
    }

    @Override
    public void close() {}

    @Override
    public void recordsDropped(long count) {
      dropped += count;
    }

    @Override
    public void requestStarted(long requestId, int kinesisRecords, int userRecords, long bytes) {
      started.add(requestId);
    }

    @Override
    public void requestFinished(
        long requestId,
        int kinesisRecords,
        int userRecords,
        long bytes,
        long durationNanos,
        @Nullable String errorCode) {
      finished.add(requestId);
    }

    @Override
    public void streamRetired() {
      retired = true;
    }

    @Override
    public ShardEvents shard(@Nullable String shardId) {
      handles.merge(String.valueOf(shardId), 1, Integer::sum);
      return new ShardEvents() {
        @Override
        public void userRecordPut(int dataBytes, long latencyNanos, int attempts) {
          stored++;
        }

        @Override
        public void userRecordFailed(String errorCode, int attempts) {
          failed++;
        }

        @Override
        public void kinesisRecordSent(long tokenWaitNanos, long slotWaitNanos) {
          tokenWaits.add(tokenWaitNanos);
          slotWaits.add(slotWaitNanos);
        }

        @Override
        public void outcomeUnknown(int userRecords) {
          unknown += userRecords;
        }

        @Override
        public void rateChanged(double share) {
          rate = share;
        }

        @Override
        public void shardRetired() {
          handles.merge(String.valueOf(shardId), -1, Integer::sum);
        }
      };
    }

    private long liveHandles() {
      return handles.values().stream().filter(count -> count > 0).count();
    }
  }

  private Simulation simulation(int shards) {
    settings.events = told;
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", shards);
    run.warmUp("s");
    return run;
  }

  private static void put(Simulation run, int records, int size) {
    for (int i = 0; i < records; i++) {
      run.put("s", "key-" + i, size);
    }
  }

  @Test
  void records_withTokensAndSlots_waitForNeither() {
    Simulation run = simulation(2);
    put(run, 50, 100);
    run.finish(5 * SECOND);

    assertThat(told.stored).isEqualTo(50);
    assertThat(told.tokenWaits).isNotEmpty().containsOnly(0L);
    assertThat(told.slotWaits).containsOnly(0L);
  }

  /** What waits for the next call of a stream that has calls under way does not lack a slot. */
  @Test
  void records_betweenTwoCalls_waitForNoSlot() {
    settings.lingerNanos = 0;
    Simulation run = simulation(2);
    run.kinesis.weather.latencyNanos = 10 * MILLI;
    for (int i = 0; i < 200; i++) {
      String key = "key-" + i;
      run.time.after(i * MILLI / 4, () -> run.put("s", key, 100));
    }
    run.finish(5 * SECOND);

    assertThat(told.stored).isEqualTo(200);
    assertThat(told.slotWaits).isNotEmpty().allMatch(wait -> wait < MILLI / 10);
  }

  @Test
  void records_beyondTheRate_waitForTokensAlone() {
    settings.ratePercent = 100;
    settings.adaptiveRate = false;
    Simulation run = simulation(1);
    // The bucket has 1 MiB; what is beyond takes two seconds more.
    put(run, 60, 50_000);
    run.finish(10 * SECOND);

    assertThat(told.tokenWaits).anySatisfy(wait -> assertThat(wait).isGreaterThan(SECOND));
    assertThat(told.slotWaits).allSatisfy(wait -> assertThat(wait).isLessThan(100 * MILLI));
  }

  @Test
  void records_whileTheOnlySlotIsTaken_waitForItAlone() {
    settings.maxRequests = 1;
    settings.patienceNanos = 20 * SECOND;
    Simulation run = simulation(1);
    run.kinesis.weather.latencyNanos = SECOND;
    run.put("s", "first", 100);
    run.time.after(200 * MILLI, () -> run.put("s", "second", 100));
    run.finish(20 * SECOND);

    assertThat(told.tokenWaits).containsOnly(0L);
    // Its linger is over at 300 ms, the slot is free some 1,100 ms after the start.
    assertThat(told.slotWaits).hasSize(2);
    assertThat(told.slotWaits.get(0)).isZero();
    assertThat(told.slotWaits.get(1)).isBetween(700 * MILLI, 900 * MILLI);
  }

  /** So whoever has a result finds it in the metrics. */
  @Test
  void records_storedOrFailed_areToldBeforeTheirResultsAreHandedOver() {
    List<Long> toldAtHandOver = new ArrayList<>();
    settings.ports =
        port -> {
          if (port == Simulation.Port.EXECUTOR) {
            toldAtHandOver.add(told.stored + told.failed);
          }
        };
    settings.failIfThrottled = true;
    Simulation run = simulation(1);
    run.put("s", "stored", 100);
    run.time.after(
        SECOND,
        () -> {
          run.kinesis.weather.faults = List.of(CallFault.CALL_THROTTLED);
          run.kinesis.weather.callFaults = 1;
          run.put("s", "failed", 100);
        });
    run.finish(10 * SECOND);

    assertThat(told.stored).isEqualTo(1);
    assertThat(told.failed).isEqualTo(1);
    assertThat(toldAtHandOver).hasSizeGreaterThanOrEqualTo(2).startsWith(1L, 2L);
  }

  @Test
  void reply_thatIsLost_leavesAnUnknownOutcome() {
    Simulation run = simulation(1);
    put(run, 10, 100);
    run.kinesis.weather.faults = List.of(CallFault.LOST_REPLY);
    run.kinesis.weather.callFaults = 1;
    run.time.after(300 * MILLI, () -> run.kinesis.weather.callFaults = 0);
    run.finish(10 * SECOND);

    assertThat(told.unknown).isPositive();
    assertThat(told.unknown % 10).isZero();
    assertThat(told.stored).isEqualTo(10);
  }

  @Test
  void requests_startAndFinishUnderOneNumber() {
    Simulation run = simulation(2);
    put(run, 50, 1_000);
    run.finish(5 * SECOND);

    assertThat(told.started).isNotEmpty().doesNotHaveDuplicates();
    assertThat(told.finished).containsExactlyInAnyOrderElementsOf(told.started);
  }

  @Test
  void throttles_lowerTheRateThatIsTold() {
    settings.policy = AdmissionPolicy.BLOCK;
    Simulation run = simulation(1);
    put(run, 1, 100);
    run.kinesis.weather.throttledEntries = 1;
    run.time.after(300 * MILLI, () -> run.kinesis.weather.throttledEntries = 0);
    run.finish(10 * SECOND);

    assertThat(told.rate).isBetween(0.7, 0.9);
  }

  @Test
  void dropPolicy_bufferFull_isToldWithTheCount() {
    settings.policy = AdmissionPolicy.DROP;
    settings.bufferRecords = 5;
    Simulation run = simulation(1);
    put(run, 12, 100);
    run.finish(5 * SECOND);

    assertThat(told.dropped).isPositive().isEqualTo(run.producer().droppedRecords());
  }

  @Test
  void state_whileRecordsWait_saysSo() {
    Simulation run = simulation(1);
    put(run, 3, 100);
    StreamState held = run.producer().state().streams().get(0);
    assertThat(held.streamName()).isEqualTo("s");
    assertThat(held.pendingRecords()).isEqualTo(3);
    assertThat(held.shardMapAge()).isPresent();
    assertThat(run.producer().state().outstandingRecords()).isEqualTo(3);

    List<Integer> underWay = new ArrayList<>();
    run.time.after(102 * MILLI, () -> underWay.add(run.producer().state().requestsInFlight()));
    run.finish(5 * SECOND);
    assertThat(underWay).containsExactly(1);
    assertThat(run.producer().state().requestsInFlight()).isZero();
    assertThat(run.producer().state().waitingRecords()).isZero();
    assertThat(run.producer().state().streams().get(0).pendingRecords()).isZero();
  }

  @Test
  void handles_overAnHourOfReshards_areThoseOfOpenShardsOnly() {
    settings.checkEvery = 1_000;
    Simulation run = simulation(4);
    long mostHandles = 0;
    for (int minute = 0; minute < 60; minute++) {
      if (minute % 2 == 0) {
        run.kinesis.splitAny("s");
      } else {
        run.kinesis.mergeAny("s");
      }
      for (int i = 0; i < 20; i++) {
        put(run, 20, 100);
        run.run(3 * SECOND);
      }
      if (minute >= 10) {
        mostHandles = Math.max(mostHandles, told.liveHandles());
      }
    }
    assertThat(run.finish(30 * SECOND).succeeded).isEqualTo(told.stored);

    assertThat(told.handles.keySet()).as("shards there were").hasSizeGreaterThan(40);
    // Five open ones, those of before the last two reshards, and the unknown one.
    assertThat(mostHandles).isLessThanOrEqualTo(12);
  }

  @Test
  void stream_thatIsRetired_letsGoOfAllItsHandles() {
    Simulation run = simulation(2);
    put(run, 10, 100);
    run.finish(5 * SECOND);
    run.run(1_100 * SECOND);

    assertThat(told.retired).isTrue();
    assertThat(told.liveHandles()).isZero();
  }
}
