// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.shard;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;

import io.kpl4j.internal.shard.ShardListing.Failed;
import io.kpl4j.internal.shard.ShardListing.Listed;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Knows what is known of a stream's shards and when to list them again. Confined to the loop.
 *
 * <p>At most one listing runs at a time. A listing is wanted at the start, when something says that
 * the map is wrong, when the range of a shard must be learnt, and every ten minutes, give or take a
 * half; one that brings nothing is repeated with a growing, random delay, and so is one that says
 * again what is known although the map was said to be wrong. The old map serves until a new one is
 * there.
 */
public final class ShardMapTracker {

  private static final long SECOND = 1_000_000_000L;

  private static final String ACCESS_DENIED = "AccessDeniedException";

  /** Between two listings that nothing asked for. */
  static final long REFRESH_NANOS = 600 * SECOND;

  /** Up to this long a wanted listing waits, so that a fleet does not list in step. */
  static final long JITTER_NANOS = SECOND / 10;

  /** The longest delay between listings that fail or bring nothing new. */
  static final long MAX_BACKOFF_NANOS = 30 * SECOND;

  /**
   * The longest one while records wait for what a listing tells: in their time to live of 30 s by
   * default there are to be several.
   */
  static final long MAX_AWAITED_BACKOFF_NANOS = 5 * SECOND;

  /** After so long without one, a listing that brings nothing new is the first again. */
  static final long UNCHANGED_MEMORY_NANOS = 2 * MAX_BACKOFF_NANOS;

  /** How long the range of a shard that is no longer listed is kept for late replies. */
  static final long MEMORY_NANOS = 2 * REFRESH_NANOS;

  /**
   * After so long without a word of the stream it may be another one of the same name: it takes
   * some time to delete a stream and to make it again.
   */
  static final long SILENCE_NANOS = 30 * SECOND;

  /** After so long without a word the service is taken to be back, and worth a listing at once. */
  static final long RECOVERY_NANOS = 5 * SECOND;

  /** A shard of which something was heard; mapped if it was open in a map. */
  private record Known(ShardRange range, long seenNanos, boolean mapped) {}

  private final Map<String, Known> known = new HashMap<>();
  private final LongUnaryOperator backoffNanos;
  private final LongUnaryOperator randomBelow;
  private @Nullable ShardMap map;
  private long nextNanos;
  private boolean listing;
  private boolean lastWasGood;
  private boolean wantedAgain;
  private boolean closedWanted;
  private long beganNanos;
  private long mapFromNanos = Long.MIN_VALUE;
  private int fruitless;
  private int unchanged;
  private long lastUnchangedNanos;
  private long noRefreshBeforeNanos = Long.MIN_VALUE;
  private long heardNanos;
  private boolean doubted;
  private boolean denied;

  /**
   * Creates a tracker that wants a listing at once.
   *
   * @param backoffNanos bound of the delay after so many fruitless listings, from 1
   * @param randomBelow a uniform random number from 0 to below its argument
   * @param nowNanos the time
   */
  public ShardMapTracker(
      LongUnaryOperator backoffNanos, LongUnaryOperator randomBelow, long nowNanos) {
    this.backoffNanos = backoffNanos;
    this.randomBelow = randomBelow;
    this.nextNanos = nowNanos;
    this.heardNanos = nowNanos;
  }

  /** The map, or null before the first good listing. */
  public @Nullable ShardMap map() {
    return map;
  }

  /** The range of a shard, open or closed, or null if it was never listed or is doubted. */
  public @Nullable ShardRange range(String shardId) {
    Known shard = known.get(shardId);
    return shard == null || doubted ? null : shard.range;
  }

  /** When the latest good listing began; far in the past if there was none. */
  public long mapFromNanos() {
    return mapFromNanos;
  }

  /** When it wants to be asked again; never while a listing runs. */
  public long nextNanos() {
    return listing ? NEVER : nextNanos;
  }

  /**
   * Notes that a listing begins.
   *
   * @return whether open shards are enough
   */
  public boolean begin(long nowNanos) {
    listing = true;
    wantedAgain = false;
    beganNanos = nowNanos;
    return !closedWanted;
  }

  /** The map may be wrong: list soon, unless a delay after listings in vain says later. */
  public void refresh(long nowNanos) {
    listBy(Math.max(soon(nowNanos), noRefreshBeforeNanos));
  }

  /** As {@link #refresh}; a record waits for what the listing tells. */
  public void refreshAwaited(long nowNanos) {
    listBy(Math.max(soon(nowNanos), awaitedNanos(nowNanos)));
  }

  /** Until when a listing is delayed after others in vain while records wait for it. */
  private long awaitedNanos(long nowNanos) {
    return Math.min(noRefreshBeforeNanos, nowNanos + MAX_AWAITED_BACKOFF_NANOS);
  }

  /** The range of a shard must be learnt, which may be closed by now. */
  public void learn(long nowNanos) {
    if (listing && doubted) {
      // The listing under way may tell; if it does not, the next one asks for closed shards too.
      return;
    }
    closedWanted = true;
    // The shard is news, whatever the last listings said.
    listBy(soon(nowNanos));
  }

  private void listBy(long nanos) {
    if (listing) {
      wantedAgain = true;
    } else if (fruitless == 0) {
      nextNanos = Math.min(nextNanos, nanos);
    }
  }

