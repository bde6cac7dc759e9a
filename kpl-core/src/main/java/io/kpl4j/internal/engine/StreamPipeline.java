// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;

import io.kpl4j.FailureReason;
import io.kpl4j.KeyOrder;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.aggregate.KinesisRecord.Holder;
import io.kpl4j.internal.aggregate.Routes;
import io.kpl4j.internal.aggregate.ShardBuffer;
import io.kpl4j.internal.batch.BatchLimits;
import io.kpl4j.internal.batch.BatchStage;
import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.deadline.DeadlineHeap;
import io.kpl4j.internal.engine.Settlement.Failure;
import io.kpl4j.internal.lane.ShardLane;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.record.FlushMark;
import io.kpl4j.internal.record.HaltedKeys;
import io.kpl4j.internal.record.LedgerFault;
import io.kpl4j.internal.retry.StreamPause;
import io.kpl4j.internal.send.PutRecordsReply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream: its lanes, its shard map, what waits for a listing, and whether it may send. Confined
 * to the loop, but for what is marked as for callers.
 *
 * <p>{@link #runOnce} does what is due by the time it is told; {@link #nextNanos} says when it
 * wants to be asked again; {@link #cut} hands out a batch when the engine has a slot for it.
 */
final class StreamPipeline implements BatchStage.Source {

  /** A stream that held nothing for so long is retired: 15 minutes. */
  private static final long IDLE_NANOS = 900_000_000_000L;

  private final String name;
  private final StreamContext context;
  private final AdmissionBudget.Account account = new AdmissionBudget.Account();
  private final AdmissionBudget.Account waitingAccount = new AdmissionBudget.Account();
  private final BatchStage stage;
  private final LaneTable lanes;
  private final Listings listings;
  private final Descriptions descriptions;
  private final StreamPause pause;
  private final StreamCondition condition = new StreamCondition();
  private final @Nullable HaltedKeys haltedKeys;
  private final @Nullable Halts halts;
  private final Settlement settlement;
  private final Expiry expiry;
  private final Outcomes outcomes;
  private final Awaiting awaiting = new Awaiting();
  private final Bisection bisection = new Bisection();
  private final Set<InFlight.Call> calls = new LinkedHashSet<>();
  private final List<KinesisRecord> cutting = new ArrayList<>();
  private final DeadlineHeap.Handle<StreamPipeline> handle = new DeadlineHeap.Handle<>(this);
  private final Inbox.Message hello =
      new Inbox.Message() {
        @Override
        void run(long now) {
          touch();
        }
      };
  private long nowNanos;
  private boolean touched;
  private boolean inRound;
  private long lastBusyNanos;
  private long spacedFromNanos = Long.MIN_VALUE;
  private volatile long oldestAdmittedNanos = NEVER;
  private volatile long shardMapNanos = Long.MIN_VALUE;
  private final AtomicLong dropped = new AtomicLong();
  private volatile long recordLimitBytes;
  private volatile boolean hurried;
  private volatile boolean closed;
  private volatile @Nullable Throwable fault;

  /** Creates the pipeline of a stream that nothing is known of. Any thread. */
  StreamPipeline(String name, StreamContext shared, long nowNanos) {
    this.name = name;
    this.context = shared.forStream(name);
    this.nowNanos = nowNanos;
    this.lastBusyNanos = nowNanos;
    this.recordLimitBytes = context.settings().intake().maxRecordBytes();
    this.haltedKeys =
        context.settings().delivery().keyOrder() == KeyOrder.HALT ? new HaltedKeys() : null;
    this.halts = haltedKeys == null ? null : new Halts(haltedKeys, this);
    this.settlement = new Settlement(name, context, account, condition, this::failing);
    this.pause = new StreamPause(context::delayNanos);
    this.stage = new BatchStage(context.settings().batch(), this);
    this.lanes = new LaneTable(context, stage, this::listener, this::arrived, haltedKeys, nowNanos);
    this.expiry = new Expiry(context, lanes, awaiting, settlement);
    this.listings = new Listings(this, context, awaiting, nowNanos);
    this.descriptions = new Descriptions(this, context, nowNanos);
    this.outcomes = new Outcomes(this, context);
  }

  // --- for callers ---

  String name() {
    return name;
  }

  Routes routes() {
    return lanes.routes();
  }

  AdmissionBudget.Account account() {
    return account;
  }

  /** Its part of the room where records wait for room. */
  AdmissionBudget.Account waitingAccount() {
    return waitingAccount;
  }

  /** The keys that take no records, or null where none ever is. */
  @Nullable HaltedKeys haltedKeys() {
    return haltedKeys;
  }

  /**
   * Whether its buffers are retired for good, by a close or because nobody used it: an append that
   * finds one retired gives up.
   */
  boolean closed() {
    return closed;
  }

  /** What closed it, or null if that was no fault. Set before it is closed. */
  @Nullable Throwable fault() {
    return fault;
  }

  /** Whether the service places its records itself. */
  boolean serviceRouted() {
    return context.settings().intake().serviceRouted();
  }

  /** How large a record may be with its key: configured, or more if the stream says so. */
  long recordLimitBytes() {
    return recordLimitBytes;
  }

  /** When the oldest record without a verdict was admitted, as of the loop's last turn. */
  long oldestAdmittedNanos() {
    return oldestAdmittedNanos;
  }

  /** When the last good listing began; {@code Long.MIN_VALUE} before. */
  long shardMapNanos() {
    return shardMapNanos;
  }

  /** A record of it was dropped by the caller's thread; receivers of events hear of it. */
  void dropped() {
    if (dropped.getAndIncrement() == 0) {
      nudge();
    }
  }

  /** How long its records wait for company. */
  long lingerNanos() {
    return context.settings().batch().lingerNanos();
  }

  /** What it suffers from. */
  StreamCondition condition() {
    return condition;
  }

  /** Whether someone lacks the room that its records take. */
  boolean wantsRoom() {
    return context.budget().wantsRoomOf(account);
  }

  /** Makes the loop look at this stream. Any thread. */
  void nudge() {
    context.inbox().offer(hello);
  }

  /** What tells the loop of one buffer; made once a buffer, so that an append allocates nothing. */
  private ShardBuffer.Listener listener(@Nullable String shardId) {
    class Look extends Inbox.Message implements ShardBuffer.Listener {
      @Override
      public void opened(long admittedNanos) {
        context.inbox().offer(this, admittedNanos + lingerNanos());
        // Only now: whoever wants it gone makes the loop read this message, or is seen here.
        if (hurried || wantsRoom()) {
          context.inbox().offer(this);
        }
      }

      @Override
      public void sealed() {
        context.inbox().offer(this);
      }

      @Override
      void run(long now) {
        touch();
        step(() -> lanes.look(shardId, now));
      }
    }
    return new Look();
  }

  // --- for the loop ---

  DeadlineHeap.Handle<StreamPipeline> handle() {
    return handle;
  }

  LaneTable lanes() {
    return lanes;
  }

  Listings listings() {
    return listings;
  }

  Descriptions descriptions() {
    return descriptions;
  }

  /** The stream says how large its records may be, or 0 if it does not. */
  void recordLimit(long discoveredBytes, long now) {
    long limit = Math.max(context.settings().intake().maxRecordBytes(), discoveredBytes);
    if (limit != recordLimitBytes) {
      recordLimitBytes = limit;
      lanes.recordLimit(limit, now);
    }
  }

  /** Whether records wait in its lanes. */
  boolean hasSomethingToSend() {
    return lanes.ages().nextNanos() != NEVER || lanes.openAges().nextNanos() != NEVER;
  }

  Expiry expiry() {
    return expiry;
  }

  Outcomes outcomes() {
    return outcomes;
  }

  StreamPause pause() {
    return pause;
  }

  Settlement settlement() {
    return settlement;
  }

  /** Something has changed: run it in this turn. */
  void touch() {
    if (!touched) {
      touched = true;
      context.loop().touched().add(this);
    }
  }

  /** Whether it stands in the round for slots; remembered here for the engine. */
  boolean inRound() {
    return inRound;
  }

  void inRound(boolean standing) {
    inRound = standing;
  }

  /** Runs a step: what a fault leaves in it without a place fails with it. */
  void step(Runnable step) {
    try {
      step.run();
    } catch (VirtualMachineError fatal) {
      // The producer fails, and with it everything that it holds.
      throw fatal;
    } catch (RuntimeException | Error fault) {
      endStray(Settlement.internal(fault));
      lanes.gates().openForgotten(nowNanos);
      throw fault;
    }
  }

  /** Fails what stands between two places. */
  private void endStray(Failure failure) {
    lanes.endStray(record -> failIfLive(record, failure));
    failStray(cutting, failure);
    cutting.clear();
  }

  /** Does what is due; the engine asks for batches afterwards. */
  void runOnce(long now) {
    nowNanos = now;
    touched = false;
    if (closed) {
      return;
    }
    step(() -> listings.runOnce(now));
    step(() -> descriptions.runOnce(now));
    step(() -> expiry.runOnce(now));
    step(this::sweep);
    stage.wake(now);
    tellDropped();
    shardMapNanos = listings.tracker().mapFromNanos();
    long oldest = Math.min(lanes.ages().nextNanos(), lanes.openAges().nextNanos());
    for (InFlight.Call call : calls) {
      oldest = Math.min(oldest, call.oldestAdmittedNanos);
    }
    oldestAdmittedNanos = oldest;
    if (oldest != NEVER || (haltedKeys != null && !haltedKeys.isEmpty())) {
      // What halted has to be remembered until it is resumed.
      lastBusyNanos = now;
    }
    condition.turned(
        listings.tracker().map() != null, pause.probing() ? NEVER : pause.untilNanos(), now);
  }

  private void tellDropped() {
    long count = dropped.get() == 0 ? 0 : dropped.getAndSet(0);
    if (count > 0) {
      settlement.streamEvents().recordsDropped(count);
    }
  }

  /** Whether it has held nothing for so long that it should be retired. */
  boolean idle(long now) {
    return !closed && now - lastBusyNanos >= IDLE_NANOS;
  }

  /** Somebody uses it after all: its idle time begins anew. */
  void inUse(long now) {
    lastBusyNanos = now;
  }

  /** When it wants to run again, if nothing comes before; slots are the engine's. */
  long nextNanos() {
    if (closed) {
      return NEVER;
    }
    long next = Math.min(listings.nextNanos(), stage.nextWakeNanos());
    next = Math.min(next, descriptions.nextNanos());
    next = Math.min(next, Math.min(expiry.nextNanos(), lastBusyNanos + IDLE_NANOS));
    long until = Math.max(pause.untilNanos(), spacedFromNanos());
    if (until > nowNanos && stage.reason(wantsRoom(), nowNanos) != null) {
      // It has a reason to send that is no deadline.
      return Math.min(next, until);
    }
    long may = Math.max(stage.nextDueNanos(), until);
    // What is due already waits for a slot, or for the answer to a probe: a reply, not the time.
    return may > nowNanos ? Math.min(next, may) : next;
  }

  /**
   * Whether it would use a slot now.
   *
   * @param wantsRoom whether someone lacks the room that its records take
   */
  boolean wantsSlot(boolean wantsRoom, long now) {
    if (closed || !pause.allows(calls.size(), now)) {
      return false;
    }
    return stage.reason(wantsRoom, now) != null && (stage.full() || spacedFromNanos() <= now);
  }

  /** From when on a call may go that is not full. */
  private long spacedFromNanos() {
    return calls.isEmpty() ? Long.MIN_VALUE : spacedFromNanos;
  }

  /** Whether so little room should be waited for: a small call now would be followed by another. */
  long worthwhileBytes() {
    return Math.min(stage.sealedBytes(), BatchLimits.GOOD_BYTES);
  }

  /**
   * Cuts a batch.
   *
   * @return null if what comes first does not fit the room, or nothing is left to send
   */
  @Nullable PutRecordsBatch cut(long roomBytes, boolean alone, long now) {
    nowNanos = now;
    sweep();
    stage.narrow(pause.maxRecords());
    boolean more = stage.cut(roomBytes, alone, wantsRoom(), now, cutting);
    if (!cutting.isEmpty()) {
      spacedFromNanos = more ? Long.MIN_VALUE : now + BatchLimits.SPACING_NANOS;
    }
    for (KinesisRecord record : cutting) {
      lanes.ages().cancel(record.age());
      record.sentTo(lanes.laneFor(record).shardId(), listings.tracker().mapFromNanos());
    }
    return cutting.isEmpty() ? null : PutRecordsBatch.of(name, cutting);
  }

  /** The batch that was cut is under way. */
  void began(InFlight.Call call) {
    calls.add(call);
    cutting.clear();
    PutRecordsBatch batch = call.batch;
    settlement
        .streamEvents()
        .requestStarted(call.id(), batch.records().size(), batch.userRecords(), batch.sizeBytes());
  }

  /** Works in what came of a call. A fault half way fails what it left without a place. */
  void replied(InFlight.Call call, PutRecordsReply reply, long now) {
    nowNanos = now;
    touch();
    try {
      step(() -> outcomes.replied(call, reply, now));
      call.batch.records().forEach(this::openGate);
    } catch (RuntimeException | Error fault) {
      failStray(call.batch.records(), Settlement.internal(fault));
      calls.remove(call);
      throw fault;
    }
    calls.remove(call);
  }

  /** Records of a refused call: to be sent in two halves. */
  void divide(List<KinesisRecord> refused, long now) {
    Map<ShardLane, List<KinesisRecord>> byLane = new LinkedHashMap<>();
    for (KinesisRecord record : refused) {
      byLane.computeIfAbsent(lanes.laneFor(record), lane -> new ArrayList<>()).add(record);
    }
    Consumer<KinesisRecord> halves =
        bisection.halves(refused.size(), record -> requeue(record, now));
    byLane.values().forEach(records -> records.forEach(halves));
  }

  /** A refused aggregate: its user records are sent each alone, in two halves. */
  void open(KinesisRecord refused, long now) {
    lanes.openEachAlone(refused, bisection.halves(refused.live(), record -> requeue(record, now)));
  }

  /** If the record is done with, what waits for it may go. */
  void openGate(KinesisRecord record) {
    if (record.holder() == Holder.DONE) {
      lanes.gates().open(record, nowNanos);
    }
  }

  /** User records are about to be given up. */
  private void failing(KinesisRecord record, int[] members, Failure failure) {
    if (halts != null && !closed && failure.reason() != FailureReason.KEY_HALTED) {
      halts.failing(record, members, nowNanos);
    }
  }

  /** Fails what halted keys have left. */
  private void sweep() {
    if (halts != null) {
      halts.sweep(nowNanos);
    }
  }

  /** Puts a record back, or in, unless its time is over. */
  void requeue(KinesisRecord record, long now) {
    expiry.expire(record, now);
    if (record.live() > 0) {
      lanes.place(record, now);
    }
  }

  // --- the stage asks ---

  @Override
  public void sealOpen(ShardLane lane) {
    lanes.sealOpen(lane);
  }

  @Override
  public void take(KinesisRecord record) {
    record.moveTo(Holder.IN_FLIGHT);
    lanes.gates().close(record);
  }

  @Override
  public void taken(ShardLane lane, KinesisRecord record, long tokenWaitNanos, long slotWaitNanos) {
    // What the whole stream waits for after failures, or between two calls, is no want of a slot.
    long resumedNanos = Math.max(pause.untilNanos(), spacedFromNanos());
    boolean waited = resumedNanos <= nowNanos - slotWaitNanos;
    settlement
        .shardEvents(lane.shardId())
        .kinesisRecordSent(
            tokenWaitNanos, waited ? slotWaitNanos : Math.max(0, nowNanos - resumedNanos));
  }

  @Override
  public @Nullable KinesisRecord prepareHead(ShardLane lane) {
    for (KinesisRecord head; !lane.gated() && (head = lane.head()) != null; ) {
      try {
        if (fitToSend(head)) {
          return head;
        }
      } catch (VirtualMachineError fatal) {
        throw fatal;
      } catch (RuntimeException | Error fault) {
        if (head.holder() == Holder.SEALED) {
          // Whatever it is, the next cut must not meet it again.
          lanes.remove(head, nowNanos);
          failIfLive(head, Settlement.internal(fault));
        }
        throw fault;
      }
    }
    return null;
  }

  /** Whether the record can go as it is; if not, what takes its place is in the lanes now. */
  private boolean fitToSend(KinesisRecord head) {
    boolean straddles = lanes.straddles(head);
    if (!straddles || !lanes.gates().perKey()) {
      // The pieces of one whose keys have an order are looked at in the order of their lanes.
      expiry.expire(head, nowNanos);
      sweep();
    }
    if (head.live() == 0) {
      lanes.remove(head, nowNanos);
    } else if (straddles) {
      lanes.openByShard(head, nowNanos);
    } else if (head.live() < head.count()) {
      lanes.rebuild(head, nowNanos);
    } else {
      return true;
    }
    return false;
  }

  private void arrived(KinesisRecord record) {
    settlement.streamEvents().recordsReceived(record.count(), record.userDataBytes());
  }

  // --- flush and close ---

  /** Marks all that was accepted and has no verdict; it is due now. */
  void mark(FlushMark mark, long now) {
    lanes.mark(mark, now);
    awaiting.all().forEach(record -> record.mark(mark));
    for (InFlight.Call call : calls) {
      call.batch.records().forEach(record -> record.mark(mark));
    }
    touch();
  }

  /** Marks what waits for the shard that holds the hash key; it is due now. */
  void mark(HashKey key, FlushMark mark, long now) {
    lanes.mark(key, mark, now);
    touch();
  }

  /** Everything is due from now on. */
  void hurry(long now) {
    // First: who appends and does not see it has left a message that is read after this.
    hurried = true;
    stage.hurry();
    lanes.resettle(now);
    touch();
  }

  /** Ends a stream that holds nothing and whose account is retired. */
  void retire() {
    closed = true;
    listings.end();
    descriptions.end();
    for (ShardLane lane : List.copyOf(lanes.lanes())) {
      lanes.end(
          lane,
          record -> {
            throw new LedgerFault("a record in a stream without permits");
          });
    }
    retireEvents();
  }

  /** Lets go of who is told of this stream: it is retired, or the producer has ended. */
  void retireEvents() {
    tellDropped();
    settlement.retireEvents();
  }

  /** Gives up everything but what is in flight, and refuses for good. */
  void giveUp(Failure failure) {
    if (fault == null) {
      fault = failure.cause();
    }
    closed = true;
    // What has left its lane was before what is in one.
    calls.forEach(call -> failStray(call.batch.records(), failure));
    calls.clear();
    endStray(failure);
    for (KinesisRecord record : awaiting.all()) {
      Failure own = awaiting.stored(record).map(Expiry::placementUnknown).orElse(failure);
      failIfLive(record, own);
      awaiting.remove(record);
    }
    for (ShardLane lane : List.copyOf(lanes.lanes())) {
      lanes.end(lane, record -> failIfLive(record, failure));
    }
  }

  /** Fails what a step that threw has left in flight without a call. */
  private void failStray(List<KinesisRecord> records, Failure failure) {
    for (KinesisRecord record : List.copyOf(records)) {
      if (record.holder() == Holder.IN_FLIGHT) {
        failIfLive(record, failure);
      }
    }
  }

  /** Fails what is in flight: its outcome is not waited for. */
  void abandon(InFlight.Call call, Failure failure) {
    call.batch.records().forEach(record -> failIfLive(record, failure));
    calls.remove(call);
  }

  void failIfLive(KinesisRecord record, Failure failure) {
    lanes.ages().cancel(record.age());
    if (record.live() > 0) {
      settlement.fail(record, failure);
    }
    openGate(record);
  }

  /** Counts live user records of every holder, for the ledger of a test. */
  long liveRecords() {
    long live = lanes.strayRecords();
    for (ShardLane lane : lanes.lanes()) {
      live += lane.buffer().userRecords();
      for (KinesisRecord record : lane.queued()) {
        live += record.live();
      }
    }
    live += awaiting.all().stream().mapToLong(KinesisRecord::live).sum();
    for (InFlight.Call call : calls) {
      live += call.batch.records().stream().mapToLong(KinesisRecord::live).sum();
    }
    return live;
  }
}
