// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kpl4j.FailureReason;
import io.kpl4j.KinesisProducerException;
import io.kpl4j.RecordFailedException;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordRefusedException.Reason;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.record.FlushMark;
import io.kpl4j.internal.record.LedgerFault;
import io.kpl4j.internal.record.PendingRecord;
import io.kpl4j.internal.result.Delivery;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records that wait for room without a thread: the asynchronous policy. Callers enter; all else is
 * the loop's, which appends those that there is room for and fails those whose time is over.
 *
 * <p>What waits is held beside the buffer, so the room has a budget of its own, in records and in
 * bytes, with the same rule of shares: a stream that is throttled does not fill it. Who waited in
 * vain keeps its place until its future has failed: a completion executor that stands still does
 * not make the room larger.
 *
 * <p>The loop grants a record and appends it in one step. So nothing happens between the two, a
 * wait that is over cannot race the grant, and the order of one caller's records is kept.
 */
final class WaitingRoom {

  /**
   * How much may wait, and how long. Immutable.
   *
   * @param maxRecords at least 1
   * @param maxBytes of their permits, at least 1; a larger record takes the whole room
   * @param maxWaitNanos then a record is refused
   */
  record Limits(int maxRecords, long maxBytes, long maxWaitNanos) {}

  private final StreamContext context;
  private final AdmissionBudget budget;
  private final Intake intake;
  private final Limits limits;
  private final AdmissionBudget places;
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * In line, and not yet seen by the loop. An ArrayDeque that cannot grow for want of memory would
   * lose what it has.
   */
  @GuardedBy("lock")
  private final List<WaitingPut> arrivals = new ArrayList<>();

  /** In line, by arrival and so in the order of their deadlines. Loop only. */
  private final Set<WaitingPut> waiting = new LinkedHashSet<>();

  private final Inbox.Message look =
      new Inbox.Message() {
        @Override
        void run(long nowNanos) {
          look(nowNanos);
        }
      };

  WaitingRoom(StreamContext context, Intake intake, Limits limits) {
    this.context = context;
    this.budget = context.budget();
    this.intake = intake;
    this.limits = limits;
    this.places = new AdmissionBudget(limits.maxBytes(), limits.maxRecords(), Long.MAX_VALUE);
  }

  /** A record that waits. Confined to the loop, but for what the budget guards. */
  private final class WaitingPut extends AdmissionBudget.Deferred {
    private final CheckedRecord checked;
    private final PendingRecord future;
    private final long deadlineNanos;
    private final List<FlushMark> marks = new ArrayList<>(0);

    WaitingPut(CheckedRecord checked, boolean exempt, long deadlineNanos) {
      super(checked.stream().account(), checked.permitBytes(), exempt);
      this.checked = checked;
      this.future =
          PendingRecord.waiting(
              checked.permitBytes(), checked.content().dataBytes(), checked.haltingKey());
      this.deadlineNanos = deadlineNanos;
    }

    @Override
    public void tellLoop() {
      context.inbox().offer(look);
    }

    @Override
    public void granted(long nowNanos) {
      append(this, nowNanos);
    }
  }

  // --- for callers ---

  /**
   * Lets a record wait, with bytes of its own.
   *
   * @param streams finds the record's stream, or makes it
   * @param exempt whether the caller is a completion thread
   * @return its future, or null if too many wait or the producer is closed
   */
  @Nullable CompletableFuture<RecordResult> enter(
      CheckedRecord checked,
      Function<UserRecord, StreamPipeline> streams,
      boolean exempt,
      long nowNanos) {
    CheckedRecord asking = checked;
    CompletableFuture<RecordResult> future;
    while ((future = enter(asking, exempt, nowNanos)) == null && intake.retired(asking)) {
      asking = asking.ofStream(streams);
    }
    return future;
  }

  private @Nullable CompletableFuture<RecordResult> enter(
      CheckedRecord checked, boolean exempt, long nowNanos) {
    if (!places.tryAcquire(checked.stream().waitingAccount(), weight(checked), false)) {
      return null;
    }
    boolean entered = false;
    try {
      WaitingPut put = new WaitingPut(checked.copied(), exempt, nowNanos + limits.maxWaitNanos());
      entered = standInLine(put);
      if (!entered) {
        return null;
      }
      put.tellLoop();
      return put.future;
    } finally {
      if (!entered) {
        leave(checked);
      }
    }
  }

  private long weight(CheckedRecord checked) {
    return Math.min(checked.permitBytes(), limits.maxBytes());
  }

  private void leave(CheckedRecord checked) {
    places.release(checked.stream().waitingAccount(), weight(checked), 1);
  }

