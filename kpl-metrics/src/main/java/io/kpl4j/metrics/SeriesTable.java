// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kpl4j.metrics.Series.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The series in use, bounded in number. Thread-safe.
 *
 * <p>One that everybody has let go stays for {@value #GRACE_MINUTES} minutes, so that its last
 * values are seen, and is then dropped. Beyond the bound shards share a series of their stream's
 * other shards, and streams one of other streams; a warning says so once.
 *
 * @param <S> what kind of series
 */
final class SeriesTable<S extends Series> {

  static final int GRACE_MINUTES = 5;

  private static final Logger LOG = LoggerFactory.getLogger(SeriesTable.class);
  private static final long GRACE_NANOS = Duration.ofMinutes(GRACE_MINUTES).toNanos();

  /** What a series is of. Immutable. */
  record Key(Metric metric, Place place) {}

  /** Makes and drops series. */
  interface Maker<S> {
    S make(Metric metric, Place place);

    void drop(Key key, S series);
  }

  private static final class Entry<S> {
    private final Key key;
    private final S series;
    private int users;
    private long releasedNanos;

    Entry(Key key, S series) {
      this.key = key;
      this.series = series;
    }
  }

  private final int most;
  private final Maker<S> maker;
  private final LongSupplier nanoClock;

  @GuardedBy("this")
  private final Map<Key, Entry<S>> entries = new HashMap<>();

  @GuardedBy("this")
  private final IdentityHashMap<Series, Entry<S>> bySeries = new IdentityHashMap<>();

  @GuardedBy("this")
  private boolean warned;

  /** Whether a series may have been let go; written under the lock. */
  private volatile boolean letGo;

  /** No series that nobody has was let go before; written under the lock. */
  private volatile long firstReleasedNanos;

  /**
   * Creates an empty table.
   *
   * @param most how many series of their own there may be; as many again may stand for others
   */
  SeriesTable(int most, Maker<S> maker, LongSupplier nanoClock) {
    this.most = most;
    this.maker = maker;
    this.nanoClock = nanoClock;
  }

  synchronized S acquire(Metric metric, Place place) {
    Entry<S> entry = entry(metric, place);
    entry.users++;
    return entry.series;
  }

  @GuardedBy("this")
  private Entry<S> entry(Metric metric, Place place) {
    Entry<S> known = entries.get(new Key(metric, place));
    if (known != null) {
      return known;
    }
    if (entries.size() >= most) {
      sweep();
    }
    if (entries.size() < most) {
      return made(metric, place);
    }
    warnOnce();
    if (place.shardId() != null) {
      Entry<S> shared = entries.get(new Key(metric, place.otherShard()));
      if (shared != null || entries.size() < 2 * most) {
        return shared != null ? shared : made(metric, place.otherShard());
      }
    }
    Entry<S> shared = entries.get(new Key(metric, place.otherStream()));
    // One for each metric at most, beyond any bound.
    return shared != null ? shared : made(metric, place.otherStream());
  }

  @GuardedBy("this")
  private Entry<S> made(Metric metric, Place place) {
    Key key = new Key(metric, place);
    Entry<S> entry = new Entry<>(key, maker.make(metric, place));
    entries.put(key, entry);
    bySeries.put(entry.series, entry);
    return entry;
  }

  @GuardedBy("this")
  private void warnOnce() {
    if (!warned) {
      warned = true;
      LOG.warn(
          "More than {} series of metrics; further shards and streams are counted together as {}."
              + " A coarser MetricsGranularity needs fewer",
          most,
          Place.OTHER);
    }
  }

  synchronized void release(Series series) {
    @Nullable Entry<S> entry = bySeries.get(series);
    if (entry != null && --entry.users == 0) {
      entry.releasedNanos = nanoClock.getAsLong();
      if (!letGo) {
        firstReleasedNanos = entry.releasedNanos;
        letGo = true;
      }
    }
  }

  /** Drops what was let go long ago. Looks at each series only if there may be such a one. */
  void sweep() {
    if (letGo && nanoClock.getAsLong() - firstReleasedNanos > GRACE_NANOS) {
      sweepAll();
    }
  }

  private synchronized void sweepAll() {
    long now = nanoClock.getAsLong();
    List<Entry<S>> old = new ArrayList<>();
    boolean left = false;
    long longest = 0;
    for (Entry<S> entry : entries.values()) {
      if (entry.users == 0) {
        long age = now - entry.releasedNanos;
        if (age > GRACE_NANOS) {
          old.add(entry);
        } else {
          left = true;
          longest = Math.max(longest, age);
        }
      }
    }
    firstReleasedNanos = now - longest;
    letGo = left;
    for (Entry<S> entry : old) {
      entries.remove(entry.key);
      bySeries.remove(entry.series);
      maker.drop(entry.key, entry.series);
    }
  }

  /** All of them, as of now. */
  synchronized Map<Key, S> all() {
    Map<Key, S> all = new HashMap<>();
    entries.forEach((key, entry) -> all.put(key, entry.series));
    return all;
  }

  synchronized int size() {
    return entries.size();
  }
}
