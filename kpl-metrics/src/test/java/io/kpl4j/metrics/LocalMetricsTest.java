// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricWindow;
import io.kpl4j.MetricsGranularity;
import io.kpl4j.MetricsLevel;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StreamEvents;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The local view over time that a test moves on, whatever is uploaded. */
class LocalMetricsTest {

  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong nanos = new AtomicLong(1_000 * SECOND);

  /** How much later it is after each look at the time. */
  private final AtomicLong advancePerLook = new AtomicLong();

  private final LocalMetrics metrics = metrics(20_000);
  private final StreamEvents stream = new MeteredEvents(metrics).stream("clicks");

  private LocalMetrics metrics(int most) {
    return metrics(most, new LocalEvents.Nowhere());
  }

  private LocalMetrics metrics(int most, LocalMetrics.Home home) {
    return new LocalMetrics(
        KinesisProducerConfig.builder()
            .metricsLevel(MetricsLevel.DETAILED)
            .metricsGranularity(MetricsGranularity.SHARD)
            .build(),
        home,
        () -> nanos.getAndAdd(advancePerLook.get()),
        most);
  }

  private double received(int seconds) {
    return sum(metrics.last(Duration.ofSeconds(seconds)), "UserRecordsReceived");
  }

  private static double sum(List<MetricWindow> windows, String name) {
    return windows.stream()
        .filter(window -> window.name().equals(name) && window.dimensions().isEmpty())
        .mapToDouble(MetricWindow::sum)
        .sum();
  }

  @Test
  void last_ofAnySeconds_slidesAcrossUploads() {
    for (int second = 0; second < 200; second++) {
      stream.recordsReceived(10, 100);
      if (second % 7 == 0) {
        assertThat(metrics.take()).isNotEmpty();
      }
      assertThat(received(1)).isEqualTo(10);
      assertThat(received(60)).isEqualTo(10 * Math.min(60, second + 1));
      assertThat(received(10)).isEqualTo(10 * Math.min(10, second + 1));
      nanos.addAndGet(SECOND);
    }
    assertThat(received(1)).as("in the running second").isZero();
    assertThat(sum(metrics.sinceStart(), "UserRecordsReceived")).isEqualTo(2_000);

    nanos.addAndGet(59 * SECOND);
    assertThat(received(60)).isZero();
    assertThat(sum(metrics.sinceStart(), "UserRecordsReceived")).isEqualTo(2_000);
  }

  @Test
  void last_window_saysHowLongItIs() {
    nanos.addAndGet(SECOND / 4);
    stream.recordsReceived(10, 100);

    assertThat(metrics.last(Duration.ofSeconds(10)))
        .extracting(MetricWindow::duration)
        .containsOnly(Duration.ofMillis(9_250));
  }

  @Test
  void last_theSecondTurnsMeanwhile_allWindowsAreOfTheSameTime() {
    ShardEvents shard = stream.shard("shardId-000000000000");
    stream.recordsReceived(10, 100);
    shard.userRecordPut(100, 1_000, 1);
    // One look at the time, then one more with each that follows a second later.
    advancePerLook.set(SECOND);

    List<MetricWindow> windows = metrics.last(Duration.ofSeconds(2));

    assertThat(sum(windows, "UserRecordsReceived")).isEqualTo(10);
    assertThat(sum(windows, "UserRecordsPut")).isEqualTo(1);
  }

  @Test
  void last_timeStepsBack_losesNothing() {
    stream.recordsReceived(1, 100);
    nanos.addAndGet(SECOND);
    stream.recordsReceived(10, 100);
    nanos.addAndGet(-60 * SECOND);
    stream.recordsReceived(100, 100);

    assertThat(received(60)).isEqualTo(111);
    nanos.addAndGet(60 * SECOND);
    assertThat(received(1)).isEqualTo(110);
    nanos.addAndGet(SECOND);
    stream.recordsReceived(1_000, 100);
    assertThat(received(2)).isEqualTo(1_110);
    assertThat(received(60)).isEqualTo(1_111);
  }

  @Test
  void last_windowsThatAreNotAllowed_areRefused() {
    for (Duration window :
        List.of(Duration.ZERO, Duration.ofSeconds(61), Duration.ofMillis(1_500))) {
      assertThatThrownBy(() -> metrics.last(window))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 to 60 s");
    }
  }

  @Test
  void series_overAnHourOfReshards_areNotMoreThanAfterTheFirstMinutes() {
    int warm = 0;
    for (int minute = 0; minute < 60; minute++) {
      ShardEvents first = stream.shard("shardId-%012d".formatted(2 * minute));
      ShardEvents second = stream.shard("shardId-%012d".formatted(2 * minute + 1));
      for (ShardEvents shard : List.of(first, second)) {
        shard.userRecordPut(100, 1_000, 1);
        shard.userRecordFailed("Code" + minute, 1);
      }
      nanos.addAndGet(60 * SECOND);
      metrics.take();
      first.shardRetired();
      second.shardRetired();
      if (minute == 10) {
        warm = metrics.size();
      }
    }

    assertThat(metrics.size()).isPositive().isLessThanOrEqualTo(warm);
    assertThat(sum(metrics.sinceStart(), "UserRecordsPut")).isEqualTo(120);
    assertThat(
            metrics.sinceStart().stream()
                .filter(window -> window.name().equals("UserRecordsPut"))
                .filter(window -> window.dimensions().equals(Map.of("StreamName", "clicks")))
                .mapToDouble(MetricWindow::sampleCount)
                .sum())
        .isEqualTo(240);
  }

