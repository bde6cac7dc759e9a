// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.util.Objects.requireNonNull;

import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordRefusedException.Reason;
import io.kpl4j.UserRecord;
import io.kpl4j.internal.aggregate.RecordCheck;
import io.kpl4j.internal.aggregate.UserContent;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import io.kpl4j.internal.record.HaltedKeys;
import io.kpl4j.internal.record.PendingRecord;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The caller's side of a {@code put}, in three steps: check, ask for a permit, append. Thread-safe.
 * It never parks and reads no clock, so that a test plays the caller.
 */
final class Intake {

  /**
   * A record that has asked for its permit.
   *
   * @param checked the record, of the stream whose permit it asked for
   * @param waiter null if the permit is held
   */
  record Admitted(CheckedRecord checked, @Nullable Waiter waiter) {}

  /**
   * A record that has asked for its permit and does not wait.
   *
   * @param checked the record, of the stream whose permit it asked for
   * @param admitted whether the permit is held
   */
  record Tried(CheckedRecord checked, boolean admitted) {}

  private final AdmissionBudget budget;
  private final PipelineSettings settings;

  Intake(AdmissionBudget budget, PipelineSettings settings) {
    this.budget = budget;
    this.settings = settings;
  }

  /**
   * Checks a record against every limit that is known.
   *
   * @param streams finds the record's stream, or makes it; asked only if nothing but the record
   *     limit speaks against it
   * @return to be closed when the put is over
   * @throws IllegalArgumentException names what, the value and the limit, never payload or key
   * @throws RecordRefusedException if its key is halted
   */
  CheckedRecord check(UserRecord record, Function<UserRecord, StreamPipeline> streams) {
    if (record.streamName().isEmpty()) {
      throw new IllegalArgumentException("streamName is empty");
    }
    CheckedRecord checked = CheckedRecord.take();
    boolean passed = false;
    try {
      check(record, streams, checked);
      passed = true;
    } finally {
      if (!passed) {
        checked.close();
      }
    }
    return checked;
  }

  private void check(
      UserRecord record, Function<UserRecord, StreamPipeline> streams, CheckedRecord into) {
    PipelineSettings own = settings.forStream(record.streamName());
    RecordCheck check = own.intake();
    UserContent content = into.content();
    long size = check.read(record, content);
    if (size > check.maxRecordBytes()) {
      // The stream may have said that it takes larger records than is configured.
      RecordCheck.checkSize(size, streams.apply(record).recordLimitBytes());
    }
    check.place(record, content);
    int permit =
        RecordCheck.permitBytes(
            content, own.aggregation().mayAggregate(content.dataBytes()), budget.maxBytes());
    StreamPipeline stream = streams.apply(record);
    HaltedKeys halted = stream.haltedKeys();
    if (halted != null && !halted.isEmpty() && halted.contains(content.hashKey())) {
      throw halted(record, halted);
    }
    into.fill(record, stream, permit);
  }

  /**
   * Asks for a permit. A stream that was retired since the record was checked is looked up again.
   *
   * @param streams finds the record's stream, or makes it
   * @param exempt whether the caller is a completion thread
   */
  Admitted admit(
      CheckedRecord checked, Function<UserRecord, StreamPipeline> streams, boolean exempt) {
    CheckedRecord asking = checked;
    while (true) {
      // Before the permit: it would be lost with an answer that there is no memory for.
      Admitted atOnce = new Admitted(asking, null);
      Waiter waiter = acquire(asking, exempt);
      if (waiter == null) {
        return atOnce;
      }
      if (waiter.state() != Waiter.State.RETIRED) {
        return waiting(asking, waiter);
      }
      asking = checked.ofStream(streams);
    }
  }

  private Admitted waiting(CheckedRecord checked, Waiter waiter) {
    try {
      return new Admitted(checked, waiter);
    } catch (OutOfMemoryError noMemory) {
      // Nobody would take the permit.
      if (budget.cancel(waiter)) {
        Waiters.wake(budget.serve());
      } else {
        giveBack(checked);
      }
      throw noMemory;
    }
  }

  private @Nullable Waiter acquire(CheckedRecord checked, boolean exempt) {
    return budget.acquire(checked.stream().account(), checked.permitBytes(), exempt);
  }

