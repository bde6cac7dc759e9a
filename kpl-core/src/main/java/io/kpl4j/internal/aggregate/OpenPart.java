// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import io.kpl4j.aggregation.AggregateEncoder;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.aggregation.SealedAggregate;
import io.kpl4j.internal.record.FlushMark;
import io.kpl4j.internal.record.PendingRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An aggregate that still takes records. Confined: to whoever holds its buffer's lock, or to the
 * loop where records are packed anew.
 */
final class OpenPart {

  private final AggregateEncoder encoder;
  private final List<PendingRecord> members = new ArrayList<>();
  private KinesisRecord.Span span;
  private List<FlushMark> marks = List.of();
  private @Nullable SealedAggregate parts;

  OpenPart(AggregationLimits limits, HashKey first) {
    this.encoder = new AggregateEncoder(limits.maxSizeBytes(), limits.maxCount(), limits.pool());
    this.span = KinesisRecord.Span.of(first);
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
    KinesisRecord.Span widened = span.with(user.hashKey());
    // The list first: if growing it throws, the encoder has not changed; then nothing else can
    // throw.
    members.add(member);
    boolean added = false;
    try {
      added = encoder.tryAdd(user.partitionKey(), user.explicitHashKey(), user.data());
    } finally {
      if (!added) {
        members.remove(members.size() - 1);
      }
    }
    if (added) {
      span = widened;
    }
    return added;
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
        KinesisRecord.sealed(place, span, members.toArray(PendingRecord[]::new), all, history);
    sealed.adopt(marks);
    return sealed;
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  int sizeBytes() {
    return encoder.sizeBytes();
  }

  int count() {
    return members.size();
  }

  /** When its first record was admitted; it has at least one. */
  long firstAdmittedNanos() {
    return members.get(0).admittedNanos();
  }

  boolean marked() {
    return !marks.isEmpty();
  }
}