  /** As they are for an hour where nothing is uploaded and nobody asks. */
  @Test
  void series_overAnHourOfReshardsInProcessOnly_areNotMoreThanAfterTheFirstMinutes() {
    LocalEvents events =
        new LocalEvents(
            KinesisProducerConfig.builder()
                .metricsLevel(MetricsLevel.DETAILED)
                .metricsGranularity(MetricsGranularity.SHARD)
                .build(),
            nanos::get);
    StreamEvents only = events.stream("clicks");
    int warm = 0;
    for (int minute = 0; minute < 60; minute++) {
      ShardEvents shard = only.shard("shardId-%012d".formatted(minute));
      shard.userRecordPut(100, 1_000, 1);
      shard.userRecordFailed("Code" + minute % 10, 1);
      nanos.addAndGet(60 * SECOND);
      shard.shardRetired();
      warm = minute == 15 ? events.size() : warm;
    }

    assertThat(events.size()).isPositive().isLessThanOrEqualTo(warm);
    List<MetricWindow> all = events.metrics().orElseThrow().sinceStart();
    assertThat(sum(all, "UserRecordsPut")).isEqualTo(60);
    nanos.addAndGet(3_600 * SECOND);
    assertThat(events.metrics().orElseThrow().sinceStart())
        .as("of a producer that does nothing more")
        .noneMatch(window -> window.dimensions().containsKey("ShardId"));
  }

  @Test
  void series_droppedBetweenUploadsAsThereIsNoRoom_areUploadedAllTheSame() {
    LocalMetrics few =
        metrics(
            60,
            new LocalMetrics.Home() {
              private final LocalMetrics.Home nowhere = new LocalEvents.Nowhere();

              @Override
              public WindowSummary add(
                  Metric metric, Tags tags, Function<Meter.Id, WindowSummary> make) {
                return nowhere.add(metric, tags, make);
              }

              @Override
              public void remove(WindowSummary summary) {}

              @Override
              public boolean takesAll() {
                return true;
              }
            });
    StreamEvents resharded = new MeteredEvents(few).stream("clicks");
    for (int i = 0; i < 20; i++) {
      ShardEvents shard = resharded.shard("shardId-%012d".formatted(i));
      shard.userRecordPut(100, 1_000, 1);
      shard.shardRetired();
      nanos.addAndGet(360 * SECOND);
    }

    Map<RollUp.Key, Statistics> taken = few.take();
    assertThat(taken.get(new RollUp.Key(Metric.USER_RECORDS_PUT, Map.of())))
        .isEqualTo(new Statistics(20, 20, 1, 1));
    assertThat(few.take()).isEmpty();
    assertThat(sum(few.sinceStart(), "UserRecordsPut")).isEqualTo(20);
  }

  @Test
  void series_beyondTheBound_areCountedTogether() {
    PrintStream error = System.err;
    ByteArrayOutputStream logged = new ByteArrayOutputStream();
    System.setErr(new PrintStream(logged, true, UTF_8));
    LocalMetrics few = metrics(60);
    try {
      overflow(few);
    } finally {
      System.setErr(error);
    }

    assertThat(logged.toString(UTF_8).lines())
        .filteredOn(line -> line.contains("WARN"))
        .singleElement()
        .asString()
        .contains("More than 60 series of metrics");
    assertThat(few.size()).isLessThanOrEqualTo(120 + 3 * Metric.values().length);
    Map<RollUp.Key, Statistics> taken = few.take();
    assertThat(taken.get(new RollUp.Key(Metric.USER_RECORDS_PUT, Map.of())))
        .isEqualTo(new Statistics(1_100, 1_100, 1, 1));
    assertThat(taken.get(new RollUp.Key(Metric.USER_RECORDS_PUT, Map.of("StreamName", "clicks"))))
        .isEqualTo(new Statistics(1_000, 1_000, 1, 1));
    assertThat(
            taken.get(
                new RollUp.Key(
                    Metric.USER_RECORDS_PUT, Map.of("StreamName", "clicks", "ShardId", "(other)"))))
        .isNotNull();
    assertThat(taken.get(new RollUp.Key(Metric.USER_RECORDS_PUT, Map.of("StreamName", "(other)"))))
        .isNotNull();
  }

  private static void overflow(LocalMetrics few) {
    StreamEvents bounded = new MeteredEvents(few).stream("clicks");
    for (int i = 0; i < 1_000; i++) {
      bounded.shard("shardId-%012d".formatted(i)).userRecordPut(100, 1_000, 1);
    }
    for (int i = 0; i < 100; i++) {
      new MeteredEvents(few).stream("stream-" + i).shard(null).userRecordPut(100, 1_000, 1);
    }
  }
}
