// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kpl4j.Attempt;
import io.kpl4j.FailureReason;
import io.kpl4j.KeyOrder;
import io.kpl4j.RecordFailedException;
import io.kpl4j.RecordResult.Placement;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StoredRecords;
import io.kpl4j.event.StreamEvents;
import io.kpl4j.internal.aggregate.AttemptHistory;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.aggregate.KinesisRecord.Holder;
import io.kpl4j.internal.aggregate.UserContent;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.record.FlushMark;
import io.kpl4j.internal.record.PendingRecord;
import io.kpl4j.internal.result.Delivery;
import io.kpl4j.internal.result.ResultPublisher;
import io.kpl4j.internal.result.SerialDeliveries;
import io.kpl4j.internal.retry.ErrorCode;
import io.kpl4j.internal.send.PutRecordsReply.Accepted;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Gives user records their verdict: the permit goes back to the budget, then the result goes to the
 * publisher. Confined to the loop. Nothing else completes a record or releases a permit.
 */
final class Settlement {

  /**
   * Why user records are given up.
   *
   * @param reason for the user
   * @param errorCode for events: the service's code, or one of ours
   * @param message for the user; never holds payload or keys
   * @param cause what led to it, or null
   */
  record Failure(
      FailureReason reason, String errorCode, String message, @Nullable Throwable cause) {}

  /** Told before user records are given up. */
  @FunctionalInterface
  interface GivingUp {
    void failing(KinesisRecord record, int[] members, Failure failure);
  }

  /** About what the future and the result of a record that was stored keep in memory. */
  private static final long SUCCESS_KEPT_BYTES = 128;

  private final String streamName;
  private final StreamContext context;
  private final AdmissionBudget.Account account;
  private final StreamCondition condition;
  private final GivingUp givingUp;
  private final Consumer<Delivery> deliveries;
  private final Map<String, ShardEvents> shardEvents = new HashMap<>();
  private @Nullable StreamEvents events;
  private @Nullable ShardEvents unknownShard;

  Settlement(
      String streamName,
      StreamContext context,
      AdmissionBudget.Account account,
      StreamCondition condition,
      GivingUp givingUp) {
    this.streamName = streamName;
    this.context = context;
    this.account = account;
    this.condition = condition;
    this.givingUp = givingUp;
    ResultPublisher publisher = context.publisher();
    this.deliveries =
        context.settings().delivery().keyOrder() == KeyOrder.NONE
            ? publisher::publish
            : new SerialDeliveries(publisher)::publish;
  }

  /** Asked for by the loop, not by the caller whose record made the stream. */
  StreamEvents streamEvents() {
    StreamEvents known = events;
    if (known == null) {
      known = context.ports().events().stream(streamName);
      events = known;
    }
    return known;
  }

  ShardEvents shardEvents(@Nullable String shardId) {
    if (shardId != null) {
      return shardEvents.computeIfAbsent(shardId, streamEvents()::shard);
    }
    ShardEvents known = unknownShard;
    if (known == null) {
      known = streamEvents().shard(null);
      unknownShard = known;
    }
    return known;
  }

  /** Lets the receivers go that are told of shards which are no more. */
  void retireShardsWithout(Predicate<String> open) {
    shardEvents
        .entrySet()
        .removeIf(
            shard -> {
              boolean gone = !open.test(shard.getKey());
              if (gone) {
                shard.getValue().shardRetired();
              }
              return gone;
            });
  }

  /** Lets all receivers of this stream go. */
  void retireEvents() {
    retireShardsWithout(shardId -> false);
    ShardEvents unknown = unknownShard;
    if (unknown != null) {
      unknown.shardRetired();
    }
    StreamEvents known = events;
    if (known != null) {
      known.streamRetired();
    }
  }

  /** The service has stored the record where consumers see it. */
  void succeed(KinesisRecord record, Accepted stored, long nowNanos) {
    AttemptHistory history = record.history();
    Placement placement =
        new Placement(
            stored.shardId(),
            stored.sequenceNumber(),
            history.mayBeDuplicated(),
            history.kept(),
            history.count());
    int[] members = live(record, index -> true);
    finish(
        record,
        members,
        SUCCESS_KEPT_BYTES,
        List.of(new Completer(record.members(), members, placement)),
        () ->
            shardEvents(stored.shardId())
                .userRecordsPut(new Stored(record, members, history.count(), nowNanos)));
  }

