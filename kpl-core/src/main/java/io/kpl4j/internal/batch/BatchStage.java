// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.batch;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;
import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.deadline.DeadlineHeap;
import io.kpl4j.internal.lane.ShardLane;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of one stream by when they may send and when they must, and the cut of a batch from
 * them. Confined to the loop.
 *
 * <p>A lane with something to send is in one of two states: waiting for tokens or for its backoff,
 * or ready. A ready lane is listed under the deadline of its first sealed record and under that of
 * its open part. A batch takes sealed records first, then open parts that are older than half their
 * linger, each by deadline, so that throttling and full slots make aggregates larger, never
 * smaller. Only an open part that is overdue, and longer so than all that is sealed, comes before.
 */
public final class BatchStage {

  /** What the cut needs from the stream. Confined to the loop. */
  public interface Source {
    /** Seals the lane's open part into its queue. */
    void sealOpen(ShardLane lane);

    /**
     * Makes the lane's first record fit to be sent, if it is not: opens one that straddles shards,
     * or leaves out what expired.
     *
     * @return the first record, or null if none is left in this lane
     */
    @Nullable KinesisRecord prepareHead(ShardLane lane);

    /** The record has left its lane for the batch. */
    void take(KinesisRecord record);

    /**
     * The record is in the batch, paid for.
     *
     * @param tokenWaitNanos how long it waited for tokens beyond its linger or since it came back
     * @param slotWaitNanos how long it could have gone
     */
    default void taken(
        ShardLane lane, KinesisRecord record, long tokenWaitNanos, long slotWaitNanos) {}
  }

  private final BatchLimits limits;
  private final Source source;
  private final DeadlineHeap<ShardLane> sealed = new DeadlineHeap<>();
  private final DeadlineHeap<ShardLane> open = new DeadlineHeap<>();
  private final DeadlineHeap<ShardLane> waiting = new DeadlineHeap<>();
  private long sealedBytes;
  private long sealedRecords;
  private boolean hurry;
  private int maxRecords;

  /** Creates a stage without lanes. */
  public BatchStage(BatchLimits limits, Source source) {
    this.limits = limits;
    this.source = source;
    this.maxRecords = limits.maxRecords();
  }

  /** From now on a batch holds at most so many records, if that is less than its limit. */
  public void narrow(int toRecords) {
    maxRecords = Math.min(limits.maxRecords(), toRecords);
  }

  /** Everything is due from now on: the producer closes. */
  public void hurry() {
    hurry = true;
  }

  /** Takes the lane out: to be called before anything in it changes. */
  public void lift(ShardLane lane) {
    if (lane.sealedHandle().scheduled()) {
      sealedBytes -= lane.queuedBytes();
      sealedRecords -= lane.queuedRecords();
      sealed.cancel(lane.sealedHandle());
    }
    open.cancel(lane.openHandle());
    waiting.cancel(lane.waitHandle());
  }

  /** Puts the lane where it belongs: to be called after anything in it changed. */
  public void settle(ShardLane lane, long nowNanos) {
    if (lane.isEmpty()) {
      return;
    }
    long sendable = lane.sendableAtNanos(nowNanos);
    if (sendable > nowNanos) {
      waiting.schedule(lane.waitHandle(), sendable);
      return;
    }
    KinesisRecord head = lane.head();
    if (head != null) {
      sealed.schedule(lane.sealedHandle(), due(head));
      sealedBytes += lane.queuedBytes();
      sealedRecords += lane.queuedRecords();
    }
    if (lane.open().count() > 0) {
      boolean urgent = hurry || lane.open().marked();
      long admitted = lane.openAdmittedNanos();
      open.schedule(lane.openHandle(), urgent ? admitted : due(admitted));
    }
  }

  private long due(KinesisRecord head) {
    if (head.cohort() != 0) {
      // Halves go before all others and in turn, so that each is in reach when its turn comes.
      return Long.MIN_VALUE + head.cohort();
    }
    // What cannot wait is due since it was admitted: of many the oldest go first, and each shard
    // has its turn.
    long admitted = head.oldestAdmittedNanos();
    return hurry || head.urgent() ? admitted : due(admitted);
  }

  private long due(long admittedNanos) {
    return admittedNanos + limits.lingerNanos();
  }

  /** Moves the lanes that may send by now from waiting to ready. */
  public void wake(long nowNanos) {
    for (ShardLane lane; (lane = waiting.pollDue(nowNanos)) != null; ) {
      settle(lane, nowNanos);
    }
  }

  /** When a waiting lane may send, at the earliest. */
  public long nextWakeNanos() {
    return waiting.nextNanos();
  }

  /** When a ready lane must send, at the earliest. */
  public long nextDueNanos() {
    return Math.min(sealed.nextNanos(), open.nextNanos());
  }

  /** Sealed bytes that have tokens. */
  public long sealedBytes() {
    return sealedBytes;
  }

  /** Whether so much is sealed that a call is full of it. */
  public boolean full() {
    return sealedBytes >= limits.targetBytes() || sealedRecords >= maxRecords;
  }

  /**
   * Whether there is reason to cut a batch.
   *
   * @param admissionWaits whether a caller waits for room
   * @return the reason, or null
   */
  public @Nullable FlushReason reason(boolean admissionWaits, long nowNanos) {
    if (nextDueNanos() <= nowNanos) {
      return FlushReason.DUE;
    }
    if (sealedBytes >= limits.targetBytes()) {
      return FlushReason.BYTES;
    }
    if (sealedRecords >= limits.maxRecords()) {
      return FlushReason.COUNT;
    }
    return admissionWaits && nextDueNanos() != NEVER ? FlushReason.ADMISSION : null;
  }

