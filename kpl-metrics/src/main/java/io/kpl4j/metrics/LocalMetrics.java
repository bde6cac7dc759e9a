// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricWindow;
import io.kpl4j.MetricsDimension;
import io.kpl4j.MetricsGranularity;
import io.kpl4j.MetricsLevel;
import io.kpl4j.ProducerMetrics;
import io.kpl4j.metrics.Series.Place;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one producer in memory, as its configuration asks for them: for {@code
 * KinesisProducer.metrics()} and for uploads. Thread-safe.
 */
final class LocalMetrics implements ProducerMetrics, Series.Source {

  /** A thousand shards have some fifteen thousand. */
  static final int MOST_SERIES = 20_000;

  /** Where summaries are kept as meters. */
  interface Home {
    WindowSummary add(Metric metric, Tags tags, Function<Meter.Id, WindowSummary> make);

    void remove(WindowSummary summary);

    /** Whether {@link #take} is called again and again, and must be given every value. */
    boolean takesAll();
  }

  private final MetricsLevel level;
  private final MetricsGranularity granularity;
  private final boolean percentiles;
  private final List<MetricsDimension> additional;
  private final Home home;
  private final Seconds seconds;
  private final SeriesTable<WindowSummary> table;

  /** What dropped series had since the start, at the place they belonged to. */
  @GuardedBy("gone")
  private final Map<SeriesTable.Key, Statistics> gone = new HashMap<>();

  /** What series had that were dropped before it was taken; only one that is full does that. */
  @GuardedBy("gone")
  private final Map<SeriesTable.Key, Statistics> untaken = new HashMap<>();

  LocalMetrics(KinesisProducerConfig config, Home home, LongSupplier nanoClock, int most) {
    this.level = config.metricsLevel();
    this.granularity = config.metricsGranularity();
    this.percentiles = config.metricsPercentiles();
    this.additional = config.additionalMetricsDimensions();
    this.home = home;
    this.seconds = new Seconds(nanoClock);
    this.table = new SeriesTable<>(most, new Summaries(), nanoClock);
  }

  private final class Summaries implements SeriesTable.Maker<WindowSummary> {
    @Override
    public WindowSummary make(Metric metric, Place place) {
      boolean spread = percentiles && metric.measure().isDistribution();
      return home.add(
          metric, tags(place), id -> new WindowSummary(id, metric.measure(), seconds, spread));
    }

    @Override
    public void drop(SeriesTable.Key key, WindowSummary summary) {
      home.remove(summary);
      Place place = key.place();
      synchronized (gone) {
        boolean ofShard = place.shardId() != null && gone.size() < MOST_SERIES;
        Place parent = new Place(ofShard ? place.streamName() : null, null, place.errorCode());
        SeriesTable.Key heir = new SeriesTable.Key(key.metric(), parent);
        gone.merge(heir, summary.all(), Statistics::plus);
        Statistics left = summary.take();
        if (home.takesAll() && !left.isEmpty()) {
          untaken.merge(untaken.size() < MOST_SERIES ? key : heir, left, Statistics::plus);
        }
      }
    }
  }

  private static Tags tags(Place place) {
    Tags tags = Tags.empty();
    tags = with(tags, RollUp.STREAM_NAME, place.streamName());
    tags = with(tags, RollUp.SHARD_ID, place.shardId());
    return with(tags, RollUp.ERROR_CODE, place.errorCode());
  }

  private static Tags with(Tags tags, String key, @Nullable String value) {
    return value == null ? tags : tags.and(key, value);
  }

  @Override
  public Series acquire(Metric metric, Place place) {
    if (metric.level().compareTo(level) > 0) {
      return Series.NONE;
    }
    boolean streams = granularity != MetricsGranularity.GLOBAL;
    boolean shards = granularity == MetricsGranularity.SHARD && metric.perShard();
    return table.acquire(
        metric,
        new Place(
            streams ? place.streamName() : null,
            shards ? place.shardId() : null,
            place.errorCode()));
  }

  @Override
  public void release(Series series) {
    table.release(series);
  }

  @Override
  public void tick() {
    seconds.tick();
    if (!home.takesAll()) {
      table.sweep();
    }
  }

  /** The values since the last call, rolled up. */
  Map<RollUp.Key, Statistics> take() {
    RollUp rollUp = new RollUp(additional);
    Map<SeriesTable.Key, WindowSummary> there;
    synchronized (table) {
      there = table.all();
      synchronized (gone) {
        untaken.forEach((key, left) -> rollUp.add(key.metric(), key.place(), left));
        untaken.clear();
      }
    }
    there.forEach((key, summary) -> rollUp.add(key.metric(), key.place(), summary.take()));
    table.sweep();
    return rollUp.sums();
  }

  /** How many series there are. */
  int size() {
    return table.size();
  }

  @Override
  public List<MetricWindow> last(Duration window) {
    long asked = window.toSeconds();
    if (asked < 1
        || asked > SlidingWindow.MOST_SECONDS
        || !window.equals(Duration.ofSeconds(asked))) {
      throw new IllegalArgumentException("a window of " + window + ": allowed are 1 to 60 s");
    }
    tick();
    // Read once: the windows of all series end together.
    Seconds.Moment now = seconds.now();
    RollUp rollUp = new RollUp(additional);
    table
        .all()
        .forEach(
            (key, summary) ->
                rollUp.add(key.metric(), key.place(), summary.last((int) asked, now.second())));
    Duration covered = Duration.ofSeconds(asked - 1).plusNanos(Math.max(1, now.nanosInto()));
    return windows(rollUp, key -> covered);
  }

  @Override
  public List<MetricWindow> sinceStart() {
    tick();
    RollUp rollUp = new RollUp(additional);
    Map<Metric, Long> born = new HashMap<>();
    Map<SeriesTable.Key, WindowSummary> there;
    // A series goes from the one to the other under the table's lock, and is to be seen once.
    synchronized (table) {
      there = table.all();
      synchronized (gone) {
        gone.forEach((key, all) -> rollUp.add(key.metric(), key.place(), all));
      }
    }
    there.forEach(
        (key, summary) -> {
          rollUp.add(key.metric(), key.place(), summary.all());
          born.merge(key.metric(), summary.bornSecond(), Math::min);
        });
    long now = seconds.now().second();
    return windows(
        rollUp, key -> Duration.ofSeconds(Math.max(1, now - born.getOrDefault(key.metric(), now))));
  }

  private static List<MetricWindow> windows(
      RollUp rollUp, Function<RollUp.Key, Duration> duration) {
    List<MetricWindow> windows = new ArrayList<>();
    rollUp.sums().forEach((key, sum) -> windows.add(new Window(key, duration.apply(key), sum)));
    return windows;
  }

  /** One window. Immutable. */
  private record Window(RollUp.Key key, Duration duration, Statistics statistics)
      implements MetricWindow {
    @Override
    public String name() {
      return key.metric().cloudWatchName();
    }

    @Override
    public String unit() {
      return key.metric().measure().unit();
    }

    @Override
    public Map<String, String> dimensions() {
      return key.dimensions();
    }

    @Override
    public long sampleCount() {
      return statistics.count();
    }

    @Override
    public double sum() {
      return statistics.sum();
    }

    @Override
    public double minimum() {
      return statistics.minimum();
    }

    @Override
    public double maximum() {
      return statistics.maximum();
    }

    @Override
    public String toString() {
      return name() + dimensions() + " " + statistics;
    }
  }
}
