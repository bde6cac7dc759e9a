// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A shard, its records and its budget. Confined to the lock of its stream. */
final class Shard {

  private final String id;
  private final HashRange range;
  private final List<String> parents;
  private final SequenceNumbers sequenceNumbers;
  private final long startNumber;
  private final Instant openedAt;
  private final ShardBudget budget;
  private final ReadBudget readBudget;
  private final List<LogEntry> log = new ArrayList<>();

  private long records;
  private long bytes;
  private long endNumber;
  private @Nullable Instant closedAt;

  /** A new, open shard. {@code birth} carries what its stream decides. */
  Shard(int index, HashRange range, List<String> parents, Birth birth) {
    this.id = idOf(index);
    this.range = range;
    this.parents = parents;
    this.sequenceNumbers = new SequenceNumbers(birth.streamCreation().getEpochSecond(), index);
    this.startNumber = birth.number();
    this.openedAt = birth.openedAt();
    this.budget = new ShardBudget(StreamClock.nanos(birth.openedAt()));
    this.readBudget = new ReadBudget(StreamClock.nanos(birth.openedAt()));
  }

  /**
   * The moment at which a shard opens.
   *
   * @param streamCreation when the stream was created
   * @param number the stream's running number at that moment
   * @param openedAt that moment
   */
  record Birth(Instant streamCreation, long number, Instant openedAt) {}

  static String idOf(int index) {
    return String.format(Locale.ROOT, "shardId-%012d", index);
  }

  String id() {
    return id;
  }

  HashRange range() {
    return range;
  }

  List<String> parents() {
    return parents;
  }

  boolean isOpen() {
    return closedAt == null;
  }

  ShardBudget budget() {
    return budget;
  }

  ReadBudget readBudget() {
    return readBudget;
  }

  SequenceNumbers sequenceNumbers() {
    return sequenceNumbers;
  }

  long startNumber() {
    return startNumber;
  }

  /** The records in order of arrival, for reading under the lock. */
  List<LogEntry> log() {
    return Collections.unmodifiableList(log);
  }

  void store(PutEntry entry, long number, Instant arrival, Receipt receipt) {
    String sequenceNumber = sequenceNumbers.format(number);
    records++;
    bytes += entry.costBytes();
    byte[] data = entry.data();
    if (data != null) {
      log.add(
          new LogEntry(
              number,
              sequenceNumber,
              entry.partitionKey(),
              entry.explicitHashKey(),
              data,
              arrival,
              receipt));
    }
    entry.stored(id, sequenceNumber);
  }

  void close(long number, Instant now) {
    endNumber = number;
    closedAt = now;
  }

  /** Forgets the records whose numbers are below this. */
  void trim(long number) {
    log.subList(0, indexOf(number)).clear();
  }

  /** The place in the log of the first record whose number is at least this. */
  int indexOf(long number) {
    int low = 0;
    int high = log.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (log.get(middle).number() < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  ShardView view() {
    return new ShardView(
        id,
        range,
        parents,
        sequenceNumbers.format(startNumber),
        closedAt == null ? null : sequenceNumbers.format(endNumber),
        openedAt,
        closedAt,
        records,
        bytes);
  }
}
