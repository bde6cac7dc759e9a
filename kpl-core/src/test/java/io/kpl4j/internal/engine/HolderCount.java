// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.lane.ShardLane;
import java.util.EnumMap;
import java.util.Map;

/** How many user records each kind of holder has at a moment. Immutable. */
final class HolderCount {

  /** The places where a pending record may be, by the design's first directive. */
  enum Place {
    NO_MAP_LANE,
    OPEN_BUFFER,
    SEALED_QUEUE,
    IN_FLIGHT,
    AWAITING_RANGE,
    UNDELIVERED
  }

  private final Map<Place, Long> counts = new EnumMap<>(Place.class);

  private HolderCount() {}

  static HolderCount of(Simulation run) {
    HolderCount now = new HolderCount();
    for (StreamPipeline stream : run.streams.values()) {
      long elsewhere = stream.liveRecords();
      for (ShardLane lane : stream.lanes().lanes()) {
        boolean mapped = lane.shardId() != null;
        long open = lane.buffer().userRecords();
        long queued = 0;
        for (KinesisRecord record : lane.queued()) {
          queued += record.live();
        }
        now.add(mapped ? Place.OPEN_BUFFER : Place.NO_MAP_LANE, open);
        now.add(mapped ? Place.SEALED_QUEUE : Place.NO_MAP_LANE, queued);
        elsewhere -= open + queued;
      }
      long inFlight = run.client.liveUnderWay(stream.name());
      now.add(Place.IN_FLIGHT, Math.min(elsewhere, inFlight));
      now.add(Place.AWAITING_RANGE, Math.max(0, elsewhere - inFlight));
    }
    now.add(Place.UNDELIVERED, run.budget.outstandingRecords() - run.budget.heldRecords());
    return now;
  }

  private void add(Place place, long count) {
    counts.merge(place, count, Long::sum);
  }

  long in(Place place) {
    return counts.getOrDefault(place, 0L);
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
