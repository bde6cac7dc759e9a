// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.aggregate.KinesisRecord.Holder;
import io.kpl4j.internal.lane.ShardLane;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What keeps the records of a key in their order, on streams where they have one. Confined to the
 * loop.
 *
 * <p>A Kinesis record that has left its lane (in flight, in half a call that was refused, or
 * waiting for a listing) is a gate to every lane that its hash keys may lie in by the map in use:
 * they send nothing until it is done with or back in a lane, where it is first. So at most one
 * record of a lane is under way, the records under way have no key in common, and at a reshard
 * those of the parents hold the children up.
 *
 * <p>A straddler in the queue of one lane visits the others that it touches: it has its place in
 * their order too, and is opened by whichever comes to it first.
 */
final class Gates {

  private final LaneTable lanes;
  private final boolean perKey;
  private final Map<KinesisRecord, List<ShardLane>> underWay = new LinkedHashMap<>();

  /** Records whose time is over, by a lane where others come first. */
  private final Map<ShardLane, List<KinesisRecord>> overdue = new HashMap<>();

  /**
   * Creates gates that are open.
   *
   * @param perKey whether there is an order to keep; else they stay open
   */
  Gates(LaneTable lanes, boolean perKey) {
    this.lanes = lanes;
    this.perKey = perKey;
  }

  /** Whether the records of a key keep their order. */
  boolean perKey() {
    return perKey;
  }

  /** The record leaves its lane, which is out of the stage and will be settled. */
  void close(KinesisRecord record) {
    if (perKey) {
      underWay.put(record, closed(lanes.touchedBy(record)));
    }
  }

  /** The record is done with, or back in a lane. */
  void open(KinesisRecord record, long nowNanos) {
    List<ShardLane> touched = underWay.remove(record);
    if (touched != null) {
      for (ShardLane lane : touched) {
        lanes.change(lane, nowNanos, lane::ungate);
        watchAges(lane);
      }
    }
  }

  /** A fault has ended a step: it may have kept gates closed of records that it is done with. */
  void openForgotten(long nowNanos) {
    for (KinesisRecord record : List.copyOf(underWay.keySet())) {
      if (record.holder() == Holder.DONE || record.holder() == Holder.SEALED) {
        open(record, nowNanos);
      }
    }
  }

  /** Whether the record has left its lane and holds others up. */
  boolean isUnderWay(KinesisRecord record) {
    return underWay.containsKey(record);
  }

  /**
   * Whether a record whose time is over has to wait for its verdict until those before it have
   * theirs; then its age is watched again.
   */
  boolean holdsBack(KinesisRecord record) {
    if (!perKey || isUnderWay(record)) {
      return false;
    }
    for (ShardLane lane : lanes.touchedBy(record)) {
      if (lane.gated() || lane.head() != record) {
        overdue.computeIfAbsent(lane, any -> new ArrayList<>()).add(record);
        return true;
      }
    }
    return false;
  }

  /** The record is in the queue of its lane: it has its place in the others that it touches too. */
  void visit(KinesisRecord record, long nowNanos) {
    if (perKey && lanes.straddles(record)) {
      ShardLane home = lanes.laneFor(record);
      for (ShardLane lane : lanes.touchedBy(record)) {
        if (lane != home) {
          lanes.change(lane, nowNanos, () -> lane.visit(record));
        }
      }
    }
  }

  /** The record has left the queue of its lane, and what is behind it may be the first now. */
  void leave(KinesisRecord record, long nowNanos) {
    if (perKey) {
      for (ShardLane lane : lanes.touchedBy(record)) {
        lanes.change(lane, nowNanos, () -> lane.remove(record));
        watchAges(lane);
      }
    }
  }

  private void watchAges(ShardLane lane) {
    List<KinesisRecord> passedOver = overdue.remove(lane);
    if (passedOver != null) {
      passedOver.forEach(lanes::watchAge);
    }
  }

  /** There is a new map, and the lanes that are new are empty and not in the stage yet. */
  void rerouted() {
    underWay.replaceAll(
        (record, before) -> {
          before.forEach(ShardLane::ungate);
          return closed(lanes.touchedBy(record));
        });
    overdue.values().forEach(records -> records.forEach(lanes::watchAge));
    overdue.clear();
  }

  private static List<ShardLane> closed(List<ShardLane> touched) {
    touched.forEach(ShardLane::gate);
    return touched;
  }

  /** All that is under way, for a test. */
  Collection<KinesisRecord> underWay() {
    return underWay.keySet();
  }
}
