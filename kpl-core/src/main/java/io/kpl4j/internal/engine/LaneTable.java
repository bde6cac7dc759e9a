// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.util.Objects.requireNonNull;

import io.kpl4j.internal.aggregate.AggregationLimits;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.aggregate.KinesisRecord.Holder;
import io.kpl4j.internal.aggregate.Repacking;
import io.kpl4j.internal.aggregate.Routes;
import io.kpl4j.internal.aggregate.ShardBuffer;
import io.kpl4j.internal.batch.BatchStage;
import io.kpl4j.internal.deadline.DeadlineHeap;
import io.kpl4j.internal.lane.ShardLane;
import io.kpl4j.internal.record.FlushMark;
import io.kpl4j.internal.shard.ShardMap;
import io.kpl4j.internal.shard.ShardRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one stream, and a lane for each of their buffers. Callers read {@link #routes}; all
 * else is the loop's.
 *
 * <p>Every sealed record is in the lane of the shard that holds its routing hash key by the map in
 * use. When the map changes, the records of lanes that are no more move to the lanes that hold them
 * now, in sealing order and so to the front, byte for byte. One that straddles shards is opened
 * only when a batch would first take it; nothing packed anew ever enters an open buffer.
 */
final class LaneTable {

  private final StreamContext context;
  private final BatchStage stage;
  private final Function<@Nullable String, ShardBuffer.Listener> listenerFor;
  private final Consumer<KinesisRecord> arrived;
  private final AtomicLong sequence = new AtomicLong();
  private final Map<ShardBuffer, ShardLane> lanes = new LinkedHashMap<>();
  private final Map<String, ShardLane> byId = new HashMap<>();
  private final DeadlineHeap<KinesisRecord> ages = new DeadlineHeap<>();
  private final DeadlineHeap<ShardLane> openAges = new DeadlineHeap<>();
  private AggregationLimits limits;
  private volatile Routes routes;

  /**
   * Creates a table with the lane for records without a map.
   *
   * @param listenerFor makes what tells the loop of one buffer
   * @param arrived told of each record that callers sealed, once
   */
  LaneTable(
      StreamContext context,
      BatchStage stage,
      Function<@Nullable String, ShardBuffer.Listener> listenerFor,
      Consumer<KinesisRecord> arrived,
      long nowNanos) {
    this.context = context;
    this.stage = stage;
    this.listenerFor = listenerFor;
    this.arrived = arrived;
    this.limits = context.settings().aggregation();
    ShardBuffer only = newBuffer(null);
    this.routes = Routes.withoutMap(only);
    addLane(only, nowNanos);
  }

  /** The routes in use: one volatile read. */
  Routes routes() {
    return routes;
  }

  Collection<ShardLane> lanes() {
    return lanes.values();
  }

  /** Sealed records by the admission of their oldest user record. */
  DeadlineHeap<KinesisRecord> ages() {
    return ages;
  }

  /** Lanes by the admission of their oldest open record. */
  DeadlineHeap<ShardLane> openAges() {
    return openAges;
  }

  /** A packer by the limits in force. */
  Repacking repacking() {
    return new Repacking(limits, sequence);
  }

  /** Looks at what callers left for a shard; nothing if the shard is no more. */
  void look(@Nullable String shardId, long nowNanos) {
    ShardLane lane = laneOf(shardId);
    if (lane != null) {
      change(lane, nowNanos, () -> arrive(lane.drain()));
    }
  }

  private @Nullable ShardLane laneOf(@Nullable String shardId) {
    if (shardId != null) {
      return byId.get(shardId);
    }
    return routes.map() == null ? lane(routes.buffers().get(0)) : null;
  }

  /** Seals a lane's open part into its queue. The lane is out of the stage, or will be settled. */
  void sealOpen(ShardLane lane) {
    arrive(lane.sealOpen());
    openAges.schedule(lane.ageHandle(), lane.openAdmittedNanos());
  }

  private void arrive(List<KinesisRecord> drained) {
    for (KinesisRecord record : drained) {
      ages.schedule(record.age(), record.oldestAdmittedNanos());
      arrived.accept(record);
    }
  }

  /** Puts a record where its shard is by the map in use. */
  void place(KinesisRecord record, long nowNanos) {
    ShardLane lane = laneFor(record);
    change(lane, nowNanos, () -> enqueue(lane, record));
  }

  private void enqueue(ShardLane lane, KinesisRecord record) {
    record.moveTo(Holder.SEALED);
    lane.add(record);
    ages.schedule(record.age(), record.oldestAdmittedNanos());
  }

  /** The lane that a record belongs to by the map in use. */
  ShardLane laneFor(KinesisRecord record) {
    return lane(routes.bufferFor(record.routingHashKey()));
  }

  private ShardLane lane(ShardBuffer buffer) {
    return requireNonNull(lanes.get(buffer), "a buffer without a lane");
  }

  /** Takes a record out of its lane. */
  void remove(KinesisRecord record, long nowNanos) {
    ShardLane lane = laneFor(record);
    change(lane, nowNanos, () -> lane.remove(record));
    ages.cancel(record.age());
  }

  /** Puts what replaces a record into the lanes that hold it. */
  void replace(KinesisRecord whole, List<KinesisRecord> pieces, long nowNanos) {
    remove(whole, nowNanos);
    pieces.forEach(piece -> place(piece, nowNanos));
  }

  /** Whether the record lies in more than one shard by the map in use. */
  boolean straddles(KinesisRecord record) {
    ShardMap map = routes.map();
    if (record.raw() || map == null) {
      return false;
    }
    ShardRange range = map.find(record.routingHashKey());
    return !range.contains(record.leastHashKey(), record.greatestHashKey());
  }

  /** Changes a lane's content under the eyes of the stage. */
  void change(ShardLane lane, long nowNanos, Runnable change) {
    stage.lift(lane);
    change.run();
    openAges.schedule(lane.ageHandle(), lane.openAdmittedNanos());
    stage.settle(lane, nowNanos);
  }

  /** Makes all lanes tell the stage anew. */
  void resettle(long nowNanos) {
    lanes.values().forEach(lane -> change(lane, nowNanos, () -> {}));
  }

  /** Marks everything that waits here. */
  void mark(FlushMark mark, long nowNanos) {
    for (ShardLane lane : lanes.values()) {
      change(
          lane,
          nowNanos,
          () -> {
            lane.buffer().markOpen(mark);
            arrive(lane.drain());
            lane.queued().forEach(record -> record.mark(mark));
          });
    }
  }

  /** From now on nothing is aggregated on this stream. */
  void suspendAggregation(long nowNanos) {
    ShardMap map = routes.map();
    if (limits.enabled() && map != null) {
      limits = limits.disabled();
      publish(Routes.withoutMap(newBuffer(null)).next(map, this::newBuffer), nowNanos);
    }
  }

  /** Whether aggregation was suspended. */
  boolean aggregationSuspended() {
    return limits.enabled() != context.settings().aggregation().enabled();
  }

  /** Installs a new map, and with it aggregates again if that was suspended. */
  void install(ShardMap map, long nowNanos) {
    Routes base = aggregationSuspended() ? Routes.withoutMap(newBuffer(null)) : routes;
    limits = context.settings().aggregation();
    publish(base.next(map, this::newBuffer), nowNanos);
  }

  private void publish(Routes next, long nowNanos) {
    // First the new routes, then the retiring: who finds a buffer retired finds the new ones.
    routes = next;
    List<KinesisRecord> homeless = new ArrayList<>();
    List<KinesisRecord> single = new ArrayList<>();
    Set<ShardBuffer> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    kept.addAll(next.buffers());
    for (ShardLane lane : List.copyOf(lanes.values())) {
      if (!kept.contains(lane.buffer())) {
        (lane.shardId() == null ? single : homeless).addAll(retire(lane));
      }
    }
    for (ShardBuffer buffer : next.buffers()) {
      if (!lanes.containsKey(buffer)) {
        addLane(buffer, nowNanos);
      }
    }
    homeless.forEach(record -> place(record, nowNanos));
    aggregate(single, requireNonNull(next.map()), nowNanos);
  }

  /** Takes everything out of a lane and ends it; its buffer refuses from now on. */
  List<KinesisRecord> retire(ShardLane lane) {
    stage.lift(lane);
    arrive(lane.retire());
    List<KinesisRecord> all = lane.removeAll();
    forget(lane);
    return all;
  }

  /**
   * Retires a lane and ends its records one by one: a fault leaves those behind it in their places.
   */
  void end(ShardLane lane, Consumer<KinesisRecord> each) {
    stage.lift(lane);
    arrive(lane.retire());
    for (KinesisRecord head; (head = lane.head()) != null; ) {
      each.accept(head);
      lane.remove(head);
    }
    forget(lane);
  }

  private void forget(ShardLane lane) {
    openAges.cancel(lane.ageHandle());
    lanes.remove(lane.buffer());
    String shardId = lane.shardId();
    if (shardId != null) {
      byId.remove(shardId, lane);
    }
  }

  /** What waited alone for a map is aggregated by it; what was tried before stays as it is. */
  private void aggregate(List<KinesisRecord> single, ShardMap map, long nowNanos) {
    List<KinesisRecord> untried = new ArrayList<>();
    for (KinesisRecord record : single) {
      if (record.history().count() == 0) {
        ages.cancel(record.age());
        untried.add(record);
      } else {
        place(record, nowNanos);
      }
    }
    repacking().byShard(untried, map).forEach(record -> place(record, nowNanos));
  }

  private ShardBuffer newBuffer(@Nullable String shardId) {
    return new ShardBuffer(shardId, limits, sequence, listenerFor.apply(shardId));
  }

  private void addLane(ShardBuffer buffer, long nowNanos) {
    ShardLane lane = new ShardLane(buffer, context.settings().delivery().ratePercent(), nowNanos);
    lanes.put(buffer, lane);
    String shardId = buffer.shardId();
    if (shardId != null) {
      byId.put(shardId, lane);
    }
  }
}
