// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.shard.ShardMap;
import io.kpl4j.internal.shard.ShardRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One shard map and one buffer for each of its shards. Immutable; the loop publishes the next one
 * whole, then retires the buffers that it does not carry over.
 */
public final class Routes {

  private final @Nullable ShardMap map;
  private final List<ShardBuffer> buffers;

  private Routes(@Nullable ShardMap map, List<ShardBuffer> buffers) {
    this.map = map;
    this.buffers = buffers;
  }

  /** Routes before there is a map: one buffer for all. */
  public static Routes withoutMap(ShardBuffer only) {
    return new Routes(null, List.of(only));
  }

  /**
   * The routes that follow: the buffer of every shard whose id and range are unchanged is carried
   * over.
   *
   * @param next the new map
   * @param newBuffer makes the buffer of a shard that is new
   */
  public Routes next(ShardMap next, Function<String, ShardBuffer> newBuffer) {
    Map<ShardRange, ShardBuffer> carried = new HashMap<>();
    if (map != null) {
      for (int i = 0; i < buffers.size(); i++) {
        carried.put(map.ranges().get(i), buffers.get(i));
      }
    }
    List<ShardBuffer> all = new ArrayList<>(next.ranges().size());
    for (ShardRange range : next.ranges()) {
      ShardBuffer same = carried.get(range);
      all.add(same == null ? newBuffer.apply(range.shardId()) : same);
    }
    return new Routes(next, List.copyOf(all));
  }

  /** The buffer of the shard that holds the hash key. */
  public ShardBuffer bufferFor(HashKey key) {
    return bufferFor(key.high(), key.low());
  }

  /** The buffer of the shard that holds the hash key of these halves. */
  public ShardBuffer bufferFor(long high, long low) {
    return buffers.get(map == null ? 0 : map.indexOf(high, low));
  }

  /** The buffers of the shards that the range from one hash key to another touches. */
  public List<ShardBuffer> buffersOf(HashKey least, HashKey greatest) {
    if (map == null) {
      return buffers;
    }
    return buffers.subList(
        map.indexOf(least.high(), least.low()), map.indexOf(greatest.high(), greatest.low()) + 1);
  }

  /** The map, or null while there is none. */
  public @Nullable ShardMap map() {
    return map;
  }

  /** The buffers, in the order of the map's shards. */
  public List<ShardBuffer> buffers() {
    return buffers;
  }
}
