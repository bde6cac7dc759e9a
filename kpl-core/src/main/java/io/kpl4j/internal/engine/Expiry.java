// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;

import io.kpl4j.FailureReason;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.aggregate.KinesisRecord.Holder;
import io.kpl4j.internal.engine.Settlement.Failure;
import io.kpl4j.internal.lane.ShardLane;
import io.kpl4j.internal.send.PutRecordsReply.Accepted;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Gives up what of one stream is over: no attempt starts after the time to live. What is in flight
 * is left alone. Confined to the loop.
 */
final class Expiry {

  /** How often is looked whether what is owed an attempt still is. */
  private static final long OWED_CHECK_NANOS = 1_000_000_000L;

  /** A crowd of expiries is one turn. */
  private static final long GRANULARITY_NANOS = 10_000_000L;

  private final long ttlNanos;
  private final long callNanos;
  private final LaneTable lanes;
  private final Awaiting awaiting;
  private final Settlement settlement;
  private long noExpiryFromNanos = Long.MAX_VALUE;
  private long noExpiryBeforeNanos = Long.MIN_VALUE;
  private long gapEndNanos;
  private long lastSentNanos = Long.MIN_VALUE;
  private @Nullable String credentialsFault;

  Expiry(StreamContext context, LaneTable lanes, Awaiting awaiting, Settlement settlement) {
    this.ttlNanos = context.settings().delivery().ttlNanos();
    this.callNanos = context.settings().flight().requestTimeoutNanos();
    this.lanes = lanes;
    this.awaiting = awaiting;
    this.settlement = settlement;
  }

  /**
   * The loop was away: what was admitted in between gets one attempt before it expires. Where calls
   * fail afterwards and go one at a time, its turn may not come for long: then it has no more than
   * its time to live once more.
   */
  void suspended(long fromNanos, long beforeNanos, long nowNanos) {
    gapEndNanos = nowNanos;
    long oldest = Math.min(lanes.ages().nextNanos(), lanes.openAges().nextNanos());
    if (oldest < noExpiryBeforeNanos) {
      // Something that an earlier gap owes an attempt may still wait for it.
      noExpiryFromNanos = Math.min(noExpiryFromNanos, fromNanos);
      noExpiryBeforeNanos = Math.max(noExpiryBeforeNanos, beforeNanos);
    } else {
      noExpiryFromNanos = fromNanos;
      noExpiryBeforeNanos = beforeNanos;
    }
  }

  /**
   * What the service, or the source of the credentials, says of them; null once a call succeeds.
   */
  void credentialsFault(@Nullable String fault) {
    credentialsFault = fault;
  }

  /** A call that was sent then has come to its end, in whatever way. */
  void ended(long sentNanos) {
    lastSentNanos = Math.max(lastSentNanos, sentNanos);
  }

  /** When it wants to run again. */
  long nextNanos() {
    long oldest = Math.min(lanes.ages().nextNanos(), lanes.openAges().nextNanos());
    return ttlNanos == NEVER || oldest == NEVER ? NEVER : oldest + ttlNanos + GRANULARITY_NANOS;
  }

  /** Gives up everything whose time is over. */
  void runOnce(long now) {
    if (ttlNanos == NEVER) {
      return;
    }
    for (ShardLane lane; (lane = lanes.openAges().pollDue(now - ttlNanos)) != null; ) {
      ShardLane expired = lane;
      lanes.change(lane, now, () -> lanes.sealOpen(expired));
    }
    // In the order of sealing, so that those of one key end in their order.
    PriorityQueue<KinesisRecord> due = new PriorityQueue<>(KinesisRecord.SEALING_ORDER);
    for (KinesisRecord record; (record = lanes.ages().pollDue(now - ttlNanos)) != null; ) {
      due.add(record);
    }
    try {
      for (KinesisRecord record; (record = due.poll()) != null; ) {
        runOut(record, now);
      }
    } finally {
      due.forEach(left -> lanes.ages().schedule(left.age(), left.oldestAdmittedNanos()));
    }
  }

  private void runOut(KinesisRecord record, long now) {
    Holder holder = record.holder();
    if (holder == Holder.DONE || lanes.gates().holdsBack(record)) {
      return;
    }
    expire(record, now);
    if (record.live() == 0) {
      drop(record, holder, now);
    } else if (record.oldestAdmittedNanos() > now - ttlNanos) {
      lanes.ages().schedule(record.age(), record.oldestAdmittedNanos());
    } else if (owed(record, now)) {
      lanes.ages().schedule(record.age(), now + Math.min(OWED_CHECK_NANOS, ttlNanos) - ttlNanos);
    } else if (holder == Holder.AWAITING_RANGE) {
      lanes.ages().schedule(record.age(), untilNanos(record) - ttlNanos);
    }
  }

  /** Gives up what is over in a record that is not in flight. */
  void expire(KinesisRecord record, long now) {
    if (ttlNanos == NEVER || record.oldestAdmittedNanos() > now - ttlNanos) {
      return;
    }
    if (record.history().count() == 0 && admittedInAGap(record.oldestAdmittedNanos())) {
      record.oweAttempt(gapEndNanos);
    }
    if (!owed(record, now) && now >= untilNanos(record)) {
      settlement.expire(record, now - ttlNanos, overdue(record));
    }
  }

  private boolean owed(KinesisRecord record, long now) {
    if (!record.owedAttempt()) {
      return false;
    }
    boolean othersWereTried = lastSentNanos >= record.owedSinceNanos();
    return !othersWereTried || now - record.owedSinceNanos() < ttlNanos;
  }

  private boolean admittedInAGap(long nanos) {
    return nanos >= noExpiryFromNanos && nanos < noExpiryBeforeNanos;
  }

  private long untilNanos(KinesisRecord record) {
    return awaiting.untilNanos(record, record.oldestAdmittedNanos() + ttlNanos, callNanos);
  }

  private Failure overdue(KinesisRecord record) {
    Optional<Accepted> stored = awaiting.stored(record);
    return stored.isPresent()
        ? placementUnknown(stored.get())
        : Settlement.expired(record, ttlNanos, credentialsFault);
  }

  /** The failure of a record that was stored in a shard whose range nobody could tell. */
  static Failure placementUnknown(Accepted stored) {
    return new Failure(
        FailureReason.PLACEMENT_UNKNOWN,
        "PlacementUnknown",
        "stored on "
            + stored.shardId()
            + " with sequence number "
            + stored.sequenceNumber()
            + ", but whether consumers see it there could not be learnt: the shard's range is unknown",
        null);
  }

  /** Takes a record whose user records all have their verdict from where it was. */
  void drop(KinesisRecord record, Holder holder, long now) {
    if (holder == Holder.AWAITING_RANGE) {
      awaiting.remove(record);
    } else {
      lanes.remove(record, now);
    }
    lanes.gates().open(record, now);
  }
}