  /** Somebody asked for a listing, and waits for it. */
  public void listNow(long nowNanos) {
    nextNanos = Math.min(nextNanos, nowNanos);
  }

  /** There is something to send. After a silence the ranges are listed before they are believed. */
  public void wake(long nowNanos) {
    if (map != null && !doubted && nowNanos - heardNanos > SILENCE_NANOS) {
      doubted = true;
      listNow(nowNanos);
    }
  }

  /** The stream has answered a call. */
  public void heard(long nowNanos) {
    wake(nowNanos);
    if (fruitless > 0 && !denied && nowNanos - heardNanos > RECOVERY_NANOS) {
      streamIsBack(nowNanos);
    }
    heardNanos = nowNanos;
  }

  /**
   * Takes the answer to a listing; {@link #plan} is to follow.
   *
   * @return the map to install, if it differs from the one before
   */
  public Optional<ShardMap> answered(ShardListing reply, long nowNanos) {
    Optional<ShardMap> listed =
        reply instanceof Listed good ? remember(good, nowNanos) : Optional.empty();
    listing = false;
    lastWasGood = listed.isPresent();
    denied = reply instanceof Failed failed && failed.errorCode().equals(ACCESS_DENIED);
    if (denied) {
      // It cannot be asked, so what was known has to do.
      doubted = false;
      heardNanos = nowNanos;
    }
    if (listed.isEmpty()) {
      return listed;
    }
    doubted = false;
    heardNanos = Math.max(heardNanos, beganNanos);
    mapFromNanos = beganNanos;
    if (map != null && map.sameShards(listed.get())) {
      nothingNew(nowNanos);
      return Optional.empty();
    }
    map = listed.get();
    unchanged = 0;
    noRefreshBeforeNanos = nowNanos;
    return listed;
  }

  private void nothingNew(long nowNanos) {
    boolean again = unchanged > 0 && nowNanos - lastUnchangedNanos <= UNCHANGED_MEMORY_NANOS;
    unchanged = again ? unchanged + 1 : 1;
    lastUnchangedNanos = nowNanos;
    noRefreshBeforeNanos = nowNanos + delay(unchanged, MAX_BACKOFF_NANOS);
  }

  /**
   * Decides when to list next, after an answer was worked in.
   *
   * @param unanswered whether someone still waits for what this listing did not tell
   */
  public void plan(boolean unanswered, long nowNanos) {
    if (lastWasGood && wantedAgain) {
      long notBefore = unanswered ? awaitedNanos(nowNanos) : noRefreshBeforeNanos;
      nextNanos = Math.max(soon(nowNanos), notBefore);
    } else if (lastWasGood && unanswered && !closedWanted) {
      closedWanted = true;
      nextNanos = soon(nowNanos);
    } else if (lastWasGood && !unanswered) {
      fruitless = 0;
      closedWanted = false;
      nextNanos = nowNanos + REFRESH_NANOS / 2 + randomBelow.applyAsLong(REFRESH_NANOS);
    } else {
      long longest = unanswered ? MAX_AWAITED_BACKOFF_NANOS : MAX_BACKOFF_NANOS;
      nextNanos = nowNanos + delay(++fruitless, longest);
    }
  }

  /** At least half the bound: listing is limited for the whole account, not for this producer. */
  private long delay(int inVain, long longestNanos) {
    long bound = Math.min(longestNanos, backoffNanos.applyAsLong(inVain));
    return bound / 2 + randomBelow.applyAsLong(bound / 2 + 1);
  }

  /** The stream takes records again: that listings failed meanwhile says nothing any more. */
  public void streamIsBack(long nowNanos) {
    fruitless = 0;
    listBy(soon(nowNanos));
  }

  /** The stream is gone: what was known of its shards may be wrong for one made anew. */
  public void forgetRanges() {
    known.clear();
  }

  private Optional<ShardMap> remember(Listed listed, long nowNanos) {
    Optional<ShardMap> covering = ShardMap.covering(listed.shards());
    if (covering.isPresent() || listed.all()) {
      if (ofAnotherStream(listed)) {
        forgetRanges();
      }
      for (ShardRange range : listed.shards()) {
        Known before = known.get(range.shardId());
        boolean mapped =
            (before != null && before.mapped) || (covering.isPresent() && range.open());
        known.put(range.shardId(), new Known(range, nowNanos, mapped));
      }
      known.values().removeIf(shard -> nowNanos - shard.seenNanos > MEMORY_NANOS);
    }
    // In the middle of a reshard a listing may have a hole: then the old map serves on.
    return covering;
  }

  /** A shard never gets other bounds, and one that was replaced never comes back. */
  private boolean ofAnotherStream(Listed listed) {
    Set<String> current = new HashSet<>();
    if (map != null) {
      map.ranges().forEach(range -> current.add(range.shardId()));
    }
    for (ShardRange range : listed.shards()) {
      Known before = known.get(range.shardId());
      if (before != null
          && (!before.range.sameShard(range)
              || (range.open() && before.mapped && !current.contains(range.shardId())))) {
        return true;
      }
    }
    return false;
  }

  private long soon(long nowNanos) {
    return nowNanos + randomBelow.applyAsLong(JITTER_NANOS);
  }
}
