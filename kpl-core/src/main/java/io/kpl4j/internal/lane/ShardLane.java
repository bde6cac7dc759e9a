// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.lane;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;

import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.aggregate.ShardBuffer;
import io.kpl4j.internal.deadline.DeadlineHeap;
import io.kpl4j.internal.record.LedgerFault;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one shard, and when it may go: the queue of sealed records in the order of
 * sealing, the tokens, the backoff, and where keys keep their order the records that it has to wait
 * for. Confined to the loop.
 */
public final class ShardLane {

  private final ShardBuffer buffer;
  private final AdaptiveRate rate;
  private final ShardTokens tokens;
  private final TreeSet<KinesisRecord> queue = new TreeSet<>(KinesisRecord.SEALING_ORDER);
  private final TreeSet<KinesisRecord> visitors = new TreeSet<>(KinesisRecord.SEALING_ORDER);
  private final DeadlineHeap.Handle<ShardLane> sealedHandle = new DeadlineHeap.Handle<>(this);
  private final DeadlineHeap.Handle<ShardLane> openHandle = new DeadlineHeap.Handle<>(this);
  private final DeadlineHeap.Handle<ShardLane> waitHandle = new DeadlineHeap.Handle<>(this);
  private final DeadlineHeap.Handle<ShardLane> ageHandle = new DeadlineHeap.Handle<>(this);
  private ShardBuffer.Open open = ShardBuffer.Open.NOTHING;
  private long queuedBytes;
  private long backoffUntilNanos = Long.MIN_VALUE;
  private long heldUntilNanos = Long.MIN_VALUE;
  private int failures;
  private int gates;
  private long payableNanos = Long.MIN_VALUE;
  private boolean wasGated;
  private long ungatedNanos = Long.MIN_VALUE;

  /**
   * Creates an empty lane with full tokens.
   *
   * @param buffer where its records come from
   * @param limit how fast it may send
   */
  public ShardLane(ShardBuffer buffer, RateLimit limit, long nowNanos) {
    this.buffer = buffer;
    this.rate = new AdaptiveRate(limit, buffer.shardId() == null);
    this.tokens = new ShardTokens(rate.share(), nowNanos);
  }

  /** The shard, or null for records whose shard is not known. */
  public @Nullable String shardId() {
    return buffer.shardId();
  }

  /** Where its records come from. */
  public ShardBuffer buffer() {
    return buffer;
  }

  /** Hands over what callers sealed, to be {@link #add added}, and looks at what is open. */
  public void drainTo(List<KinesisRecord> moving) {
    open = buffer.drainTo(moving);
  }

  /** Seals what is open and hands it over with what callers sealed. */
  public void sealOpenTo(List<KinesisRecord> moving) {
    buffer.sealOpen();
    drainTo(moving);
  }

  /** Hands over everything and makes the buffer refuse from now on. */
  public void retireTo(List<KinesisRecord> moving) {
    buffer.retireTo(moving);
    open = ShardBuffer.Open.NOTHING;
  }

  /**
   * Halts keys, and hands over everything that callers left before.
   *
   * @return the place up to which records of these keys were appended before
   */
  public KinesisRecord.Place haltTo(Collection<HashKey> keys, List<KinesisRecord> moving) {
    KinesisRecord.Place upTo = buffer.haltTo(keys, moving);
    open = ShardBuffer.Open.NOTHING;
    return upTo;
  }

  /** Puts a record into its place. */
  public void add(KinesisRecord record) {
    if (!queue.add(record)) {
      throw new LedgerFault("a Kinesis record queued twice");
    }
    queuedBytes += record.sizeBytes();
  }

  /** Takes a record out, if it is in, or visits. */
  public boolean remove(KinesisRecord record) {
    boolean removed = queue.remove(record);
    if (removed) {
      queuedBytes -= record.sizeBytes();
    } else {
      visitors.remove(record);
    }
    return removed;
  }

  /** A record in the queue of another lane has to go before those behind it here. */
  public void visit(KinesisRecord record) {
    visitors.add(record);
  }

  /** The records of other lanes that have their place here too, in order. */
  public Collection<KinesisRecord> visitors() {
    return visitors;
  }

  /** Whether the record is in its queue. */
  public boolean holds(KinesisRecord record) {
    return queue.contains(record);
  }

  /** Hands all records over. */
  public void moveTo(List<KinesisRecord> moving) {
    moving.addAll(queue);
    queue.clear();
    queuedBytes = 0;
  }

  /** The first record, be it a visitor, or null. */
  public @Nullable KinesisRecord head() {
    KinesisRecord own = queue.isEmpty() ? null : queue.first();
    if (visitors.isEmpty()) {
      return own;
    }
    KinesisRecord visitor = visitors.first();
    return own == null || visitor.place().compareTo(own.place()) < 0 ? visitor : own;
  }

