// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;

import io.kpl4j.FailureReason;
import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.deadline.DeadlineHeap;
import io.kpl4j.internal.engine.Settlement.Failure;
import io.kpl4j.internal.record.FlushMark;
import io.kpl4j.internal.record.LedgerFault;
import io.kpl4j.internal.retry.ErrorCode;
import io.kpl4j.internal.send.PutRecordsReply;
import io.kpl4j.internal.send.PutRecordsReply.Answered;
import io.kpl4j.internal.send.PutRecordsReply.Failed;
import io.kpl4j.internal.send.PutRecordsReply.Origin;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * All streams of one producer and the slots they share. Confined to the loop.
 *
 * <p>{@link #runOnce} is the whole of the producer's work: it reads the inbox, does what is due and
 * hands batches to the sender. It is told the time and reads no clock, so a test runs the pipeline
 * on one thread, in virtual time.
 *
 * <p>A throwable in a step fails the records of that step and nothing else. A {@link
 * VirtualMachineError}, a {@link LedgerFault}, or a step that fails for all, moves the producer to
 * failed: every record completes exceptionally, and nothing is accepted any more.
 */
final class Pipelines {

  private static final Logger LOG = LoggerFactory.getLogger(Pipelines.class);

  /** A gap of the loop's own time from which on the process is taken to have been suspended. */
  private static final long SUSPENDED_NANOS = 1_000_000_000L;

  /** After so long without a result that was delivered, a callback is taken to block. */
  private static final long BLOCKED_NANOS = 1_000_000_000L;

  /** What there was no memory or no thread for is tried again after so long. */
  private static final long AGAIN_NANOS = 100_000_000L;

  private final StreamContext context;
  private final InstantSource wallClock;
  private final InFlight inFlight;
  private final Streams streams;
  private final WaitingRoom room;
  private final DeadlineHeap<StreamPipeline> timetable = new DeadlineHeap<>();
  private final ArrayDeque<StreamPipeline> round = new ArrayDeque<>();
  private final RareWarning stepFailed =
      new RareWarning(
          LOG,
          MonotonicClock.system(),
          Level.ERROR,
          "A step of the producer's loop failed; the records of that step fail with it");
  private long nextNanos = NEVER;
  private long lastTurnNanos;
  private long deliverAgainNanos = NEVER;
  private long passBlockedNanos = NEVER;

  /** Whether nothing was held when the last turn ended. */
  private boolean idle = true;

  /** Whether all streams know that what they hold is wanted gone. */
  private boolean lackOfRoomSeen;

  private Runnable whenFailedAndOver = () -> {};

  private volatile @Nullable Throwable failure;

  /**
   * Creates the engine of a producer.
   *
   * @param streams all streams, which callers add to
   * @param room where records wait for room
   * @param wallClock for the times that users see; nothing is decided by it
   */
  Pipelines(StreamContext context, Streams streams, WaitingRoom room, InstantSource wallClock) {
    this.context = context;
    this.streams = streams;
    this.room = room;
    this.wallClock = wallClock;
    this.inFlight = new InFlight(context.settings().flight());
  }

  /**
   * Does what there is to do.
   *
   * @param nowNanos the time; never less than before
   * @return when to be called again, unless the inbox gets a message before
   */
  long runOnce(long nowNanos) {
    try {
      if (failure == null && nowNanos - lastTurnNanos > SUSPENDED_NANOS) {
        afterGap(nowNanos);
      }
      lastTurnNanos = nowNanos;
      nextNanos = turn(nowNanos);
      idle = drained();
    } catch (RuntimeException | Error fault) {
      boolean before = failure != null;
      fail(fault);
      nextNanos = before ? nowNanos + AGAIN_NANOS : nowNanos;
    }
    nextNanos = Math.min(nextNanos, Math.min(deliverAgain(nowNanos), passBlocked(nowNanos)));
    return nextNanos;
  }

  /** Says when to look again whether all is delivered that memory or a thread lacked for. */
  private long deliverAgain(long nowNanos) {
    if (!context.publisher().stranded()) {
      deliverAgainNanos = NEVER;
    } else if (deliverAgainNanos == NEVER) {
      deliverAgainNanos = nowNanos + AGAIN_NANOS;
    } else if (deliverAgainNanos <= nowNanos) {
      context.publisher().deliverAgain();
      deliverAgainNanos = nowNanos + AGAIN_NANOS;
    }
    return deliverAgainNanos;
  }

  /** Says when to look again whether a callback holds up results that others could have. */
  private long passBlocked(long nowNanos) {
    if (context.publisher().idle()) {
      passBlockedNanos = NEVER;
    } else if (passBlockedNanos == NEVER) {
      passBlockedNanos = nowNanos + BLOCKED_NANOS;
    } else if (passBlockedNanos <= nowNanos) {
      context.publisher().passBlocked();
      passBlockedNanos = nowNanos + BLOCKED_NANOS;
    }
    return passBlockedNanos;
  }

  /** Not every gap is a suspended process: a loop whose slots are all taken sleeps for long too. */
  private void afterGap(long nowNanos) {
    boolean overslept = nextNanos != NEVER && nowNanos - nextNanos > SUSPENDED_NANOS;
    if (!overslept && !idle) {
      // What joins an open part wakes nobody.
      return;
    }
    // An idle loop knew nothing of what was admitted since, but it would have been woken for it.
    long fromNanos = overslept ? Long.MIN_VALUE : lastTurnNanos;
    streams
        .all()
        .forEach(
            stream -> {
              long lateNanos = overslept ? 0 : stream.lingerNanos() + SUSPENDED_NANOS;
              stream.expiry().suspended(fromNanos, nowNanos - lateNanos, nowNanos);
            });
  }

  private long turn(long nowNanos) {
    Throwable fault = failure;
    if (fault != null) {
      // Before the messages: the fault may have left what no flush would find.
      giveUpFailed(fault);
    }
    context.inbox().drainTo(message -> guarded(() -> message.run(nowNanos)));
    if (fault != null) {
      giveUpFailed(fault);
      return over() ? NEVER : nowNanos + AGAIN_NANOS;
    }
    for (InFlight.Call call; (call = inFlight.pollOverdue(nowNanos)) != null; ) {
      InFlight.Call overdue = call;
      guarded(() -> overdue.stream.replied(overdue, unanswered(), nowNanos));
    }
    if (room.nextNanos() <= nowNanos) {
      guarded(() -> room.look(nowNanos));
    }
    for (StreamPipeline stream; (stream = timetable.pollDue(nowNanos)) != null; ) {
      stream.touch();
    }
    seeLackOfRoom();
    List<StreamPipeline> touched = List.copyOf(context.loop().touched());
    context.loop().touched().clear();
    for (StreamPipeline stream : touched) {
      guarded(() -> stream.runOnce(nowNanos));
      if (!stream.inRound() && wantsSlot(stream, nowNanos)) {
        stream.inRound(true);
        round.addLast(stream);
      }
    }
    assignSlots(nowNanos);
    for (StreamPipeline stream : touched) {
      if (stream.idle(nowNanos)) {
        retire(stream, nowNanos);
      }
      timetable.schedule(stream.handle(), stream.nextNanos());
    }
    if (lacksRoomUnseen()) {
      return nowNanos;
    }
    long next = Math.min(timetable.nextNanos(), inFlight.nextTimeoutNanos());
    return Math.min(next, room.nextNanos());
  }

  /** Where someone lacks the room of all, every stream may have something to send. */
  private void seeLackOfRoom() {
    if (lacksRoomUnseen()) {
      streams.all().forEach(StreamPipeline::touch);
    }
    lackOfRoomSeen = context.budget().lacksRoom();
  }

  /** Who is asked while room is not wanted is asked again when it is, be it in the same turn. */
  private boolean wantsSlot(StreamPipeline stream, long nowNanos) {
    boolean wantsRoom = stream.wantsRoom();
    lackOfRoomSeen &= wantsRoom;
    return stream.wantsSlot(wantsRoom, nowNanos);
  }

  private boolean lacksRoomUnseen() {
    return context.budget().lacksRoom() && !lackOfRoomSeen;
  }

  /** A stream that nobody uses goes away with all that it knows; a later put makes it anew. */
  private void retire(StreamPipeline stream, long nowNanos) {
    if (!streams.retire(stream, () -> context.budget().retire(stream.account()))) {
      stream.inUse(nowNanos);
      return;
    }
    stream.retire();
    if (stream.inRound()) {
      stream.inRound(false);
      round.remove(stream);
    }
    LOG.debug("{}: retired, as nobody has used it", stream.name());
  }

  /** Slots rotate over the streams that want one. */
  private void assignSlots(long nowNanos) {
    int passedOver = 0;
    while (passedOver < round.size() && inFlight.hasSlot()) {
      StreamPipeline stream = round.getFirst();
      if (!wantsSlot(stream, nowNanos)) {
        round.removeFirst();
        stream.inRound(false);
        inFlight.satisfied(stream);
        continue;
      }
      boolean sent = cutFor(stream, nowNanos);
      timetable.schedule(stream.handle(), stream.nextNanos());
      if (!sent && inFlight.passOver(stream)) {
        return;
      }
      round.addLast(round.removeFirst());
      passedOver = sent ? 0 : passedOver + 1;
    }
  }

  private boolean cutFor(StreamPipeline stream, long nowNanos) {
    boolean alone = inFlight.isEmpty();
    long room = inFlight.roomBytes();
    if (!alone && inFlight.tooLittleFor(stream.worthwhileBytes())) {
      return false;
    }
    boolean[] sent = new boolean[1];
    boolean[] whole = new boolean[1];
    guarded(
        () ->
            stream.step(
                () -> {
                  PutRecordsBatch batch = stream.cut(Math.max(room, 0), alone, nowNanos);
                  if (batch != null) {
                    sent[0] = true;
                    send(stream, batch, nowNanos);
                  }
                  whole[0] = true;
                }));
    if (!whole[0]) {
      // What it failed of is out of the way, and no reply has to come that would ask for the rest.
      stream.nudge();
    }
    return sent[0];
  }

  private void send(StreamPipeline stream, PutRecordsBatch batch, long nowNanos) {
    InFlight.Call call =
        inFlight.begin(stream, batch, new InFlight.Moment(nowNanos, wallClock.instant()));
    stream.began(call);
    LOG.debug(
        "{}: call {} with {} Kinesis records, {} user records, {} bytes",
        stream.name(),
        call.id(),
        batch.records().size(),
        batch.userRecords(),
        batch.sizeBytes());
    try {
      context
          .ports()
          .sender()
          .send(batch, reply -> context.inbox().offer(new Replied(call, reply)));
    } catch (RuntimeException | Error fault) {
      context
          .inbox()
          .offer(new Replied(call, failed(fault.getClass().getSimpleName(), "" + fault)));
      throw fault;
    }
  }

  private static Failed failed(String code, String message) {
    return new Failed(Origin.CLIENT, code, message, 0);
  }

  private static Failed unanswered() {
    return new Failed(
        Origin.TIME_LIMIT,
        ErrorCode.NO_ANSWER,
        "the call was not answered within RequestTimeout and 1 s",
        0);
  }

  /** The answer to a call. A late one, after the call was taken back, is dropped. */
  private final class Replied extends Inbox.Message {
    private final InFlight.Call call;
    private final PutRecordsReply reply;

    Replied(InFlight.Call call, PutRecordsReply reply) {
      this.call = call;
      this.reply = reply;
    }

    @Override
    void run(long nowNanos) {
      if (inFlight.end(call.id()) == null) {
        return;
      }
      if (reply instanceof Answered) {
        inFlight.grow();
      } else if (reply instanceof Failed failed && failed.origin() == Origin.OUT_OF_MEMORY) {
        inFlight.shrink();
      }
      call.stream.replied(call, reply, nowNanos);
    }
  }

  /** A step of the loop: a fault in it fails what it dealt with, which the step itself sees to. */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (VirtualMachineError | LedgerFault fatal) {
      throw fatal;
    } catch (RuntimeException | Error fault) {
      stepFailed.warn(fault);
    }
  }

  /** Makes everything of these streams due that was accepted before, and marks it. */
  void flush(Collection<StreamPipeline> flushed, FlushMark mark, long nowNanos) {
    room.mark(Set.copyOf(flushed), mark);
    flushed.forEach(stream -> stream.mark(mark, nowNanos));
    context
        .publisher()
        .mark(mark, flushed.stream().map(StreamPipeline::name).collect(Collectors.toSet()));
  }

  /** Makes everything due, now and from now on. */
  void hurry(long nowNanos) {
    streams.all().forEach(stream -> stream.hurry(nowNanos));
  }

  /** Whether no permit is held and nobody waits for one: everything put has its verdict. */
  boolean drained() {
    return left() <= 0;
  }

  private long left() {
    return context.budget().heldRecords() + room.size();
  }

  /** Ends everything that is left, for good: the time to drain is over. */
  void giveUp() {
    Failure waiting =
        new Failure(
            FailureReason.PRODUCER_CLOSED,
            "ProducerClosed",
            "the producer was closed before the record was sent",
            null);
    Failure underWay =
        new Failure(
            FailureReason.OUTCOME_UNKNOWN,
            "OutcomeUnknown",
            "the producer was closed before the service answered",
            null);
    giveUp(waiting, underWay);
  }

  /** What comes last: nothing is left that anyone would be told of. */
  void retireEvents() {
    streams.all().forEach(stream -> guarded(stream::retireEvents));
  }

  private void giveUp(Failure waiting, Failure underWay) {
    long before;
    do {
      before = left();
      try {
        giveUpOnce(waiting, underWay);
      } catch (RuntimeException | Error fault) {
        sayLeft(fault);
      }
      // A fault ends a round early; nobody else would complete what it has left.
    } while (left() < before);
  }

  private static void sayLeft(Throwable fault) {
    try {
      LOG.error("A fault while what is left was given up", fault);
    } catch (RuntimeException | Error unspeakable) {
      // What is left matters more.
    }
  }

  /** The producer can go on no more. */
  void fail(Throwable fault) {
    failure = fault;
    try {
      LOG.error("The producer failed; all its records fail, and it takes no more", fault);
    } catch (RuntimeException | Error unspeakable) {
      // No memory even to say it, not even for the text: what is to be done matters more.
    }
  }

  /**
   * What is done when the producer has failed and every result is delivered. Before the loop runs.
   *
   * @param task run by the loop, again and again
   */
  void whenFailedAndOver(Runnable task) {
    whenFailedAndOver = task;
  }

  private boolean over() {
    boolean over = drained() && context.publisher().idle();
    if (over) {
      whenFailedAndOver.run();
    }
    return over;
  }

  private void giveUpFailed(Throwable fault) {
    Waiters.wake(context.budget().close());
    Failure internal = Settlement.internal(fault);
    giveUp(internal, internal);
  }

  /** What the wall clock says now. Any thread. */
  Instant wallTime() {
    return wallClock.instant();
  }

  /** How many calls are under way. Any thread. */
  int requestsInFlight() {
    return inFlight.count();
  }

  /** What the producer failed of, or null. */
  @Nullable Throwable failure() {
    return failure;
  }

  private void giveUpOnce(Failure waiting, Failure underWay) {
    room.refuseAll(failure);
    for (InFlight.Call call; (call = inFlight.pollAny()) != null; ) {
      InFlight.Call left = call;
      guarded(() -> left.stream.abandon(left, underWay));
    }
    streams.all().forEach(stream -> guarded(() -> stream.giveUp(waiting)));
  }
}
