// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the pipeline may hold, in bytes and in records, and who waits for room. Thread-safe.
 *
 * <p>It never parks and reads no clock: {@link #acquire} answers either "granted" or a {@link
 * Waiter}, and whatever makes room answers whom it granted. Waiting, and waking, is the engine's.
 *
 * <p>Waiters are served first in, first out within a stream and round robin between streams, and a
 * stream holds at most {@value #STREAM_SHARE} times what is free, so that one throttled stream
 * never takes the last byte of another. A waiter that lacks room for all, at the head of the round,
 * holds the others back; otherwise small records would starve a large one.
 *
 * <p>Results that the completion executor has not delivered yet are bounded apart: over that bound
 * new records wait too, except those put by completion threads, which must be able to get on.
 */
public final class AdmissionBudget {

  /** A stream holds at most this many times what is free. */
  static final int STREAM_SHARE = 8;

  /** One stream's part of the budget. Guarded by the budget's lock. */
  public static final class Account {
    private long heldBytes;
    private long heldRecords;
    private boolean retired;
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
  }

  /** A record that waits for room. Its state changes once, under the budget's lock. Thread-safe. */
  public static final class Waiter {

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
  private final ArrayDeque<Account> round = new ArrayDeque<>();

  /** The head of the round waits for room that all streams lack. */
  @GuardedBy("lock")
  private boolean headLacksRoom;

  @GuardedBy("lock")
  private boolean closed;

  @GuardedBy("lock")
  private int waiting;

  private volatile boolean someoneWaits;

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
      boolean firstInLine = account.waiters.isEmpty() && !headLacksRoom;
      if (!closed
          && !account.retired
          && (firstInLine || passesLine(exempt))
          && fits(account, bytes, exempt)) {
        hold(account, bytes);
        return null;
      }
      Waiter waiter = new Waiter(account, bytes, exempt);
      if (closed) {
        waiter.state = Waiter.State.REFUSED;
        return waiter;
      }
      if (account.retired) {
        waiter.state = Waiter.State.RETIRED;
        return waiter;
      }
      if (account.waiters.isEmpty()) {
        round.addLast(account);
      }
      account.waiters.addLast(waiter);
      countWaiting(1);
      // A first waiter may be one that only the stream's own share holds back: say so at once.
      headLacksRoom |= round.peekFirst() == account && lacksRoom(bytes, exempt);
      return waiter;
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
      waiter.account.waiters.remove(waiter);
      countWaiting(-1);
      if (waiter.account.waiters.isEmpty()) {
        round.remove(waiter.account);
      }
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
      for (Account account : round) {
        refused.addAll(account.waiters);
        account.waiters.clear();
      }
      round.clear();
      countWaiting(-waiting);
      headLacksRoom = false;
      for (Waiter waiter : refused) {
        waiter.state = Waiter.State.REFUSED;
      }
      return refused;
    } finally {
      lock.unlock();
    }
  }

  /** Whether anyone waits for room. Cheap; may be a moment old. */
  public boolean hasWaiters() {
    return someoneWaits;
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

  /** Records held by the pipeline or waiting for the completion executor. */
  public long outstandingRecords() {
    lock.lock();
    try {
      return heldRecords + undeliveredRecords;
    } finally {
      lock.unlock();
    }
  }

  /** Serves the round until a whole turn of it grants nobody. */
  @GuardedBy("lock")
  private List<Waiter> grant() {
    headLacksRoom = false;
    if (round.isEmpty()) {
      return List.of();
    }
    List<Waiter> granted = new ArrayList<>();
    int passedOver = 0;
    while (passedOver < round.size()) {
      Account account = round.removeFirst();
      Waiter waiter = account.waiters.getFirst();
      if (lacksRoom(waiter.bytes, waiter.exempt)) {
        round.addFirst(account);
        // Undelivered results hold back only those that are not exempt: look on for these.
        headLacksRoom = true;
        grantExempt(granted);
        return granted;
      }
      if (fits(account, waiter.bytes, waiter.exempt)) {
        account.waiters.removeFirst();
        award(account, waiter, granted);
        passedOver = 0;
        if (account.waiters.isEmpty()) {
          continue;
        }
      } else {
        passedOver++;
      }
      round.addLast(account);
    }
    return granted;
  }

  /** Completion threads are never held back by undelivered results, wherever they stand in line. */
  @GuardedBy("lock")
  private void grantExempt(List<Waiter> granted) {
    if (!passesLine(true)) {
      return;
    }
    for (Iterator<Account> accounts = round.iterator(); accounts.hasNext(); ) {
      Account account = accounts.next();
      for (Iterator<Waiter> waiters = account.waiters.iterator(); waiters.hasNext(); ) {
        Waiter waiter = waiters.next();
        if (waiter.exempt && fits(account, waiter.bytes, true)) {
          waiters.remove();
          award(account, waiter, granted);
        }
      }
      if (account.waiters.isEmpty()) {
        accounts.remove();
      }
    }
  }

  /** Who waits for delivery waits for completion threads: these pass, or none would get on. */
  @GuardedBy("lock")
  private boolean passesLine(boolean exempt) {
    return exempt && undeliveredBytes >= maxUndeliveredBytes;
  }

  @GuardedBy("lock")
  private void award(Account account, Waiter waiter, List<Waiter> granted) {
    hold(account, waiter.bytes);
    waiter.state = Waiter.State.GRANTED;
    countWaiting(-1);
    granted.add(waiter);
  }

  @GuardedBy("lock")
  private void countWaiting(int change) {
    waiting += change;
    someoneWaits = waiting > 0;
  }

  @GuardedBy("lock")
  private boolean fits(Account account, long bytes, boolean exempt) {
    if (lacksRoom(bytes, exempt)) {
      return false;
    }
    // The first record of a stream always passes, or a record of nearly the whole budget never
    // would.
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
    return heldBytes + bytes > maxBytes
        || heldRecords + 1 > maxRecords
        || (!exempt && undeliveredBytes >= maxUndeliveredBytes);
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
  }
}