  /**
   * Completes the futures of records that were stored. It keeps the futures alone until they are
   * delivered, not the record with its bytes.
   *
   * <p>The futures were written by callers a while ago and are in no near cache. To complete one is
   * a barrier, so the processor would wait for each of them in turn; it fetches some at once if
   * they are only read before (measured on x86).
   */
  @SuppressWarnings("ArrayRecordComponent") // an internal carrier; never compared
  private record Completer(PendingRecord[] futures, int[] places, Placement placement)
      implements IntConsumer {

    private static final int AT_ONCE = 32;

    /** So that the reads are not left out. */
    @SuppressWarnings("UnusedVariable")
    private static int readBefore;

    @Override
    public void accept(int at) {
      if (at % AT_ONCE == 0) {
        readBefore = read(at);
      }
      // The place in the aggregate that was stored is the place that consumers count.
      futures[places[at]].complete(placement.result(places[at]));
    }

    private int read(int from) {
      int dependents = 0;
      for (int at = from; at < Math.min(from + AT_ONCE, places.length); at++) {
        dependents += futures[places[at]].getNumberOfDependents();
      }
      return dependents;
    }
  }

  /** What receivers of events see of records that were stored. */
  @SuppressWarnings("ArrayRecordComponent") // lives as long as one call
  private record Stored(KinesisRecord record, int[] members, int attempts, long nowNanos)
      implements StoredRecords {
    @Override
    public int count() {
      return members.length;
    }

    @Override
    public int dataBytes(int index) {
      return record.member(members[index]).dataBytes();
    }

    @Override
    public long latencyNanos(int index) {
      return nowNanos - record.member(members[index]).admittedNanos();
    }
  }

  /** All user records of it that have no verdict are given up. */
  void fail(KinesisRecord record, Failure failure) {
    fail(record, live(record, index -> true), failure);
  }

  /** Gives up those admitted at or before the moment. */
  void expire(KinesisRecord record, long admittedNanos, Failure failure) {
    failWhere(record, index -> record.member(index).admittedNanos() <= admittedNanos, failure);
  }

  /** Gives up those at such places that have no verdict, if there are any. */
  void failWhere(KinesisRecord record, IntPredicate which, Failure failure) {
    int[] members = live(record, which);
    if (members.length > 0) {
      fail(record, members, failure);
    }
  }

  private void fail(KinesisRecord record, int[] members, Failure failure) {
    givingUp.failing(record, members, failure);
    AttemptHistory history = record.history();
    boolean mayBeStored =
        history.mayBeDuplicated()
            || failure.reason() == FailureReason.OUTCOME_UNKNOWN
            || failure.reason() == FailureReason.PLACEMENT_UNKNOWN
            || record.holder() == Holder.AWAITING_RANGE
            || (failure.reason() == FailureReason.INTERNAL && record.holder() != Holder.SEALED);
    condition.failed(failure);
    Told told = new Told(record, members, failure, mayBeStored);
    finish(
        record,
        members,
        record.sizeBytes() / Math.max(1, members.length) + SUCCESS_KEPT_BYTES,
        told.steps(),
        () -> {
          ShardEvents shard = shardEvents(record.sentTo());
          for (int i = 0; i < members.length; i++) {
            shard.userRecordFailed(failure.errorCode(), history.count());
          }
        });
  }

  /**
   * What is told of user records that failed, on completion threads. The record is read back only
   * then: a backlog that fails is not doubled.
   */
  private final class Told {
    private final KinesisRecord record;
    private final int[] members;
    private final PendingRecord[] futures;
    private final Failure failure;
    private final boolean mayBeStored;
    private final List<Attempt> attempts;
    private final int attemptCount;

    /** One exception for the future and the hook; kept no longer than the second needs it. */
    @GuardedBy("this")
    private final @Nullable RecordFailedException[] shared;

    @GuardedBy("this")
    private @Nullable List<UserContent> contents;