  /**
   * Cuts a batch.
   *
   * @param roomBytes what may be in flight beside what is; the first record ignores it if nothing
   *     is
   * @param alone whether nothing else is in flight
   * @param allOpen whether open parts go whatever their age: a caller waits for room
   * @param records where its records are put, as they leave their lanes; none if the first does not
   *     fit the room
   * @return whether something more was there that it had no place for
   */
  @CanIgnoreReturnValue
  public boolean cut(
      long roomBytes, boolean alone, boolean allOpen, long nowNanos, List<KinesisRecord> records) {
    Cut cut = new Cut(alone ? NEVER : roomBytes, roomBytes, nowNanos, records);
    try {
      for (ShardLane lane; !cut.full && (lane = sealed.peek()) != null; ) {
        if (open.nextNanos() <= nowNanos && open.nextNanos() < sealed.nextNanos()) {
          // Calls may be full of what is sealed for as long as slots are what lacks.
          cut.takeOpen(requireNonNull(open.peek()));
        } else {
          cut.takeSealed(lane);
        }
      }
      long horizon = allOpen ? NEVER - 1 : nowNanos + limits.lingerNanos() / 2;
      while (!cut.full && open.nextNanos() <= horizon) {
        cut.takeOpen(requireNonNull(open.peek()));
      }
    } finally {
      cut.finish();
    }
    return cut.full;
  }

  /** One batch while it grows. */
  private final class Cut {
    private final long firstMaxBytes;
    private final long maxBytes;
    private final long nowNanos;
    private final List<KinesisRecord> records;

    /** The lanes that had a turn, in that order, and what each has given. */
    private final Map<ShardLane, Long> given = new LinkedHashMap<>();

    private long bytes;
    private boolean full;

    Cut(long firstMaxBytes, long roomBytes, long nowNanos, List<KinesisRecord> records) {
      this.firstMaxBytes = firstMaxBytes;
      this.maxBytes = Math.min(limits.targetBytes(), roomBytes);
      this.nowNanos = nowNanos;
      this.records = records;
    }

    void takeSealed(ShardLane lane) {
      take(lane, begin(lane));
      if (lane.head() == null) {
        // Its open part may have its turn too.
        settle(lane, nowNanos);
      }
    }

    /** The open part of a lane whose sealed records, if any, had their turn. */
    void takeOpen(ShardLane lane) {
      if (records.size() >= maxRecords
          || inCohort()
          || (bytes > 0 && bytes + lane.open().sizeBytes() + 1 > maxBytes)) {
        full = true;
        return;
      }
      long share = begin(lane);
      if (bytesOf(lane) == 0 || bytesOf(lane) + lane.open().sizeBytes() < share) {
        source.sealOpen(lane);
        take(lane, share);
      }
    }

    /** Records of a refused call go with those of their half only. */
    private boolean inCohort() {
      return !records.isEmpty() && records.get(0).cohort() != 0;
    }

    private boolean mixesCohorts(KinesisRecord head) {
      return !records.isEmpty() && records.get(0).cohort() != head.cohort();
    }

    /** Gives a lane its turn, and says how much it may send in this call. */
    private long begin(ShardLane lane) {
      lift(lane);
      given.putIfAbsent(lane, 0L);
      boolean others = given.size() > 1 || !sealed.isEmpty() || !open.isEmpty();
      return others ? BatchLimits.SHARD_BYTES : NEVER;
    }

    private long bytesOf(ShardLane lane) {
      return given.getOrDefault(lane, 0L);
    }

    private void take(ShardLane lane, long shareBytes) {
      for (KinesisRecord head; (head = source.prepareHead(lane)) != null; ) {
        // Preparing may have put the lane back.
        lift(lane);
        if (lane.sendableAtNanos(nowNanos) > nowNanos
            || mixesCohorts(head)
            || overShare(lane, head, shareBytes)) {
          return;
        }
        if (!fits(head)) {
          full = true;
          return;
        }
        // First the batch: want of memory must not leave the record in neither.
        records.add(head);
        source.take(head);
        lane.remove(head);
        long sinceNanos = waitsSince(head);
        long tokenWaitNanos = lane.tokenWaitNanos(sinceNanos, nowNanos);
        long slotWaitNanos = lane.readyNanos(sinceNanos, nowNanos);
        lane.pay(head, nowNanos);
        bytes += head.sizeBytes();
        given.merge(lane, (long) head.sizeBytes(), Long::sum);
        source.taken(lane, head, tokenWaitNanos, slotWaitNanos);
      }
    }

    /** What comes back waits at once; what is new has its linger first. */
    private long waitsSince(KinesisRecord record) {
      return record.history().count() == 0
          ? due(record.oldestAdmittedNanos())
          : record.history().lastEndNanos();
    }

    /** A half of a refused call went with as much before, and is to stay in one piece. */
    private boolean overShare(ShardLane lane, KinesisRecord head, long shareBytes) {
      return head.cohort() == 0
          && bytesOf(lane) > 0
          && bytesOf(lane) + head.sizeBytes() > shareBytes;
    }

    private boolean fits(KinesisRecord record) {
      if (records.isEmpty()) {
        // One that is larger than a call should be goes too, alone.
        return record.sizeBytes() <= firstMaxBytes;
      }
      return records.size() < maxRecords && bytes + record.sizeBytes() <= maxBytes;
    }

    void finish() {
      for (ShardLane lane : given.keySet()) {
        lift(lane);
        settle(lane, nowNanos);
      }
    }
  }
}