  /** In one step, or a close could refuse the record before the loop can know of it. */
  private boolean standInLine(WaitingPut put) {
    lock.lock();
    try {
      arrivals.add(put);
      boolean stands = false;
      try {
        stands = budget.acquireLater(put);
      } finally {
        if (!stands) {
          arrivals.remove(arrivals.size() - 1);
        }
      }
      return stands;
    } finally {
      lock.unlock();
    }
  }

  // --- for the loop ---

  /** When the next wait is over. */
  long nextNanos() {
    WaitingPut first = first();
    return first == null ? NEVER : first.deadlineNanos;
  }

  /** How many wait, as far as the loop knows. */
  int size() {
    return waiting.size();
  }

  /** Appends whom there is room for, and refuses whose wait is over. */
  void look(long nowNanos) {
    seeArrivals();
    appendGranted(nowNanos);
    if (refuseOverdue(nowNanos)) {
      // They may have held others back.
      appendGranted(nowNanos);
    }
  }

  /** A flush waits for those who wait. */
  void mark(Set<StreamPipeline> streams, FlushMark mark) {
    seeArrivals();
    for (WaitingPut put : waiting) {
      if (streams.contains(put.checked.stream()) && !mark.coveredBy(put.marks)) {
        put.marks.add(mark);
        mark.hold();
      }
    }
  }

  /**
   * Refuses everyone; the budget is closed.
   *
   * @param failure what the producer failed of, or null if it was closed
   */
  void refuseAll(@Nullable Throwable failure) {
    seeArrivals();
    for (WaitingPut first; (first = first()) != null; ) {
      WaitingPut put = first;
      refuse(put, () -> Intake.ended(put.checked.record(), failure));
    }
  }

  private @Nullable WaitingPut first() {
    return waiting.isEmpty() ? null : waiting.iterator().next();
  }

  private void seeArrivals() {
    lock.lock();
    try {
      for (WaitingPut put : arrivals) {
        // One that was granted before it was seen is where it belongs already.
        if (put.state() != AdmissionBudget.Waiter.State.GRANTED) {
          waiting.add(put);
          // What it holds counts as due now.
          put.checked.stream().touch();
        }
      }
      arrivals.clear();
    } finally {
      lock.unlock();
    }
  }

  private void appendGranted(long nowNanos) {
    for (AdmissionBudget.Deferred next; (next = budget.takeNext()) != null; ) {
      next.granted(nowNanos);
    }
  }

  private boolean refuseOverdue(long nowNanos) {
    boolean any = false;
    for (WaitingPut first; (first = first()) != null; any = true) {
      WaitingPut put = first;
      if (put.state() == AdmissionBudget.Waiter.State.REFUSED) {
        refuse(put, () -> Intake.ended(put.checked.record(), null));
      } else if (put.deadlineNanos <= nowNanos) {
        String full = intake.fullFor(limits.maxWaitNanos());
        refuse(
            put, () -> new RecordRefusedException(put.checked.record(), Reason.BUFFER_FULL, full));
      } else {
        break;
      }
    }
    return any;
  }

  /** Whatever happens here, the record has one outcome and the permit one holder. */
  private void append(WaitingPut put, long nowNanos) {
    try {
      put.future.admitted(nowNanos);
      intake.append(put.checked, put.future);
    } catch (RuntimeException | Error fault) {
      // Its permit is back already.
      refuse(put, () -> failedBy(fault, put));
      if (fault instanceof VirtualMachineError || fault instanceof LedgerFault) {
        throw fault;
      }
      return;
    } finally {
      budget.appended(put);
    }
    waiting.remove(put);
    leave(put.checked);
    passOn(put, nowNanos);
  }

  /** The flushes that waited for it wait for what holds it now. */
  private void passOn(WaitingPut put, long nowNanos) {
    try {
      for (FlushMark mark : put.marks) {
        put.checked.stream().mark(put.checked.content().hashKey(), mark, nowNanos);
      }
    } finally {
      put.marks.forEach(FlushMark::release);
    }
  }

  private static KinesisProducerException failedBy(Throwable fault, WaitingPut put) {
    if (fault instanceof RecordRefusedException refused) {
      return refused;
    }
    return new RecordFailedException(
        put.checked.record(),
        FailureReason.INTERNAL,
        Settlement.internal(fault).message(),
        List.of(),
        0,
        false,
        fault);
  }

  /** What needs memory comes first: without it the record still waits, for the next attempt. */
  private void refuse(WaitingPut put, Supplier<KinesisProducerException> why) {
    Delivery delivery =
        new Delivery(put.checked.stream().name(), 1, 0, index -> fail(put, why), put.marks);
    context.publisher().expect(delivery);
    budget.cancel(put);
    waiting.remove(put);
    budget.undelivered(1, 0);
    context.publisher().publish(delivery);
  }

  private void fail(WaitingPut put, Supplier<KinesisProducerException> why) {
    try {
      put.future.completeExceptionally(why.get());
    } finally {
      leave(put.checked);
    }
  }
}
