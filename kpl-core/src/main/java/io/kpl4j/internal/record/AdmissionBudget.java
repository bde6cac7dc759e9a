// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the pipeline may hold, in bytes and in records, and who waits for room. Thread-safe.
 *
 * <p>It never parks and reads no clock: {@link #acquire} answers either "granted" or a {@link
 * Waiter}, and whatever makes room answers whom it granted. Waiting, and waking, is the engine's.
 * Who does not wait asks by {@link #tryAcquire}; a {@link Deferred} waiter has no thread, and is
 * granted by the loop alone, when it is about to append the record. The waiters of one budget are
 * all with a thread, or all without.
 *
 * <p>Waiters are served first in, first out within a stream and round robin between streams, and a
 * stream holds at most {@value #STREAM_SHARE} times what is free, so that one throttled stream
 * never takes the last byte of another. A waiter that lacks room for all, at the head of the round,
 * holds the others back; otherwise small records would starve a large one.
 *
 * <p>Results that the completion executor has not delivered yet are bounded apart: over that bound
 * new records wait too, except those put by completion threads, which must be able to get on.
 *
 * <p>While someone lacks room, what could make it should be sent: {@link #wantsRoomOf}. Who lacks
 * the room of all wants it of every stream, who lacks a share wants it of its own stream only.
 */
public final class AdmissionBudget {

  /** A stream holds at most this many times what is free. */
  static final int STREAM_SHARE = 8;

  /** One stream's part of the budget. Guarded by the budget's lock. */
  public static final class Account extends Line.Place<Account> {
    private long heldBytes;
    private long heldRecords;
    private boolean retired;
    private final Line<Waiter> waiters = new Line<>();
    private int exemptWaiters;

    /** The loop has granted a record that it has yet to append: newcomers do not overtake it. */
    private boolean appending;

    /** What a record weighs that the stream's share held off and that did not wait; or 0. */
    private long missedBytes;

    private volatile boolean lacksShare;

    private void look() {
      lacksShare = missedBytes > 0 || !waiters.isEmpty();
    }
  }

  /** A record that waits for room. Its state changes once, under the budget's lock. Thread-safe. */
  public static class Waiter extends Line.Place<Waiter> {

    /** Where a waiter stands. */
    public enum State {
      /** Still waiting. */
      WAITING,
      /** The permit is held. */
      GRANTED,
      /** It gave up. */
      CANCELLED,
      /** The budget was closed. */
      REFUSED,
      /** The account was retired before it was asked: the stream has another by now. */
      RETIRED
    }

    private final Account account;
    private final long bytes;
    private final boolean exempt;
    private volatile State state = State.WAITING;
    private volatile @Nullable Thread thread;

    private Waiter(Account account, long bytes, boolean exempt) {
      this.account = account;
      this.bytes = bytes;
      this.exempt = exempt;
    }

    /** Where it stands now. */
    public State state() {
      return state;
    }

    /** The thread to wake when the state changes; null if nobody parks on it. */
    public @Nullable Thread thread() {
      return thread;
    }

    /**
     * Says who will park. To be called before the state is read for the last time before parking.
     */
    public void parkedBy(Thread waiting) {
      thread = waiting;
    }
  }

  /** A waiter without a thread: the loop goes on with it when there is room. Thread-safe. */
  public abstract static class Deferred extends Waiter {

    /**
     * Creates a waiter that does not stand in line yet.
     *
     * @param account the stream's account
     * @param bytes what the record weighs, at most {@link #maxBytes()}
     * @param exempt whether undelivered results do not hold it back
     */
    protected Deferred(Account account, long bytes, boolean exempt) {
      super(account, bytes, exempt);
    }

    /** Makes the loop look whom it can grant, or who was refused. Any thread. */
    public abstract void tellLoop();

    /** Appends the record, whose permit is held now. Loop only. */
    public abstract void granted(long nowNanos);
  }

  private final long maxBytes;
  private final long maxRecords;
  private final long maxUndeliveredBytes;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private long heldBytes;

  @GuardedBy("lock")
  private long heldRecords;

  @GuardedBy("lock")
  private long undeliveredRecords;

  @GuardedBy("lock")
  private long undeliveredBytes;

  /** Accounts with waiters, in the order of the round. */
  @GuardedBy("lock")
  private final Line<Account> round = new Line<>();

  /** The head of the round waits for room that all streams lack. */
  @GuardedBy("lock")
  private boolean headLacksRoom;

  @GuardedBy("lock")
  private boolean closed;

  /** What a record weighs for which there was no room at all and that did not wait; or 0. */
  @GuardedBy("lock")
  private long missedBytes;

  private volatile boolean lacksRoom;

  /**
   * Creates an empty budget.
   *
   * @param maxBytes bytes that may be held, at least 1
   * @param maxRecords records that may be held, at least 1
   * @param maxUndeliveredBytes what results that wait for the completion executor may keep, at
   *     least 1
   */
  public AdmissionBudget(long maxBytes, long maxRecords, long maxUndeliveredBytes) {
    this.maxBytes = maxBytes;
    this.maxRecords = maxRecords;
    this.maxUndeliveredBytes = maxUndeliveredBytes;
  }

  /**
   * Asks for a permit for one record.
   *
   * @param account the stream's account
   * @param bytes what it weighs, at most {@link #maxBytes()}
   * @param exempt whether undelivered results do not hold it back: it is put by a completion thread
   * @return null if the permit is held now; otherwise a waiter, refused already if the budget is
   *     closed, and retired already if the account is
   */
  public @Nullable Waiter acquire(Account account, long bytes, boolean exempt) {
    lock.lock();
    try {
      if (take(account, bytes, exempt)) {
        return null;
      }
      Waiter waiter = new Waiter(account, bytes, exempt);
      enqueue(waiter);
      return waiter;
    } finally {
      lock.unlock();
    }
  }

  /**
   * As {@link #acquire}, but does not wait.
   *
   * @return whether the permit is held now
   */
  public boolean tryAcquire(Account account, long bytes, boolean exempt) {
    lock.lock();
    try {
      return take(account, bytes, exempt);
    } finally {
      lock.unlock();
    }
  }

  /**
   * As {@link #acquire}, but never grants at once: the waiter is to be told to the loop, which
   * grants it by {@link #takeNext}.
   *
   * @return whether it waits; if not, the budget is closed, or the account retired
   */
  public boolean acquireLater(Deferred waiter) {
    lock.lock();
    try {
      enqueue(waiter);
      return waiter.state() == Waiter.State.WAITING;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Grants the deferred waiter whose turn it is. Loop only. Newcomers of its stream wait until it
   * was {@link #appended}.
   *
   * @return the waiter, whose permit is held now, or null if nobody may go
   */
  public @Nullable Deferred takeNext() {
    lock.lock();
    try {
      Waiter next = next();
      if (next == null) {
        return null;
      }
      award(next);
      next.account.appending = true;
      return (Deferred) next;
    } finally {
      lock.unlock();
    }
  }

  /** Says that the record of a waiter from {@link #takeNext} is where it belongs. Loop only. */
  public void appended(Waiter waiter) {
    lock.lock();
    try {
      waiter.account.appending = false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Says that a record was refused for want of room: until it would fit, room is wanted as if it
   * waited.
   *
   * @return whether that is news for the loop
   */
  public boolean missed(Account account, long bytes) {
    lock.lock();
    try {
      if (closed || lacksRoom) {
        return false;
      }
      boolean known = account.lacksShare;
      if (lacksSpace(bytes)) {
        missedBytes = bytes;
        lacksRoom = true;
      } else if (!withinShare(account, bytes)) {
        account.missedBytes = bytes;
        account.look();
      }
      return lacksRoom || account.lacksShare != known;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives permits back.
   *
   * @return the waiters that were granted by it, to be woken by the caller
   */
  public List<Waiter> release(Account account, long bytes, long records) {
    lock.lock();
    try {
      drop(account, bytes, records);
      return grant();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives permits back at the verdict; the records' results now wait for the completion executor.
   *
   * @return the waiters that were granted by it
   */
  public List<Waiter> settle(Account account, long bytes, long records, long keptBytes) {
    lock.lock();
    try {
      drop(account, bytes, records);
      undeliveredRecords += records;
      undeliveredBytes += keptBytes;
      return grant();
    } finally {
      lock.unlock();
    }
  }

  /** Says that results that never held a permit wait for the completion executor. */
  public void undelivered(long records, long keptBytes) {
    lock.lock();
    try {
      undeliveredRecords += records;
      undeliveredBytes += keptBytes;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Says that results were delivered.
   *
   * @return the waiters that were granted by it
   */
  public List<Waiter> delivered(long records, long keptBytes) {
    lock.lock();
    try {
      undeliveredRecords -= records;
      undeliveredBytes -= keptBytes;
      return grant();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives up waiting.
   *
   * @return true if the waiter holds nothing now; false if it had been granted before, so that its
   *     permit is the caller's to give back
   */
  public boolean cancel(Waiter waiter) {
    lock.lock();
    try {
      if (waiter.state != Waiter.State.WAITING) {
        return waiter.state != Waiter.State.GRANTED;
      }
      waiter.state = Waiter.State.CANCELLED;
      leaveLine(waiter);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * As {@link #release} of nothing: serves those whom a cancelled waiter may have held back.
   *
   * @return the waiters that were granted by it
   */
  public List<Waiter> serve() {
    lock.lock();
    try {
      return grant();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Retires the account of a stream that nobody uses. As a record holds its permit from before its
   * append until its verdict, a stream whose account is retired holds nothing and gets nothing.
   *
   * @return false, and nothing has changed, if a permit is held of it or somebody waits
   */
  public boolean retire(Account account) {
    lock.lock();
    try {
      account.retired = account.heldRecords == 0 && account.waiters.isEmpty();
      return account.retired;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the account is retired: the stream has another by now, or gets one. */
  public boolean retired(Account account) {
    lock.lock();
    try {
      return account.retired;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Refuses all waiters and everyone who asks from now on.
   *
   * @return the waiters that were refused, to be woken by the caller
   */
  public List<Waiter> close() {
    lock.lock();
    try {
      closed = true;
      List<Waiter> refused = new ArrayList<>();
      for (Account account; (account = round.first()) != null; ) {
        for (Waiter waiter; (waiter = account.waiters.first()) != null; ) {
          // First of all: without memory it stands where it stood, for the next close.
          refused.add(waiter);
          waiter.state = Waiter.State.REFUSED;
          leaveLine(waiter);
        }
      }
      headLacksRoom = false;
      missedBytes = 0;
      lacksRoom = false;
      return refused;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether what a stream holds should be sent because someone lacks room: the room of all, or its
   * share. Cheap; may be a moment old.
   */
  public boolean wantsRoomOf(Account account) {
    return lacksRoom || account.lacksShare;
  }

  /** Whether someone lacks the room of all. Cheap; may be a moment old. */
  public boolean lacksRoom() {
    return lacksRoom;
  }

  /** Bytes that may be held. */
  public long maxBytes() {
    return maxBytes;
  }

  /** Records that may be held. */
  public long maxRecords() {
    return maxRecords;
  }

  /** Bytes held now. */
  public long heldBytes() {
    lock.lock();
    try {
      return heldBytes;
    } finally {
      lock.unlock();
    }
  }

  /** Records held now. */
  public long heldRecords() {
    lock.lock();
    try {
      return heldRecords;
    } finally {
      lock.unlock();
    }
  }

  /** Records of one account held now. */
  public long heldRecords(Account account) {
    lock.lock();
    try {
      return account.heldRecords;
    } finally {
      lock.unlock();
    }
  }

  /** Records that wait for a permit. */
  public long waitingRecords() {
    lock.lock();
    try {
      long waiting = 0;
      for (Account account = round.first(); account != null; account = round.behind(account)) {
        waiting += account.waiters.size();
      }
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /** Records held by the pipeline or waiting for the completion executor. */
  public long outstandingRecords() {
    lock.lock();
    try {
      return heldRecords + undeliveredRecords;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a permit is given at once. */
  @GuardedBy("lock")
  private boolean take(Account account, long bytes, boolean exempt) {
    boolean firstInLine = account.waiters.isEmpty() && !headLacksRoom;
    boolean passesLine = passesLine(exempt) && account.exemptWaiters == 0;
    if (closed
        || account.retired
        || account.appending
        || !(firstInLine || passesLine)
        || !fits(account, bytes, exempt)) {
      return false;
    }
    hold(account, bytes);
    return true;
  }

  @GuardedBy("lock")
  private void enqueue(Waiter waiter) {
    Account account = waiter.account;
    if (closed || account.retired) {
      waiter.state = closed ? Waiter.State.REFUSED : Waiter.State.RETIRED;
      return;
    }
    account.waiters.addLast(waiter);
    boolean first = account.waiters.size() == 1;
    if (first) {
      round.addLast(account);
    }
    account.exemptWaiters += waiter.exempt ? 1 : 0;
    account.look();
    if (lacksRoom(waiter.bytes, waiter.exempt)) {
      // At the head of the round may be one that only its stream's share holds back: look closely.
      headLacksRoom |= first && round.first() == account;
      lacksRoom = true;
    }
  }

  /** Grants whom there is room for, in turn; one without a thread is for the loop to take. */
  @GuardedBy("lock")
  private List<Waiter> grant() {
    List<Waiter> answered = List.of();
    for (Waiter next; (next = next()) != null; ) {
      if (next instanceof Deferred) {
        return List.of(next);
      }
      try {
        answered = answered.isEmpty() ? new ArrayList<>() : answered;
        answered.add(next);
      } catch (OutOfMemoryError noMemory) {
        if (answered.isEmpty()) {
          throw noMemory;
        }
        // Those who have their permits must be woken; when they give them back the round goes on.
        return answered;
      }
      award(next);
    }
    return answered;
  }

  /** Who may go now, or null: the round goes on until a whole turn of it finds nobody. */
  @GuardedBy("lock")
  private @Nullable Waiter next() {
    Waiter next = null;
    headLacksRoom = false;
    for (int passedOver = 0; next == null && passedOver < round.size(); passedOver++) {
      Account account = requireNonNull(round.first());
      Waiter first = requireNonNull(account.waiters.first());
      if (lacksRoom(first.bytes, first.exempt)) {
        headLacksRoom = true;
        next = nextExempt();
        break;
      }
      if (fits(account, first.bytes, first.exempt)) {
        next = first;
      } else {
        round.turn();
      }
    }
    lacksRoom = headLacksRoom || missedBytes > 0;
    return next;
  }

  /** Undelivered results hold back only those that are not exempt: one of these, or null. */
  @GuardedBy("lock")
  private @Nullable Waiter nextExempt() {
    if (!passesLine(true)) {
      return null;
    }
    for (Account account = round.first(); account != null; account = round.behind(account)) {
      Waiter first = account.exemptWaiters == 0 ? null : firstExempt(account);
      if (first != null && fits(account, first.bytes, true)) {
        return first;
      }
    }
    return null;
  }

  private static @Nullable Waiter firstExempt(Account account) {
    Waiter waiter = account.waiters.first();
    while (waiter != null && !waiter.exempt) {
      waiter = account.waiters.behind(waiter);
    }
    return waiter;
  }

  /** Who waits for delivery waits for completion threads: these pass, or none would get on. */
  @GuardedBy("lock")
  private boolean passesLine(boolean exempt) {
    return exempt && undeliveredBytes >= maxUndeliveredBytes;
  }

  /** Grants what {@link #next} answered. */
  @GuardedBy("lock")
  private void award(Waiter waiter) {
    Account account = waiter.account;
    hold(account, waiter.bytes);
    waiter.state = Waiter.State.GRANTED;
    leaveLine(waiter);
    if (!headLacksRoom && !account.waiters.isEmpty()) {
      round.turn();
    }
  }

  @GuardedBy("lock")
  private void leaveLine(Waiter waiter) {
    Account account = waiter.account;
    account.waiters.remove(waiter);
    account.exemptWaiters -= waiter.exempt ? 1 : 0;
    account.look();
    if (account.waiters.isEmpty()) {
      round.remove(account);
    }
  }

  @GuardedBy("lock")
  private boolean fits(Account account, long bytes, boolean exempt) {
    return !lacksRoom(bytes, exempt) && withinShare(account, bytes);
  }

  /**
   * The first record of a stream always passes, or a record of nearly the whole budget never would.
   */
  @GuardedBy("lock")
  private boolean withinShare(Account account, long bytes) {
    return account.heldRecords == 0
        || (within(account.heldBytes + bytes, maxBytes - heldBytes - bytes)
            && within(account.heldRecords + 1, maxRecords - heldRecords - 1));
  }

  private static boolean within(long held, long free) {
    // Rounded up, and not multiplied: a budget may be as large as a long.
    return -Math.floorDiv(-held, STREAM_SHARE) <= free;
  }

  @GuardedBy("lock")
  private boolean lacksRoom(long bytes, boolean exempt) {
    return lacksSpace(bytes) || (!exempt && undeliveredBytes >= maxUndeliveredBytes);
  }

  @GuardedBy("lock")
  private boolean lacksSpace(long bytes) {
    return heldBytes + bytes > maxBytes || heldRecords + 1 > maxRecords;
  }

  @GuardedBy("lock")
  private void hold(Account account, long bytes) {
    heldBytes += bytes;
    heldRecords++;
    account.heldBytes += bytes;
    account.heldRecords++;
  }

  @GuardedBy("lock")
  private void drop(Account account, long bytes, long records) {
    heldBytes -= bytes;
    heldRecords -= records;
    account.heldBytes -= bytes;
    account.heldRecords -= records;
    if (account.heldBytes < 0 || account.heldRecords < 0) {
      throw new LedgerFault(
          "more given back than held: " + account.heldBytes + " bytes, " + account.heldRecords);
    }
    forgetMissed(account);
  }

  /** What was refused is wanted no more once it would fit. */
  @GuardedBy("lock")
  private void forgetMissed(Account account) {
    if (account.missedBytes > 0 && withinShare(account, account.missedBytes)) {
      account.missedBytes = 0;
      account.look();
    }
    if (missedBytes > 0 && !lacksSpace(missedBytes)) {
      missedBytes = 0;
    }
  }
}