    Told(KinesisRecord record, int[] members, Failure failure, boolean mayBeStored) {
      this.record = record;
      this.members = members;
      this.futures = record.members();
      this.failure = failure;
      this.mayBeStored = mayBeStored;
      this.attempts = record.history().kept();
      this.attemptCount = record.history().count();
      this.shared = new RecordFailedException[hook().present() ? members.length : 0];
    }

    private FailureHook hook() {
      return context.ports().failures();
    }

    List<IntConsumer> steps() {
      return hook().present() ? List.of(this::complete, this::tellHook) : List.of(this::complete);
    }

    private void complete(int at) {
      Throwable told;
      try {
        told = exception(at);
      } catch (RuntimeException | Error unreadable) {
        // Better an answer without the record than none.
        told = unreadable;
      }
      futures[members[at]].completeExceptionally(told);
    }

    /** After the future: a handler that blocks must not keep the record from completing. */
    private void tellHook(int at) {
      try {
        hook().tell(exception(at));
      } catch (RuntimeException | Error unreadable) {
        hook().untold(unreadable);
      } finally {
        forget(at);
      }
    }

    private synchronized RecordFailedException exception(int at) {
      if (shared.length == 0) {
        return newException(at);
      }
      RecordFailedException known = shared[at];
      if (known == null) {
        known = newException(at);
        shared[at] = known;
      }
      return known;
    }

    private synchronized void forget(int at) {
      shared[at] = null;
    }

    @GuardedBy("this")
    private RecordFailedException newException(int at) {
      List<UserContent> read = contents;
      if (read == null) {
        read = record.contents();
        contents = read;
      }
      return new RecordFailedException(
          read.get(members[at]).toUserRecord(streamName),
          failure.reason(),
          failure.message(),
          attempts,
          attemptCount,
          mayBeStored,
          failure.cause());
    }
  }

  private static int[] live(KinesisRecord record, IntPredicate which) {
    int[] live = new int[record.live()];
    int count = 0;
    for (int i = 0; i < record.count(); i++) {
      if (record.isLive(i) && which.test(i)) {
        live[count++] = i;
      }
    }
    return count == live.length ? live : Arrays.copyOf(live, count);
  }

  /**
   * Gives the verdict.
   *
   * @param tellEvents run before any future completes, so that whoever has a result finds it
   *     counted
   */
  private void finish(
      KinesisRecord record,
      int[] members,
      long keptBytes,
      List<IntConsumer> steps,
      Runnable tellEvents) {
    long bytes = record.permitBytes(members);
    List<FlushMark> marks = record.marks();
    // What needs memory comes before the verdict is noted: afterwards nobody would give it again.
    Delivery delivery = new Delivery(streamName, members.length, keptBytes, steps, marks);
    if (record.live() > members.length) {
      // The delivery has the hold that was the record's; others may deliver it once it is expected.
      marks.forEach(FlushMark::hold);
    }
    context.publisher().expect(delivery);
    for (int index : members) {
      record.settle(index);
    }
    if (record.live() == 0) {
      record.moveTo(Holder.DONE);
    }
    try {
      // The permit first, so that a callback may put.
      context.settle(account, bytes, members.length, members.length * keptBytes);
      tellEvents.run();
    } finally {
      deliveries.accept(delivery);
    }
  }

  /** The failure of records that a fault of ours has caught. */
  static Failure internal(Throwable fault) {
    return new Failure(
        FailureReason.INTERNAL, "Internal", "a fault inside the producer: " + fault, fault);
  }

  /**
   * The failure of records whose time is over.
   *
   * @param uncounted what holds the stream up without counting as an attempt, or null
   */
  static Failure expired(KinesisRecord record, long ttlNanos, @Nullable String uncounted) {
    List<Attempt> attempts = record.history().kept();
    String last =
        attempts.isEmpty()
            ? uncounted == null ? "no attempt was made" : "no attempt counted: " + uncounted
            : "last attempt: " + describe(attempts.get(attempts.size() - 1));
    return new Failure(
        FailureReason.EXPIRED,
        ErrorCode.EXPIRED,
        "not stored within RecordTtl (" + ttlNanos / 1_000_000 + " ms); " + last,
        null);
  }

  private static String describe(Attempt attempt) {
    return attempt.errorCode().orElse("ok")
        + attempt.errorMessage().map(text -> ": " + text).orElse("");
  }
}
