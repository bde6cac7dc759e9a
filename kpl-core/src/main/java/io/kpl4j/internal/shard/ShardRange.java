// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.shard;

import io.kpl4j.aggregation.HashKey;

/**
 * One shard's id and range of hash keys, both ends included. Immutable.
 *
 * @param shardId the shard's id
 * @param start least hash key
 * @param end greatest hash key
 * @param open whether the shard still takes records
 */
public record ShardRange(String shardId, HashKey start, HashKey end, boolean open) {

  /** Whether both hash keys, and so all between them, lie in the range. */
  public boolean contains(HashKey least, HashKey greatest) {
    return start.compareTo(least) <= 0 && greatest.compareTo(end) <= 0;
  }

  /** Whether the other range is the same shard with the same bounds, open or not. */
  boolean sameShard(ShardRange other) {
    return shardId.equals(other.shardId) && start.equals(other.start) && end.equals(other.end);
  }
}
