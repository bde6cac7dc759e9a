// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.lane.ShardLane;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What the answer to one call says of the shards' rates and of backoff: gathered entry by entry,
 * and told to each lane once, as several throttles of one call are one signal. Confined to the
 * loop.
 */
final class LaneFeedback {

  private static final class Sum {
    private int records;
    private long bytes;
    private boolean succeeded;
    private boolean throttled;
  }

  private final LaneTable lanes;
  private final Map<ShardLane, Sum> sums = new LinkedHashMap<>();

  LaneFeedback(LaneTable lanes) {
    this.lanes = lanes;
  }

  /** The service took the record, and put it into that shard. */
  void accepted(KinesisRecord record, String shardId) {
    ShardLane lane = lanes.laneFor(record);
    Sum sum = of(lane);
    sum.succeeded = true;
    if (lane.shardId() == null || shardId.equals(lane.shardId())) {
      sum.records++;
      sum.bytes += record.sizeBytes();
    }
  }

  /** The shard refused the record as too much. */
  void throttled(KinesisRecord record) {
    ShardLane lane = lanes.laneFor(record);
    // After a reshard the lane stands for another shard than the one that refused.
    if (Objects.equals(record.sentTo(), lane.shardId())) {
      of(lane).throttled = true;
    }
  }

  private Sum of(ShardLane lane) {
    return sums.computeIfAbsent(lane, key -> new Sum());
  }

  /**
   * Tells the lanes.
   *
   * @param changed told of each lane whose rate is another now
   */
  void tell(long sentNanos, long nowNanos, Consumer<ShardLane> changed) {
    sums.forEach(
        (lane, sum) -> {
          double before = lane.rateShare();
          lanes.change(lane, nowNanos, () -> tell(lane, sum, sentNanos, nowNanos));
          if (lane.rateShare() != before) {
            changed.accept(lane);
          }
        });
  }

  private static void tell(ShardLane lane, Sum sum, long sentNanos, long nowNanos) {
    if (sum.succeeded) {
      lane.succeeded();
    }
    if (sum.records > 0) {
      lane.accepted(sum.records, sum.bytes, nowNanos);
    }
    if (sum.throttled) {
      lane.throttled(sentNanos, nowNanos);
    }
  }
}