  /**
   * As {@link #admit}, but does not wait.
   *
   * @param streams finds the record's stream, or makes it
   * @param exempt whether the caller is a completion thread
   */
  Tried tryAdmit(
      CheckedRecord checked, Function<UserRecord, StreamPipeline> streams, boolean exempt) {
    CheckedRecord asking = checked;
    // Before the permit: it would be lost with an answer that there is no memory for.
    Tried held = new Tried(asking, true);
    while (!tryAcquire(asking, exempt)) {
      if (!retired(asking)) {
        return new Tried(asking, false);
      }
      asking = asking.ofStream(streams);
      held = new Tried(asking, true);
    }
    return held;
  }

  private boolean tryAcquire(CheckedRecord checked, boolean exempt) {
    return budget.tryAcquire(checked.stream().account(), checked.permitBytes(), exempt);
  }

  /** Whether the stream was retired since the record was checked: it is to be looked up again. */
  boolean retired(CheckedRecord checked) {
    return budget.retired(checked.stream().account());
  }

  /** A record was refused for want of room: what holds it goes as if the record waited. */
  void missed(CheckedRecord checked) {
    if (budget.missed(checked.stream().account(), checked.permitBytes())) {
      checked.stream().nudge();
    }
  }

  /**
   * Puts an admitted record into its buffer. From here on it completes exactly once; if this
   * throws, its permit is back and nothing of it is kept.
   */
  PendingRecord append(CheckedRecord checked, long nowNanos) {
    PendingRecord pending;
    try {
      pending =
          new PendingRecord(
              nowNanos, checked.permitBytes(), checked.content().dataBytes(), checked.haltingKey());
    } catch (Error outOfMemory) {
      giveBack(checked);
      throw outOfMemory;
    }
    append(checked, pending);
    return pending;
  }

  /** As {@link #append(CheckedRecord, long)}, of a record whose future exists already. */
  void append(CheckedRecord checked, PendingRecord pending) {
    StreamPipeline stream = checked.stream();
    boolean appended = false;
    try {
      UserContent content = checked.content();
      while (!stream
          .routes()
          .bufferFor(content.hashHigh(), content.hashLow())
          .append(pending, content)) {
        if (stream.closed()) {
          throw ended(checked.record(), stream.fault());
        }
        Thread.onSpinWait();
      }
      appended = true;
    } catch (HaltedKeys.Halted sinceItWasChecked) {
      throw halted(checked.record(), requireNonNull(stream.haltedKeys()));
    } finally {
      if (!appended) {
        giveBack(checked);
      }
    }
  }

  /** Gives the permit of a record back that was admitted and will not be appended. */
  void giveBack(CheckedRecord checked) {
    try {
      Waiters.wake(budget.release(checked.stream().account(), checked.permitBytes(), 1));
    } finally {
      checked.stream().nudge();
    }
  }

  private static RecordRefusedException halted(UserRecord record, HaltedKeys halted) {
    return new RecordRefusedException(
        record,
        Reason.KEY_HALTED,
        halted.all()
            ? "more than "
                + HaltedKeys.MAX_KEYS
                + " keys of the stream are halted, so all of them are until resumeKeys"
            : "an earlier record of the same key was given up, and KeyOrder is halt: the key takes"
                + " no records until resumeKey or resumeKeys");
  }

  /** How full the buffer is. */
  String full() {
    return "no room in the buffer: it holds "
        + budget.heldBytes()
        + " of "
        + budget.maxBytes()
        + " bytes and "
        + budget.heldRecords()
        + " of "
        + budget.maxRecords()
        + " records, and others may wait for room, or results for the completion executor";
  }

  /** How full the buffer is after a wait. */
  String fullFor(long waitedNanos) {
    return full() + "; the record waited for MaxBlockTime, " + waitedNanos / 1_000_000 + " ms";
  }

  static RecordRefusedException closed(UserRecord record) {
    return ended(record, null);
  }

  /** The producer takes no more: it has failed, or was closed if there is no failure. */
  static RecordRefusedException ended(UserRecord record, @Nullable Throwable failure) {
    return failure == null
        ? new RecordRefusedException(record, Reason.CLOSED, "the producer is closed")
        : new RecordRefusedException(
            record, Reason.PRODUCER_FAILED, "the producer failed: " + failure, failure);
  }
}
