// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.shard;

import io.kpl4j.aggregation.HashKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The open shards of a stream in the order of their hash keys, covering the ring exactly once.
 * Immutable; swapped whole.
 */
public final class ShardMap {

  private final List<ShardRange> ranges;
  private final long[] endHigh;
  private final long[] endLow;

  private ShardMap(List<ShardRange> ranges) {
    this.ranges = ranges;
    this.endHigh = ranges.stream().mapToLong(range -> range.end().high()).toArray();
    this.endLow = ranges.stream().mapToLong(range -> range.end().low()).toArray();
  }

  /**
   * Builds the map.
   *
   * @param listed shards in any order; closed ones are left out
   * @return the map, or empty if the open ones leave a hole or overlap, or two have one id
   */
  public static Optional<ShardMap> covering(List<ShardRange> listed) {
    List<ShardRange> open = new ArrayList<>(listed);
    open.removeIf(range -> !range.open());
    open.sort(Comparator.comparing(ShardRange::start));
    if (open.isEmpty()
        || !open.get(0).start().equals(HashKey.MIN)
        || !open.get(open.size() - 1).end().equals(HashKey.MAX)) {
      return Optional.empty();
    }
    for (int i = 0; i < open.size(); i++) {
      ShardRange range = open.get(i);
      if (range.end().compareTo(range.start()) < 0
          || (i > 0 && !follows(open.get(i - 1).end(), range.start()))) {
        return Optional.empty();
      }
    }
    return idsDiffer(open) ? Optional.of(new ShardMap(List.copyOf(open))) : Optional.empty();
  }

  /** Lanes are found by the ids of their shards: one of two with the same id would be forgotten. */
  private static boolean idsDiffer(List<ShardRange> open) {
    Set<String> ids = new HashSet<>();
    return open.stream().allMatch(range -> ids.add(range.shardId()));
  }

  private static boolean follows(HashKey end, HashKey start) {
    // Nothing follows the greatest: the ring must not be counted twice.
    return !end.equals(HashKey.MAX) && end.next().equals(start);
  }

  /** The place of the shard that holds the hash key: the first whose end is not before it. */
  public int indexOf(long high, long low) {
    int from = 0;
    int to = endHigh.length - 1;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (HashKey.compare(endHigh[middle], endLow[middle], high, low) < 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  /** The shard that holds the hash key. */
  public ShardRange find(HashKey key) {
    return ranges.get(indexOf(key.high(), key.low()));
  }

  /** The shards in the order of their hash keys. */
  public List<ShardRange> ranges() {
    return ranges;
  }

  /** Whether the other map has the same shards with the same bounds. */
  public boolean sameShards(ShardMap other) {
    if (ranges.size() != other.ranges.size()) {
      return false;
    }
    for (int i = 0; i < ranges.size(); i++) {
      if (!ranges.get(i).sameShard(other.ranges.get(i))) {
        return false;
      }
    }
    return true;
  }
}
