// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.FailureReason;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.aggregate.KinesisRecord.Holder;
import io.kpl4j.internal.aggregate.KinesisRecord.Place;
import io.kpl4j.internal.engine.Settlement.Failure;
import io.kpl4j.internal.lane.ShardLane;
import io.kpl4j.internal.record.HaltedKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Halts the keys of records that were given up, on a stream whose keys halt. Confined to the loop.
 *
 * <p>In two steps. Before anybody is told of the failure the key takes no records any more, and
 * what it took is told from what it may take once it is resumed, by its place in the order of
 * sealing. Then, once for all keys that halted in the same step, what it took fails.
 */
final class Halts {

  private static final Failure HALTED =
      new Failure(
          FailureReason.KEY_HALTED,
          "KeyHalted",
          "an earlier record of the same key was given up, and KeyOrder is halt",
          null);

  private final HaltedKeys keys;
  private final StreamPipeline stream;

  /** Keys that halted since the last sweep, and up to which place their records fail. */
  private final Map<HashKey, Place> fresh = new HashMap<>();

  /** Records outside of the lanes of which a part was given up. */
  private final Set<KinesisRecord> partly = new LinkedHashSet<>();

  Halts(HaltedKeys keys, StreamPipeline stream) {
    this.keys = keys;
    this.stream = stream;
  }

  /** These user records are about to be given up. */
  void failing(KinesisRecord record, int[] members, long nowNanos) {
    Map<ShardLane, List<HashKey>> byLane = new LinkedHashMap<>();
    for (int index : members) {
      HashKey key = record.member(index).haltingKey();
      if (key != null && !(fresh.containsKey(key) && keys.contains(key))) {
        byLane.computeIfAbsent(stream.lanes().laneFor(key), lane -> new ArrayList<>()).add(key);
      }
    }
    byLane.forEach(
        (lane, failed) -> {
          Place upTo = stream.lanes().halt(lane, failed, nowNanos);
          failed.forEach(key -> fresh.put(key, upTo));
        });
    if (members.length < record.live() && stream.lanes().gates().isUnderWay(record)) {
      partly.add(record);
    }
  }

  /** Fails what the halted keys took before they halted. */
  void sweep(long nowNanos) {
    while (!fresh.isEmpty()) {
      Map<HashKey, Place> halted = Map.copyOf(fresh);
      fresh.clear();
      Set<KinesisRecord> suspects = new TreeSet<>(KinesisRecord.SEALING_ORDER);
      suspects.addAll(partly);
      partly.clear();
      Set<ShardLane> swept = new LinkedHashSet<>();
      halted.keySet().forEach(key -> swept.add(stream.lanes().laneFor(key)));
      for (ShardLane lane : swept) {
        lane.queued().forEach(suspects::add);
        suspects.addAll(lane.visitors());
      }
      suspects.forEach(record -> sweep(record, halted, nowNanos));
    }
  }

  private void sweep(KinesisRecord record, Map<HashKey, Place> halted, long nowNanos) {
    Holder holder = record.holder();
    stream.settlement().failWhere(record, index -> isHalted(record, index, halted), HALTED);
    if (record.live() == 0) {
      stream.expiry().drop(record, holder, nowNanos);
    }
  }

  private static boolean isHalted(KinesisRecord record, int index, Map<HashKey, Place> halted) {
    HashKey key = record.member(index).haltingKey();
    Place upTo = key == null ? null : halted.get(key);
    return upTo != null && record.place().compareTo(upTo) <= 0;
  }
}
