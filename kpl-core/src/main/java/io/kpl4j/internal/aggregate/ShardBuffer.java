// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;
import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.record.FlushMark;
import io.kpl4j.internal.record.HaltedKeys;
import io.kpl4j.internal.record.PendingRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where callers leave the records of one shard: an open part and a queue of sealed ones, under one
 * short lock. Thread-safe.
 *
 * <p>A caller whose record does not fit seals the open part and starts a new one: that needs
 * neither tokens nor a slot, and admission bounds the queue. The loop drains the queue, and seals
 * the open part itself only when it cuts a batch. Only the loop retires a buffer, once; who finds
 * it retired reads the routes again, so no record is ever left in a buffer that nobody drains.
 */
public final class ShardBuffer {

  /**
   * Told what an append changed for the loop. Called by callers, without the lock; must not throw.
   */
  public interface Listener {
    /** The first record of an open part: there is a new deadline. */
    void opened(long admittedNanos);

    /** The queue of sealed records is no longer empty. */
    void sealed();
  }

  private enum Change {
    NONE,
    OPENED,
    SEALED,
    RETIRED
  }

  /** What the loop sees of the open part. Immutable. */
  public record Open(long firstAdmittedNanos, int sizeBytes, int count, boolean marked) {
    /** No open part. */
    public static final Open NOTHING = new Open(NEVER, 0, 0, false);
  }

  private final @Nullable String shardId;
  private final AggregationLimits limits;
  private final BufferOrder order;
  private final Listener listener;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private @Nullable OpenPart open;

  /** An ArrayDeque that cannot grow for want of memory would lose what it has. */
  @GuardedBy("lock")
  private final List<KinesisRecord> sealed = new ArrayList<>(0);

  /** As many as the last part had, up to a bound. */
  @GuardedBy("lock")
  private int expectedKeys = OpenPart.FEW_KEYS;

  @GuardedBy("lock")
  private boolean retired;

  /**
   * Creates an empty buffer; it takes no memory until the first append.
   *
   * @param shardId the shard, or null for the records whose shard is not known
   * @param limits what may be aggregated; without a shard nothing is
   * @param order where its records stand among those of the stream
   * @param listener told of what the loop has to know
   */
  public ShardBuffer(
      @Nullable String shardId, AggregationLimits limits, BufferOrder order, Listener listener) {
    this.shardId = shardId;
    this.limits = limits;
    this.order = order;
    this.listener = listener;
  }

  /** Creates a buffer whose records have no order but that of sealing. */
  public ShardBuffer(
      @Nullable String shardId, AggregationLimits limits, AtomicLong sequence, Listener listener) {
    this(shardId, limits, BufferOrder.ofSealing(sequence), listener);
  }

  /** The shard, or null for the records whose shard is not known. */
  public @Nullable String shardId() {
    return shardId;
  }

  /**
   * Adds one record. If it throws, nothing was added.
   *
   * @param member the record's future
   * @param user its keys and data, which are copied
   * @return false if nothing was added because the buffer is retired: read the routes again
   * @throws HaltedKeys.Halted if its key takes no records
   */
  public boolean append(PendingRecord member, UserContent user) {
    boolean aggregated = shardId != null && limits.mayAggregate(user.dataBytes());
    Change change = aggregated ? appendOpen(member, user) : appendAlone(member, user);
    if (change == Change.OPENED) {
      listener.opened(member.admittedNanos());
    } else if (change == Change.SEALED) {
      listener.sealed();
    }
    return change != Change.RETIRED;
  }

  private Change appendOpen(PendingRecord member, UserContent user) {
    lock.lock();
    try {
      if (retired) {
        return Change.RETIRED;
      }
      order.check(user);
      OpenPart part = open;
      if (part != null && part.tryAdd(member, user)) {
        return Change.NONE;
      }
      OpenPart next = new OpenPart(limits, user.hashKey(), expectedKeys);
      if (!next.tryAdd(member, user)) {
        throw new IllegalStateException("an empty aggregate refused a record");
      }
      Change change = part == null ? Change.OPENED : enqueue(sealIn(part));
      open = next;
      return change;
    } finally {
      lock.unlock();
    }
  }

  /** Large records are copied before the lock. */
  private Change appendAlone(PendingRecord member, UserContent user) {
    UserContent own = user.copied();
    AttemptHistory history = new AttemptHistory();
    lock.lock();
    try {
      if (retired) {
        return Change.RETIRED;
      }
      order.check(user);
      Change change = Change.NONE;
      OpenPart part = open;
      if (order.perKey() && part != null) {
        // What is open may hold earlier records of its key.
        change = enqueue(sealIn(part));
        open = null;
      }
      Change queued = enqueue(KinesisRecord.alone(order.next(), member, own, history));
      return change == Change.SEALED ? change : queued;
    } finally {
      lock.unlock();
    }
  }

  /** While the queue is not empty somebody has told the loop, or is about to. */
  @GuardedBy("lock")
  private Change enqueue(KinesisRecord record) {
    sealed.add(record);
    return sealed.size() == 1 ? Change.SEALED : Change.NONE;
  }

  /**
   * Moves what is sealed to the loop. Loop only.
   *
   * @return the open part that is left
   */
  public Open drainTo(Collection<? super KinesisRecord> target) {
    lock.lock();
    try {
      target.addAll(sealed);
      sealed.clear();
      return look();
    } finally {
      lock.unlock();
    }
  }

  /** Seals the open part, which becomes the last of what {@link #drainTo} moves. Loop only. */
  public void sealOpen() {
    lock.lock();
    try {
      OpenPart part = open;
      if (part != null) {
        sealed.add(sealIn(part));
        open = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Halts keys: seals, hands everything over, and refuses these keys from now on. What was appended
   * before is in the records that stand at or before the place returned, and nothing that is
   * appended after. Loop only.
   */
  public KinesisRecord.Place haltTo(
      Collection<HashKey> keys, Collection<? super KinesisRecord> target) {
    lock.lock();
    try {
      sealOpen();
      drainTo(target);
      keys.forEach(requireNonNull(order.halted())::add);
      return order.reached();
    } finally {
      lock.unlock();
    }
  }

  /** Marks the open part, if there is one. Loop only. */
  public void markOpen(FlushMark mark) {
    lock.lock();
    try {
      if (open != null) {
        open.mark(mark);
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many user records are in it now, for the ledger of a test. */
  public int userRecords() {
    lock.lock();
    try {
      return sealed.stream().mapToInt(KinesisRecord::live).sum()
          + (open == null ? 0 : open.count());
    } finally {
      lock.unlock();
    }
  }

  /** Seals, hands everything over and refuses from now on. Loop only; once. */
  public void retireTo(Collection<? super KinesisRecord> target) {
    lock.lock();
    try {
      sealOpen();
      retired = true;
      drainTo(target);
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private KinesisRecord sealIn(OpenPart part) {
    KinesisRecord record = part.seal(order.next(), new AttemptHistory());
    expectedKeys = Math.min(part.keys(), OpenPart.MANY_KEYS);
    return record;
  }

  @GuardedBy("lock")
  private Open look() {
    OpenPart part = open;
    return part == null
        ? Open.NOTHING
        : new Open(part.firstAdmittedNanos(), part.sizeBytes(), part.count(), part.marked());
  }

  @Override
  public String toString() {
    return "ShardBuffer[" + shardId + "]";
  }
}
