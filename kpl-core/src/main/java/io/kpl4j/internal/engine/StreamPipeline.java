// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;
import static java.util.Objects.requireNonNull;

import io.kpl4j.FailureReason;
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
import io.kpl4j.internal.retry.ErrorCode;
import io.kpl4j.internal.retry.StreamPause;
import io.kpl4j.internal.retry.Verdict.SendAgain;
import io.kpl4j.internal.send.PutRecordsReply;
import io.kpl4j.internal.send.PutRecordsReply.Accepted;
import io.kpl4j.internal.shard.ShardListing;
import io.kpl4j.internal.shard.ShardMap;
import io.kpl4j.internal.shard.ShardMapTracker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream: its lanes, its shard map, what waits for a listing, and whether it may send. Confined
 * to the loop, but for {@link #routes} and {@link #account}, which callers use.
 *
 * <p>{@link #runOnce} does what is due by the time it is told; {@link #nextNanos} says when it
 * wants to be asked again; {@link #cut} hands out a batch when the engine has a slot for it.
 */
final class StreamPipeline implements BatchStage.Source {

  private static final Logger LOG = LoggerFactory.getLogger(StreamPipeline.class);

  /** A listing that was not answered by then is taken for failed. */
  private static final long LISTING_PATIENCE_NANOS = 120_000_000_000L;

  private static final long LEAST_LISTING_BACKOFF_NANOS = 50_000_000L;

  private final String name;
  private final StreamContext context;
  private final AdmissionBudget.Account account = new AdmissionBudget.Account();
  private final BatchStage stage;
  private final LaneTable lanes;
  private final ShardMapTracker tracker;
  private final StreamPause pause;
  private final Settlement settlement;
  private final Outcomes outcomes;
  private final Awaiting awaiting = new Awaiting();
  private final ArrayDeque<List<KinesisRecord>> divided = new ArrayDeque<>();
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
  private long listingId;
  private long listingBeganNanos = NEVER;
  private long noExpiryFromNanos = Long.MAX_VALUE;
  private long noExpiryBeforeNanos = Long.MIN_VALUE;
  private @Nullable String credentialsFault;
  private boolean warnedOfNoMap;
  private boolean touched;
  private boolean inRound;
  private volatile long oldestAdmittedNanos = NEVER;
  private volatile boolean closed;

  /** Creates the pipeline of a stream that nothing is known of. Any thread. */
  StreamPipeline(String name, StreamContext context, long nowNanos) {
    this.name = name;
    this.context = context;
    this.nowNanos = nowNanos;
    this.settlement = new Settlement(name, context, account);
    this.pause = new StreamPause(context::delayNanos);
    this.stage = new BatchStage(context.settings().batch(), this);
    this.lanes = new LaneTable(context, stage, this::listener, this::arrived, nowNanos);
    this.tracker =
        new ShardMapTracker(this::listingBackoffNanos, context.loop().random(), nowNanos);
    this.outcomes = new Outcomes(this, context);
  }

  /** As for records at first; then on, doubling, as listing is limited for the whole account. */
  private long listingBackoffNanos(long fruitless) {
    int failures = (int) Math.min(fruitless, 64);
    // A policy without delays is a matter of records, not of listings.
    return Math.max(
            LEAST_LISTING_BACKOFF_NANOS,
            context.settings().delivery().backoffNanos().applyAsLong(failures))
        << Math.min(5, Math.max(0, failures - 5));
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

  /** Whether its buffers are retired for good: an append that finds one retired gives up. */
  boolean closed() {
    return closed;
  }

  /** When the oldest record without a verdict was admitted, as of the loop's last turn. */
  long oldestAdmittedNanos() {
    return oldestAdmittedNanos;
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
        if (context.budget().hasWaiters()) {
          // While a caller waits for room, what is open counts as due.
          context.inbox().offer(this);
        } else {
          context.inbox().offer(this, admittedNanos + context.settings().batch().lingerNanos());
        }
      }

      @Override
      public void sealed() {
        context.inbox().offer(this);
      }

      @Override
      void run(long now) {
        lanes.look(shardId, now);
        touch();
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

  ShardMapTracker tracker() {
    return tracker;
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

  /** Does what is due; the engine asks for batches afterwards. */
  void runOnce(long now) {
    nowNanos = now;
    touched = false;
    list(now);
    expire(now);
    stage.wake(now);
    long oldest = Math.min(lanes.ages().nextNanos(), lanes.openAges().nextNanos());
    for (InFlight.Call call : calls) {
      oldest = Math.min(oldest, call.oldestAdmittedNanos);
    }
    oldestAdmittedNanos = oldest;
  }

  /** When it wants to run again, if nothing comes before; slots are the engine's. */
  long nextNanos() {
    long next = Math.min(tracker.nextNanos(), stage.nextWakeNanos());
    if (listingBeganNanos != NEVER) {
      next = Math.min(next, listingBeganNanos + LISTING_PATIENCE_NANOS);
    }
    long ttl = ttlNanos();
    long oldest = Math.min(lanes.ages().nextNanos(), lanes.openAges().nextNanos());
    if (ttl != NEVER && oldest != NEVER) {
      // Granularity 10 ms: a crowd of expiries is one turn.
      next = Math.min(next, oldest + ttl + 10_000_000L);
    }
    long due = divided.isEmpty() ? stage.nextDueNanos() : 0;
    long may = Math.max(due, pause.untilNanos());
    // What is due already waits for a slot, or for the answer to a probe: a reply, not the time.
    return may > nowNanos ? Math.min(next, may) : next;
  }

  /** Whether it would use a slot now. */
  boolean wantsSlot(long now) {
    return pause.allows(calls.size(), now)
        && (!divided.isEmpty() || stage.reason(context.budget().hasWaiters(), now) != null);
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
    cutting.clear();
    try {
      // Of a half all may have expired; then there is no reply to come that would ask again.
      while (cutting.isEmpty() && !divided.isEmpty() && dividedFits(roomBytes, alone)) {
        takeDivided(now);
      }
      if (divided.isEmpty() && cutting.isEmpty()) {
        stage.cut(roomBytes, alone, context.budget().hasWaiters(), now, cutting);
      }
    } catch (RuntimeException | Error fault) {
      failStray(cutting, Settlement.internal(fault));
      throw fault;
    }
    for (KinesisRecord record : cutting) {
      lanes.ages().cancel(record.age());
      record.sentTo(lanes.laneFor(record).shardId(), tracker.mapFromNanos());
    }
    return cutting.isEmpty() ? null : PutRecordsBatch.of(name, cutting);
  }

  private boolean dividedFits(long roomBytes, boolean alone) {
    return alone
        || divided.getFirst().stream().mapToLong(KinesisRecord::sizeBytes).sum() <= roomBytes;
  }

  /** Half of a refused call goes again as it is, but for what has expired. */
  private void takeDivided(long now) {
    for (KinesisRecord record : divided.removeFirst()) {
      expire(record, now);
      lanes.ages().cancel(record.age());
      List<KinesisRecord> again =
          record.live() == 0 || record.live() == record.count()
              ? List.of(record)
              : lanes.repacking().withoutSettled(record);
      for (KinesisRecord part : again) {
        if (part.live() > 0) {
          lanes.laneFor(part).pay(part, now);
          part.moveTo(Holder.IN_FLIGHT);
          cutting.add(part);
        }
      }
    }
  }

  void began(InFlight.Call call) {
    calls.add(call);
  }

  /** Works in what came of a call. A fault half way fails what it left without a place. */
  void replied(InFlight.Call call, PutRecordsReply reply, long now) {
    nowNanos = now;
    touch();
    try {
      outcomes.replied(call, reply, now);
    } catch (RuntimeException | Error fault) {
      failStray(call.batch.records(), Settlement.internal(fault));
      calls.remove(call);
      throw fault;
    }
    calls.remove(call);
  }

  /**
   * What the service, or the source of the credentials, says of them; null once a call succeeds.
   */
  void credentialsFault(@Nullable String fault) {
    credentialsFault = fault;
  }

  /** Records of a refused call: to be sent in two halves. */
  void divide(List<KinesisRecord> records) {
    for (List<KinesisRecord> half :
        List.of(
            records.subList(0, records.size() / 2),
            records.subList(records.size() / 2, records.size()))) {
      if (!half.isEmpty()) {
        divided.addLast(List.copyOf(half));
        for (KinesisRecord record : half) {
          record.moveTo(Holder.SEALED);
          lanes.ages().schedule(record.age(), record.oldestAdmittedNanos());
        }
      }
    }
  }

  /** Puts a record back, or in, unless its time is over. */
  void requeue(KinesisRecord record) {
    expire(record, nowNanos);
    if (record.live() > 0) {
      lanes.place(record, nowNanos);
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
  }

  @Override
  public @Nullable KinesisRecord prepareHead(ShardLane lane) {
    for (KinesisRecord head; (head = lane.head()) != null; ) {
      try {
        if (fitToSend(head)) {
          return head;
        }
      } catch (RuntimeException fault) {
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
    expire(head, nowNanos);
    if (head.live() == 0) {
      lanes.remove(head, nowNanos);
    } else if (head.live() < head.count()) {
      lanes.replace(head, lanes.repacking().withoutSettled(head), nowNanos);
    } else if (lanes.straddles(head)) {
      ShardMap map = requireNonNull(lanes.routes().map());
      lanes.replace(head, lanes.repacking().byShard(List.of(head), map), nowNanos);
    } else {
      return true;
    }
    return false;
  }

  private void arrived(KinesisRecord record) {
    long bytes = 0;
    for (int i = 0; i < record.count(); i++) {
      bytes += record.member(i).dataBytes();
    }
    settlement.streamEvents().recordsReceived(record.count(), bytes);
  }

  // --- expiry ---

  private long ttlNanos() {
    return context.settings().delivery().ttlNanos();
  }

  /** The loop was away: what was admitted in between gets one attempt before it expires. */
  void suspended(long fromNanos, long beforeNanos) {
    noExpiryFromNanos = fromNanos;
    noExpiryBeforeNanos = beforeNanos;
  }

  private void expire(long now) {
    long ttl = ttlNanos();
    if (ttl == NEVER) {
      return;
    }
    for (ShardLane lane; (lane = lanes.openAges().pollDue(now - ttl)) != null; ) {
      ShardLane expired = lane;
      lanes.change(lane, now, () -> lanes.sealOpen(expired));
    }
    for (KinesisRecord record; (record = lanes.ages().pollDue(now - ttl)) != null; ) {
      Holder holder = record.holder();
      expire(record, now);
      if (record.live() == 0) {
        drop(record, holder, now);
      } else if (record.oldestAdmittedNanos() > now - ttl) {
        lanes.ages().schedule(record.age(), record.oldestAdmittedNanos());
      }
    }
  }

  /** Gives up what is over in a record that is not in flight. */
  private void expire(KinesisRecord record, long now) {
    long ttl = ttlNanos();
    if (ttl == NEVER || record.oldestAdmittedNanos() > now - ttl) {
      return;
    }
    long admitted = record.oldestAdmittedNanos();
    boolean owedAnAttempt =
        record.history().count() == 0
            && admitted >= noExpiryFromNanos
            && admitted < noExpiryBeforeNanos;
    if (!owedAnAttempt) {
      settlement.expire(record, now - ttl, overdue(record));
    }
  }

  private Failure overdue(KinesisRecord record) {
    Optional<Accepted> stored = awaiting.stored(record);
    return stored.isPresent()
        ? placementUnknown(stored.get())
        : Settlement.expired(record, ttlNanos(), credentialsFault);
  }

  private static Failure placementUnknown(Accepted stored) {
    return new Failure(
        FailureReason.PLACEMENT_UNKNOWN,
        "PlacementUnknown",
        "stored on "
            + stored.shardId()
            + " with sequence number "
            + stored.sequenceNumber()
            + ", but whether consumers see it there could not be learnt: the shard's range is unknown",
        null);
  }

  /** Takes a record whose user records all have their verdict from where it was. */
  private void drop(KinesisRecord record, Holder holder, long now) {
    if (holder == Holder.AWAITING_RANGE) {
      awaiting.remove(record);
    } else {
      lanes.remove(record, now);
    }
  }

  // --- the shard map ---

  private void list(long now) {
    if (listingBeganNanos != NEVER && now - listingBeganNanos >= LISTING_PATIENCE_NANOS) {
      listed(new ShardListing.Failed(ErrorCode.NO_ANSWER, "ListShards was not answered"), now);
    }
    if (closed || listingBeganNanos != NEVER || tracker.nextNanos() > now) {
      return;
    }
    long id = ++listingId;
    listingBeganNanos = now;
    boolean openOnly = tracker.begin(now);
    try {
      context.ports().lister().list(name, openOnly, reply -> answerListing(id, reply));
    } catch (VirtualMachineError fatal) {
      throw fatal;
    } catch (RuntimeException | Error fault) {
      answerListing(id, new ShardListing.Failed(fault.getClass().getSimpleName(), "" + fault));
    }
  }

  private void answerListing(long id, ShardListing reply) {
    context
        .inbox()
        .offer(
            new Inbox.Message() {
              @Override
              void run(long then) {
                if (id == listingId && listingBeganNanos != NEVER) {
                  listed(reply, then);
                }
              }
            });
  }

  private void listed(ShardListing reply, long now) {
    nowNanos = now;
    listingBeganNanos = NEVER;
    tracker
        .answered(reply, now)
        .ifPresent(
            map -> {
              lanes.install(map, now);
              settlement.streamEvents().shardMapInstalled(map.ranges().size());
              LOG.debug("{}: shard map with {} open shards", name, map.ranges().size());
            });
    if (reply instanceof ShardListing.Failed failed) {
      listingFailed(failed);
    }
    try {
      awaiting.all().forEach(record -> judgeAgain(record));
    } finally {
      tracker.plan(!awaiting.isEmpty(), now);
      touch();
    }
  }

  private void listingFailed(ShardListing.Failed failed) {
    if (failed.errorCode().equals("ResourceNotFoundException")) {
      tracker.forgetRanges();
    }
    if (tracker.map() == null && !warnedOfNoMap) {
      warnedOfNoMap = true;
      LOG.warn(
          "The shards of stream {} cannot be listed ({}: {}). Until they can, records are sent one by"
              + " one, without aggregation; kinesis:ListShards is the permission needed",
          name,
          failed.errorCode(),
          failed.message());
    }
  }

  private void judgeAgain(KinesisRecord record) {
    Optional<Accepted> stored = awaiting.stored(record);
    if (stored.isPresent()) {
      Accepted accepted = stored.get();
      if (tracker.range(accepted.shardId()) != null) {
        awaiting.remove(record);
        lanes.ages().cancel(record.age());
        try {
          outcomes.stored(record, accepted, nowNanos);
        } catch (RuntimeException | Error fault) {
          if (record.holder() == Holder.AWAITING_RANGE) {
            awaiting.remove(record);
            failIfLive(record, Settlement.internal(fault));
          }
          throw fault;
        }
      }
    } else if (tracker.mapFromNanos() > record.history().misplacedNanos()) {
      awaiting.remove(record);
      lanes.ages().cancel(record.age());
      requeue(record);
    }
  }

  /** An aggregate lies where consumers drop it. */
  void sendAgain(KinesisRecord record, SendAgain how, long now) {
    nowNanos = now;
    if (how == SendAgain.EACH_ALONE) {
      if (!lanes.aggregationSuspended()) {
        LOG.warn(
            "Aggregates of stream {} land outside the shards that its map names, even by a newer"
                + " map: aggregation is suspended until the map changes",
            name);
      }
      lanes.suspendAggregation(now);
      lanes.repacking().eachAlone(record).forEach(this::requeue);
    } else if (lanes.straddles(record)) {
      // The map in use knows better already.
      requeue(record);
    } else {
      awaiting.forNewerMap(record);
      lanes.ages().schedule(record.age(), record.oldestAdmittedNanos());
      tracker.refresh(now);
    }
  }

  /** A stored aggregate's shard has a range that is not known. */
  void awaitRange(KinesisRecord record, Accepted stored, long now) {
    awaiting.forRange(record, stored);
    lanes.ages().schedule(record.age(), record.oldestAdmittedNanos());
    tracker.learn(now);
  }

  // --- flush and close ---

  /** Marks all that was accepted and has no verdict; it is due now. */
  void mark(FlushMark mark, long now) {
    lanes.mark(mark, now);
    divided.forEach(half -> half.forEach(record -> record.mark(mark)));
    awaiting.all().forEach(record -> record.mark(mark));
    for (InFlight.Call call : calls) {
      call.batch.records().forEach(record -> record.mark(mark));
    }
    touch();
  }

  /** Everything is due from now on. */
  void hurry(long now) {
    stage.hurry();
    lanes.resettle(now);
    touch();
  }

  /** Gives up everything but what is in flight, and refuses for good. */
  void giveUp(Failure failure) {
    closed = true;
    for (ShardLane lane : List.copyOf(lanes.lanes())) {
      lanes.end(lane, record -> failIfLive(record, failure));
    }
    divided.forEach(half -> half.forEach(record -> failIfLive(record, failure)));
    divided.clear();
    for (KinesisRecord record : awaiting.all()) {
      Failure own = awaiting.stored(record).map(StreamPipeline::placementUnknown).orElse(failure);
      failIfLive(record, own);
      awaiting.remove(record);
    }
    // What a fault has left between two places.
    failStray(cutting, failure);
    calls.forEach(call -> failStray(call.batch.records(), failure));
    calls.clear();
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

  private void failIfLive(KinesisRecord record, Failure failure) {
    lanes.ages().cancel(record.age());
    if (record.live() > 0) {
      settlement.fail(record, failure);
    }
  }

  /** Counts live user records of every holder, for the ledger of a test. */
  long liveRecords() {
    long live = 0;
    for (ShardLane lane : lanes.lanes()) {
      live += lane.buffer().userRecords();
      for (KinesisRecord record : lane.queued()) {
        live += record.live();
      }
    }
    for (List<KinesisRecord> half : divided) {
      live += half.stream().mapToLong(KinesisRecord::live).sum();
    }
    live += awaiting.all().stream().mapToLong(KinesisRecord::live).sum();
    for (InFlight.Call call : calls) {
      live += call.batch.records().stream().mapToLong(KinesisRecord::live).sum();
    }
    return live;
  }
}
