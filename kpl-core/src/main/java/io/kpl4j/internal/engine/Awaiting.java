// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.aggregate.KinesisRecord.Holder;
import io.kpl4j.internal.send.PutRecordsReply.Accepted;
import java.util.ArrayList;
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

  /** In their order, so that a run can be repeated. */
  private final Map<KinesisRecord, Optional<Accepted>> records = new LinkedHashMap<>();

  /** Waits for the range of the shard that stored it. */
  void forRange(KinesisRecord record, Accepted stored) {
    records.put(record, Optional.of(stored));
    record.moveTo(Holder.AWAITING_RANGE);
  }

  /** Waits for a map that is newer than the reply that said that the map was wrong. */
  void forNewerMap(KinesisRecord record) {
    records.put(record, Optional.empty());
    record.moveTo(Holder.AWAITING_RANGE);
  }

  /** Where the record was stored, if it waits for that shard's range. */
  Optional<Accepted> stored(KinesisRecord record) {
    return records.getOrDefault(record, Optional.empty());
  }

  void remove(KinesisRecord record) {
    records.remove(record);
  }

  List<KinesisRecord> all() {
    return new ArrayList<>(records.keySet());
  }

  boolean isEmpty() {
    return records.isEmpty();
  }
}
