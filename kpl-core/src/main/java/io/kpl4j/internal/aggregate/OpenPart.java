// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;

import io.kpl4j.aggregation.AggregateEncoder;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.aggregation.SealedAggregate;
import io.kpl4j.internal.record.FlushMark;
import io.kpl4j.internal.record.PendingRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An aggregate that still takes records. Confined: to whoever holds its buffer's lock, or to the
 * loop where records are packed anew.
 */
final class OpenPart {

  /** Where nothing better is known. */
  static final int FEW_KEYS = 4;

  /** More are not made room for at first: permits pay for what is there, not for what may come. */
  static final int MANY_KEYS = 512;

  private final AggregateEncoder encoder;
  private PendingRecord[] members;
  private KinesisRecord.Span span;
  private long dataBytes;
  private long permitBytes;
  private long oldestAdmittedNanos = NEVER;
  private List<FlushMark> marks = List.of();
  private @Nullable SealedAggregate parts;

  /**
   * Creates one without records.
   *
   * @param first the hash key of its first record
   * @param expectedKeys about how many partition keys it will hold, at least 1
   */
  OpenPart(AggregationLimits limits, HashKey first, int expectedKeys) {
    this.encoder =
        new AggregateEncoder(limits.maxSizeBytes(), limits.maxCount(), limits.pool(), expectedKeys);
    this.span = KinesisRecord.Span.of(first);
    this.members = new PendingRecord[expectedKeys];
  }

  /**
   * Adds the record if it fits; a first one always does.
   *
   * @return false if it does not fit, and nothing has changed
   */
  boolean tryAdd(PendingRecord member, UserContent user) {
    if (parts != null) {
      return false;
    }
    KinesisRecord.Span widened = span.with(user.hashHigh(), user.hashLow());
    int count = encoder.count();
    if (count == members.length) {
      // First: if growing it throws, the encoder has not changed; then nothing else can throw.
      members = Arrays.copyOf(members, 2 * count);
    }
    if (!user.addTo(encoder)) {
      return false;
    }
    members[count] = member;
    span = widened;
    dataBytes += member.dataBytes();
    permitBytes += member.permitBytes();
    oldestAdmittedNanos = Math.min(oldestAdmittedNanos, member.admittedNanos());
    return true;
  }

  void mark(FlushMark mark) {
    if (!mark.coveredBy(marks)) {
      mark.hold();
      marks = new ArrayList<>(marks);
      marks.add(mark);
    }
  }

  /**
   * Ends it. It takes nothing more. If this throws, or what it returned could not be kept for want
   * of memory, it may be asked again: nobody else holds the records.
   */
  KinesisRecord seal(KinesisRecord.Place place, AttemptHistory history) {
    SealedAggregate all = parts;
    if (all == null) {
      all = encoder.seal();
      parts = all;
    }
    KinesisRecord sealed =
        KinesisRecord.sealed(
            place,
            span,
            Arrays.copyOf(members, count()),
            new KinesisRecord.Totals(dataBytes, permitBytes, oldestAdmittedNanos),
            all,
            history);
    sealed.adopt(marks);
    return sealed;
  }

  boolean isEmpty() {
    return count() == 0;
  }

  /** How many partition keys it holds, once it is sealed. */
  int keys() {
    return parts == null ? 0 : parts.partitionKeys();
  }

  int sizeBytes() {
    return encoder.sizeBytes();
  }

  int count() {
    return encoder.count();
  }

  /** When its first record was admitted; it has at least one. */
  long firstAdmittedNanos() {
    return members[0].admittedNanos();
  }

  boolean marked() {
    return !marks.isEmpty();
  }
}
