// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.util.Objects.requireNonNull;

import io.kpl4j.KeyOrder;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.aggregate.AggregationLimits;
import io.kpl4j.internal.aggregate.BufferOrder;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.aggregate.KinesisRecord.Holder;
import io.kpl4j.internal.aggregate.Repacking;
import io.kpl4j.internal.aggregate.Routes;
import io.kpl4j.internal.aggregate.ShardBuffer;
import io.kpl4j.internal.batch.BatchStage;
import io.kpl4j.internal.deadline.DeadlineHeap;
import io.kpl4j.internal.lane.ShardLane;
import io.kpl4j.internal.record.FlushMark;
import io.kpl4j.internal.record.HaltedKeys;
import io.kpl4j.internal.shard.ShardMap;
import io.kpl4j.internal.shard.ShardRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
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

  /** The outer partition key of an aggregate counts too. */
  private static final int OUTER_KEY_BYTES = 1;

  private final StreamContext context;
  private final BatchStage stage;
  private final Function<@Nullable String, ShardBuffer.Listener> listenerFor;
  private final Consumer<KinesisRecord> arrived;
  private final @Nullable HaltedKeys halted;
  private final boolean perKey;
  private final Gates gates;
  private final AtomicLong sequence = new AtomicLong();
  private final Map<ShardBuffer, ShardLane> lanes = new LinkedHashMap<>();
  private final Map<String, ShardLane> byId = new HashMap<>();
  private final DeadlineHeap<KinesisRecord> ages = new DeadlineHeap<>();
  private final DeadlineHeap<ShardLane> openAges = new DeadlineHeap<>();
  private final Moving moving = new Moving();
  private long recordLimitBytes;
  private boolean suspended;
  private AggregationLimits limits;
  private long generation;
  private volatile Routes routes;

  /**
   * Creates a table with the lane for records without a map.
   *
   * @param listenerFor makes what tells the loop of one buffer
   * @param arrived told of each record that callers sealed, once
   * @param halted the keys that take no records, or null where none ever is
   */
  LaneTable(
      StreamContext context,
      BatchStage stage,
      Function<@Nullable String, ShardBuffer.Listener> listenerFor,
      Consumer<KinesisRecord> arrived,
      @Nullable HaltedKeys halted,
      long nowNanos) {
    this.context = context;
    this.stage = stage;
    this.listenerFor = listenerFor;
    this.arrived = arrived;
    this.halted = halted;
    this.perKey = context.settings().delivery().keyOrder() != KeyOrder.NONE;
    this.gates = new Gates(this, perKey);
    this.recordLimitBytes = context.settings().intake().maxRecordBytes();
    this.limits = limitsInForce();
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

  /** What keeps the order of the records of a key. */
  Gates gates() {
    return gates;
  }

  private Repacking repacking() {
    return new Repacking(limits, sequence);
  }

  /** Looks at what callers left for a shard; nothing if the shard is no more. */
  void look(@Nullable String shardId, long nowNanos) {
    ShardLane lane = laneOf(shardId);
    if (lane != null) {
      change(
          lane,
          nowNanos,
          () -> {
            lane.drainTo(moving.records());
            arriveIn(lane);
          });
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
    lane.sealOpenTo(moving.records());
    arriveIn(lane);
    openAges.schedule(lane.ageHandle(), lane.openAdmittedNanos());
  }

  /** Takes in what callers sealed. */
  private void arriveIn(ShardLane lane) {
    moving.settle(
        record -> {
          // Before it has a place: what throws here leaves it in none, so that it fails.
          arrived.accept(record);
          enqueue(lane, record);
        });
  }

  /** Halts keys of one lane; what was appended before is in the lane up to the place returned. */
  KinesisRecord.Place halt(ShardLane lane, List<HashKey> keys, long nowNanos) {
    stage.lift(lane);
    KinesisRecord.Place upTo = lane.haltTo(keys, moving.records());
    change(lane, nowNanos, () -> arriveIn(lane));
    return upTo;
  }

  /** Watches again whether the time of a record is over, if it still waits in a lane. */
  void watchAge(KinesisRecord record) {
    if (record.holder() == Holder.SEALED && !record.age().scheduled()) {
      ages.schedule(record.age(), record.oldestAdmittedNanos());
    }
  }

  /** Puts a record where its shard is by the map in use. */
  void place(KinesisRecord record, long nowNanos) {
    ShardLane lane = laneFor(record);
    change(lane, nowNanos, () -> enqueue(lane, record));
    gates.visit(record, nowNanos);
    gates.open(record, nowNanos);
  }

  private void enqueue(ShardLane lane, KinesisRecord record) {
    lane.add(record);
    record.moveTo(Holder.SEALED);
    ages.schedule(record.age(), record.oldestAdmittedNanos());
  }

  /** The lane that a record belongs to by the map in use. */
  ShardLane laneFor(KinesisRecord record) {
    return lane(routes.bufferFor(record.routingHashKey()));
  }

  /** The lane that the records of a key belong to by the map in use. */
  ShardLane laneFor(HashKey key) {
    return lane(routes.bufferFor(key));
  }

  /** The lanes that the hash keys of a record may lie in by the map in use. */
  List<ShardLane> touchedBy(KinesisRecord record) {
    List<ShardLane> touched = new ArrayList<>(1);
    for (ShardBuffer buffer : routes.buffersOf(record.leastHashKey(), record.greatestHashKey())) {
      touched.add(lane(buffer));
    }
    return touched;
  }

  private ShardLane lane(ShardBuffer buffer) {
    return requireNonNull(lanes.get(buffer), "a buffer without a lane");
  }

  /** Takes a record out of its lane. */
  void remove(KinesisRecord record, long nowNanos) {
    ShardLane lane = laneFor(record);
    change(lane, nowNanos, () -> lane.remove(record));
    gates.leave(record, nowNanos);
    ages.cancel(record.age());
  }

  /** Opens a record of a lane that lies in several shards: a piece for each takes its place. */
  void openByShard(KinesisRecord whole, long nowNanos) {
    repacking().byShard(List.of(whole), requireNonNull(routes.map(), "no map"), moving.records());
    replace(whole, nowNanos);
  }

  /** Rebuilds a record of a lane without the user records that have their verdict. */
  void rebuild(KinesisRecord whole, long nowNanos) {
    repacking().withoutSettled(whole, moving.records());
    replace(whole, nowNanos);
  }

  private void replace(KinesisRecord whole, long nowNanos) {
    remove(whole, nowNanos);
    moving.settle(piece -> place(piece, nowNanos));
  }

  /** Makes a single record of each user record in one that is in no lane. */
  void openEachAlone(KinesisRecord whole, Consumer<KinesisRecord> each) {
    repacking().eachAlone(whole, moving.records());
    if (perKey) {
      // The last one is settled first; those whose time is over fail at once, in order.
      Collections.reverse(moving.records());
    }
    moving.settle(each);
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
    try {
      change.run();
    } finally {
      openAges.schedule(lane.ageHandle(), lane.openAdmittedNanos());
      stage.settle(lane, nowNanos);
    }
  }

  /** Makes all lanes tell the stage anew. */
  void resettle(long nowNanos) {
    lanes.values().forEach(lane -> change(lane, nowNanos, () -> {}));
  }

  /** After a time in which nothing was sent, every lane leaves its shard something in reserve. */
  void halveSavings(long nowNanos) {
    lanes.values().forEach(lane -> change(lane, nowNanos, () -> lane.halveSavings(nowNanos)));
  }

  /** Marks everything that waits here. */
  void mark(FlushMark mark, long nowNanos) {
    lanes.values().forEach(lane -> mark(lane, mark, nowNanos));
  }

  /** Marks what waits for the shard that holds the hash key. */
  void mark(HashKey key, FlushMark mark, long nowNanos) {
    mark(laneFor(key), mark, nowNanos);
  }

  private void mark(ShardLane lane, FlushMark mark, long nowNanos) {
    change(
        lane,
        nowNanos,
        () -> {
          lane.buffer().markOpen(mark);
          lane.drainTo(moving.records());
          arriveIn(lane);
          lane.queued().forEach(record -> record.mark(mark));
        });
  }

  /** From now on nothing is aggregated on this stream. */
  void suspendAggregation(long nowNanos) {
    if (limits.enabled() && routes.map() != null) {
      suspended = true;
      renewBuffers(nowNanos);
    }
  }

  /** Whether records are aggregated just now. */
  boolean aggregates() {
    return limits.enabled();
  }

  /** Whether aggregation was suspended. */
  boolean aggregationSuspended() {
    return suspended;
  }

  /** How large a record of this stream may be, with its key. */
  void recordLimit(long bytes, long nowNanos) {
    recordLimitBytes = bytes;
    if (!limitsInForce().equals(limits)) {
      renewBuffers(nowNanos);
    }
  }

  private AggregationLimits limitsInForce() {
    AggregationLimits configured =
        context.settings().aggregation().upTo(recordLimitBytes - OUTER_KEY_BYTES);
    return suspended ? configured.disabled() : configured;
  }

  /** Gives each shard a buffer by the limits in force. */
  private void renewBuffers(long nowNanos) {
    limits = limitsInForce();
    ShardMap map = routes.map();
    if (map != null) {
      generation++;
      publish(Routes.withoutMap(newBuffer(null)).next(map, this::newBuffer), nowNanos);
    }
  }

  /** Installs a new map, and with it aggregates again if that was suspended. */
  void install(ShardMap map, long nowNanos) {
    generation++;
    Routes base = suspended ? Routes.withoutMap(newBuffer(null)) : routes;
    suspended = false;
    limits = limitsInForce();
    publish(base.next(map, this::newBuffer), nowNanos);
  }

  private void publish(Routes next, long nowNanos) {
    boolean first = routes.map() == null;
    // A lane before its buffer can be found: what is appended is in a lane at every moment.
    for (ShardBuffer buffer : next.buffers()) {
      if (!lanes.containsKey(buffer)) {
        addLane(buffer, nowNanos);
      }
    }
    List<ShardLane> leaving = lanesWithout(next);
    // First the new routes, then the retiring: who finds a buffer retired finds the new ones.
    routes = next;
    leaving.forEach(this::retire);
    List<KinesisRecord> visiting = new ArrayList<>();
    for (ShardLane lane : leaving) {
      visiting.addAll(lane.visitors());
      lane.moveTo(moving.records());
      forget(lane);
    }
    gates.rerouted();
    if (first) {
      aggregateUntried(requireNonNull(next.map()));
    }
    moving.settle(record -> place(record, nowNanos));
    visiting.forEach(record -> gates.visit(record, nowNanos));
  }

  private List<ShardLane> lanesWithout(Routes kept) {
    Set<ShardBuffer> served = new HashSet<>(kept.buffers());
    return lanes.values().stream().filter(lane -> !served.contains(lane.buffer())).toList();
  }

  /** Its buffer refuses from now on; what was in it is in the lane's queue. */
  private void retire(ShardLane lane) {
    stage.lift(lane);
    lane.retireTo(moving.records());
    arriveIn(lane);
  }

  /**
   * Retires a lane and ends its records one by one, in their order: a fault leaves those behind it
   * in it.
   */
  void end(ShardLane lane, Consumer<KinesisRecord> each) {
    stage.lift(lane);
    for (KinesisRecord head; (head = lane.head()) != null; ) {
      each.accept(head);
      lane.remove(head);
    }
    lane.retireTo(moving.records());
    // The last one is settled first.
    Collections.reverse(moving.records());
    moving.settle(
        record -> {
          each.accept(record);
          arrived.accept(record);
        });
    forget(lane);
  }

  /** Ends what a fault has left between two places, and in lanes that were about to go. */
  void endStray(Consumer<KinesisRecord> each) {
    moving.settle(each);
    lanesWithout(routes).forEach(lane -> end(lane, each));
  }

  /** What stands between two places and in none of them, for the ledger of a test. */
  long strayRecords() {
    return moving.records().stream()
        .filter(record -> lanes.values().stream().noneMatch(lane -> lane.holds(record)))
        .mapToLong(KinesisRecord::live)
        .sum();
  }

  private void forget(ShardLane lane) {
    openAges.cancel(lane.ageHandle());
    lanes.remove(lane.buffer());
    String shardId = lane.shardId();
    if (shardId != null) {
      byId.remove(shardId, lane);
    }
  }

  /**
   * What waited alone for a map is aggregated by it; what was tried before stays as it is. Where
   * keys keep their order at most the first was tried, so none gets before another.
   */
  private void aggregateUntried(ShardMap map) {
    List<KinesisRecord> untried =
        moving.records().stream().filter(record -> record.history().count() == 0).toList();
    untried.forEach(record -> ages.cancel(record.age()));
    repacking().byShard(untried, map, moving.records());
  }

  private ShardBuffer newBuffer(@Nullable String shardId) {
    BufferOrder order = new BufferOrder(generation, sequence, perKey, halted);
    return new ShardBuffer(shardId, limits, order, listenerFor.apply(shardId));
  }

  private void addLane(ShardBuffer buffer, long nowNanos) {
    ShardLane lane = new ShardLane(buffer, context.settings().delivery().rate(), nowNanos);
    lanes.put(buffer, lane);
    String shardId = buffer.shardId();
    if (shardId != null) {
      byId.put(shardId, lane);
    }
  }
}
