// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import io.kpl4j.internal.record.FlushMark;
import io.kpl4j.internal.record.PendingRecord;
import io.kpl4j.internal.shard.ShardMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Packs the live user records of sealed Kinesis records anew: by another shard map, without those
 * that have their verdict, or each alone. Confined to the loop.
 *
 * <p>Pieces of one record stand in the order of their user records, however often they are packed
 * again.
 *
 * <p>What comes out stands where the first old record stood in the order of sealing, knows what was
 * tried with it, and holds the flushes that waited for the old ones. It is added to a list of the
 * caller's in the same moment in which the old records are done with: a fault before leaves
 * everything as it was.
 */
public final class Repacking {

  private final AggregationLimits limits;
  private final AtomicLong sequence;

  /**
   * Creates a packer.
   *
   * @param limits what may be aggregated
   * @param sequence the stream's order of sealing
   */
  public Repacking(AggregationLimits limits, AtomicLong sequence) {
    this.limits = limits;
    this.sequence = sequence;
  }

  /**
   * Packs by the shards of a map. Records that were tried before are to be given one at a time, so
   * that their histories stay apart.
   */
  public void byShard(List<KinesisRecord> wholes, ShardMap map, List<KinesisRecord> target) {
    pack(wholes, user -> map.indexOf(user.hashHigh(), user.hashLow()), false, target);
  }

  /** Packs one record again without the user records that have their verdict. */
  public void withoutSettled(KinesisRecord whole, List<KinesisRecord> target) {
    pack(List.of(whole), user -> 0, false, target);
  }

  /** Makes a single record, without an envelope, of each user record. */
  public void eachAlone(KinesisRecord whole, List<KinesisRecord> target) {
    pack(List.of(whole), user -> 0, true, target);
  }

  private void pack(
      List<KinesisRecord> wholes,
      ToIntFunction<UserContent> groupOf,
      boolean alone,
      List<KinesisRecord> target) {
    List<KinesisRecord> packed = new ArrayList<>();
    Map<Integer, Group> groups = new LinkedHashMap<>();
    for (KinesisRecord whole : wholes) {
      List<UserContent> contents = whole.contents();
      for (int i = 0; i < contents.size(); i++) {
        if (whole.isLive(i)) {
          UserContent user = contents.get(i);
          Group group = groups.computeIfAbsent(groupOf.applyAsInt(user), key -> new Group(packed));
          group.add(whole, i, user, alone);
        }
      }
    }
    groups.values().forEach(Group::seal);
    target.addAll(packed);
    // Nothing from here on needs memory, not even an iterator's: no user record is in two places.
    for (int i = 0; i < wholes.size(); i++) {
      endWhole(wholes.get(i));
    }
    for (int i = 0; i < packed.size(); i++) {
      packed.get(i).marks().forEach(FlushMark::hold);
    }
    for (int i = 0; i < wholes.size(); i++) {
      wholes.get(i).marks().forEach(FlushMark::release);
    }
  }

  private static void endWhole(KinesisRecord whole) {
    if (whole.live() == whole.count()) {
      // Otherwise failed user records may still be read back from it.
      whole.discard();
    }
    whole.settleAll();
    whole.moveTo(KinesisRecord.Holder.DONE);
  }

  /** The records of one shard on their way into new aggregates. */
  private final class Group {
    private final List<KinesisRecord> packed;
    private final Set<FlushMark> marks = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable OpenPart open;
    private @Nullable KinesisRecord first;
    private int firstAt;

    Group(List<KinesisRecord> packed) {
      this.packed = packed;
    }

    void add(KinesisRecord whole, int at, UserContent user, boolean alone) {
      PendingRecord member = whole.member(at);
      if (alone || !limits.mayAggregate(user.dataBytes())) {
        seal();
        keep(
            KinesisRecord.alone(place(whole, at), member, user.copied(), whole.history().copy()),
            whole,
            whole.marks());
        return;
      }
      if (open == null || !open.tryAdd(member, user)) {
        seal();
        first = whole;
        firstAt = at;
        open = new OpenPart(limits, user.hashKey(), OpenPart.FEW_KEYS);
        if (!open.tryAdd(member, user)) {
          throw new IllegalStateException("an empty aggregate refused a record");
        }
      }
      marks.addAll(whole.marks());
    }

    void seal() {
      if (open != null && first != null) {
        keep(open.seal(place(first, firstAt), first.history().copy()), first, List.copyOf(marks));
        open = null;
        marks.clear();
      }
    }

    private void keep(KinesisRecord record, KinesisRecord whole, List<FlushMark> waiting) {
      record.inherit(whole);
      record.adopt(waiting);
      packed.add(record);
    }

    private KinesisRecord.Place place(KinesisRecord whole, int at) {
      return whole.place().ofPiece(at, sequence.incrementAndGet());
    }
  }
}