  /** The sealed records in order. */
  public Iterable<KinesisRecord> queued() {
    return queue;
  }

  /** How many sealed records wait. */
  public int queuedRecords() {
    return queue.size();
  }

  /** Data and keys of the sealed records that wait. */
  public long queuedBytes() {
    return queuedBytes;
  }

  /** What is open, as last seen. */
  public ShardBuffer.Open open() {
    return open;
  }

  /** Whether nothing waits. */
  public boolean isEmpty() {
    return head() == null && open.count() == 0;
  }

  /** One more record under way has to be done with before anything else of this lane goes. */
  public void gate() {
    gates++;
  }

  /** One record less has to be done with. */
  public void ungate() {
    if (--gates < 0) {
      throw new LedgerFault("a lane opened more often than closed");
    }
  }

  /** Whether it waits for records under way. */
  public boolean gated() {
    return gates > 0;
  }

  /**
   * Whether the next record can be paid for and nothing holds it: when, at or before now if so;
   * {@code NEVER} while it waits for records under way.
   */
  public long sendableAtNanos(long nowNanos) {
    if (gated()) {
      wasGated = true;
      return NEVER;
    }
    if (wasGated) {
      wasGated = false;
      ungatedNanos = nowNanos;
    }
    KinesisRecord head = head();
    int size = head == null ? open.sizeBytes() : head.sizeBytes();
    long payable = tokens.payableAtNanos(size, nowNanos);
    if (payable > nowNanos) {
      payableNanos = payable;
    }
    return Math.max(Math.max(backoffUntilNanos, heldUntilNanos), payable);
  }

  /** For how long since then the next record could not be paid for; for metrics alone. */
  public long tokenWaitNanos(long sinceNanos, long nowNanos) {
    return payableNanos <= sinceNanos
        ? 0
        : Math.max(0, Math.min(payableNanos, nowNanos) - sinceNanos);
  }

  /** For how long since then at most nothing has held the next record; for metrics alone. */
  public long readyNanos(long sinceNanos, long nowNanos) {
    long held = Math.max(Math.max(backoffUntilNanos, heldUntilNanos), ungatedNanos);
    return Math.max(0, nowNanos - Math.max(Math.max(sinceNanos, payableNanos), held));
  }

  /** Pays for a record that goes now. */
  public void pay(KinesisRecord record, long nowNanos) {
    tokens.take(record.sizeBytes(), nowNanos);
  }

  /** The shard took so much of what was sent from here. */
  public void accepted(int records, long bytes, long nowNanos) {
    rate.accepted(ShardTokens.shardSeconds(records, bytes));
    tokens.changeShare(rate.share(), nowNanos);
  }

  /**
   * The shard refused some of a call's records as too much. What was saved up here is then more
   * than the shard has left.
   */
  public void throttled(long sentNanos, long nowNanos) {
    if (rate.throttled(sentNanos, nowNanos)) {
      tokens.changeShare(rate.share(), nowNanos);
      tokens.empty(nowNanos);
    }
  }

  /** Of what was saved up half at most is to be spent. */
  public void halveSavings(long nowNanos) {
    tokens.halve(nowNanos);
  }

  /** How fast it may send now, as a share of what one shard takes. */
  public double rateShare() {
    return rate.share();
  }

  /** Sends nothing until then, as its shard may be no more; says nothing of failures. */
  public void hold(long untilNanos) {
    heldUntilNanos = untilNanos;
  }

  /** Sends nothing until then. */
  public void backOff(long untilNanos) {
    failures++;
    backoffUntilNanos = Math.max(backoffUntilNanos, untilNanos);
  }

  /** Calls that brought no success since the last that did. */
  public int failures() {
    return failures;
  }

  /** A call brought success: the next delay starts small again. */
  public void succeeded() {
    failures = 0;
  }

  /** When its oldest open record was admitted, as last seen. */
  public long openAdmittedNanos() {
    return open.count() == 0 ? NEVER : open.firstAdmittedNanos();
  }

  /** Its place among lanes with sealed records. */
  public DeadlineHeap.Handle<ShardLane> sealedHandle() {
    return sealedHandle;
  }

  /** Its place among lanes with an open part. */
  public DeadlineHeap.Handle<ShardLane> openHandle() {
    return openHandle;
  }

  /** Its place among lanes that wait for tokens or backoff. */
  public DeadlineHeap.Handle<ShardLane> waitHandle() {
    return waitHandle;
  }

  /** Its open part's place among the ages of the stream. */
  public DeadlineHeap.Handle<ShardLane> ageHandle() {
    return ageHandle;
  }
}
