// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;

import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.aggregate.KinesisRecord.Holder;
import io.kpl4j.internal.send.PutRecordsReply.Accepted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stored aggregates whose fate hangs on a listing: those whose shard's range is not known, and
 * those that lie where consumers drop them and wait for a newer map. They hold no slot. Confined to
 * the loop.
 */
final class Awaiting {

  /** Time enough for one listing, its jitter and the pages of ten thousand shards. */
  private static final long LISTING_NANOS = 2_000_000_000L;

  /** In their order, so that a run can be repeated. */
  private final Map<KinesisRecord, Optional<Accepted>> records = new LinkedHashMap<>();

  private final Map<KinesisRecord, Long> sinceNanos = new HashMap<>();

  /** Waits for the range of the shard that stored it. */
  void forRange(KinesisRecord record, Accepted stored, long nowNanos) {
    records.put(record, Optional.of(stored));
    sinceNanos.put(record, nowNanos);
    record.moveTo(Holder.AWAITING_RANGE);
  }

  /**
   * Until when a record that was stored waits for the range, though its time may be over: as long
   * as a listing takes, and no longer than its call might have taken.
   *
   * @param expiryNanos when its time is over
   * @param callNanos what a call may take
   */
  long untilNanos(KinesisRecord record, long expiryNanos, long callNanos) {
    Long since = sinceNanos.get(record);
    if (since == null) {
      return expiryNanos;
    }
    // A process that was suspended may have stored it long after its time.
    long latest = since > expiryNanos + callNanos ? NEVER : expiryNanos + callNanos;
    return Math.max(expiryNanos, Math.min(latest, since + LISTING_NANOS));
  }

  /** Waits for a map that is newer than the reply that said that the map was wrong. */
  void forNewerMap(KinesisRecord record) {
    records.put(record, Optional.empty());
    // It is to be sent again: no attempt starts after its time.
    sinceNanos.remove(record);
    record.moveTo(Holder.AWAITING_RANGE);
  }

  /** Where the record was stored, if it waits for that shard's range. */
  Optional<Accepted> stored(KinesisRecord record) {
    return records.getOrDefault(record, Optional.empty());
  }

  void remove(KinesisRecord record) {
    records.remove(record);
    sinceNanos.remove(record);
  }

  List<KinesisRecord> all() {
    return new ArrayList<>(records.keySet());
  }

  boolean isEmpty() {
    return records.isEmpty();
  }
}
