// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;

import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.aggregate.KinesisRecord.Holder;
import io.kpl4j.internal.lane.ShardLane;
import io.kpl4j.internal.retry.ErrorCode;
import io.kpl4j.internal.retry.Verdict.SendAgain;
import io.kpl4j.internal.send.PutRecordsReply.Accepted;
import io.kpl4j.internal.shard.ShardListing;
import io.kpl4j.internal.shard.ShardMap;
import io.kpl4j.internal.shard.ShardMapTracker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists the shards of one stream when its tracker wants it, and judges anew what waited for the
 * answer. Confined to the loop.
 */
final class Listings {

  private static final Logger LOG = LoggerFactory.getLogger(Listings.class);

  /** A listing that was not answered by then is taken for failed. */
  private static final long PATIENCE_NANOS = 120_000_000_000L;

  private static final long LEAST_BACKOFF_NANOS = 50_000_000L;

  /** How long a lane whose shard was replaced waits for the listing that says by what. */
  private static final long HOLD_NANOS = 1_000_000_000L;

  private static final ShardListing OUT_OF_DATE =
      new ShardListing.Failed(
          "OutOfDate", "ListShards was asked before the stream was found to be another one");

  private final StreamPipeline stream;
  private final StreamContext context;
  private final Awaiting awaiting;
  private final ShardMapTracker tracker;
  private final List<Consumer<ShardListing>> curious = new ArrayList<>();
  private final Set<ShardLane> held = new LinkedHashSet<>();
  private final ControlCalls.Place place;
  private boolean mayHold = true;
  private boolean outOfDate;
  private long id;
  private long beganNanos = NEVER;
  private boolean warnedOfNoMap;

  Listings(StreamPipeline stream, StreamContext context, Awaiting awaiting, long nowNanos) {
    this.stream = stream;
    this.context = context;
    this.awaiting = awaiting;
    this.place = context.loop().controlCalls().new Place(stream);
    this.tracker = new ShardMapTracker(this::backoffNanos, context.loop().random(), nowNanos);
  }

  /** As for records at first; then on, doubling, as listing is limited for the whole account. */
  private long backoffNanos(long fruitless) {
    int failures = (int) Math.min(fruitless, 64);
    // A policy without delays is a matter of records, not of listings.
    return Math.max(
            LEAST_BACKOFF_NANOS, context.settings().delivery().backoffNanos().applyAsLong(failures))
        << Math.min(5, Math.max(0, failures - 5));
  }

  /** What is known of the shards. */
  ShardMapTracker tracker() {
    return tracker;
  }

  /** When it wants to run again; never where the service places records itself. */
  long nextNanos() {
    if (stream.serviceRouted() || place.waits()) {
      return NEVER;
    }
    return beganNanos == NEVER ? tracker.nextNanos() : beganNanos + PATIENCE_NANOS;
  }

  /** Lists if it is time to. */
  void runOnce(long now) {
    if (stream.serviceRouted()) {
      return;
    }
    if (stream.hasSomethingToSend()) {
      tracker.wake(now);
    }
    if (beganNanos != NEVER && now - beganNanos >= PATIENCE_NANOS) {
      listed(new ShardListing.Failed(ErrorCode.NO_ANSWER, "ListShards was not answered"), now);
    }
    if (stream.closed() || beganNanos != NEVER || tracker.nextNanos() > now || !place.begin()) {
      return;
    }
    long listing = ++id;
    beganNanos = now;
    boolean openOnly = tracker.begin(now);
    try {
      context.ports().lister().list(stream.name(), openOnly, reply -> answer(listing, reply));
    } catch (VirtualMachineError fatal) {
      throw fatal;
    } catch (RuntimeException | Error fault) {
      answer(listing, new ShardListing.Failed(fault.getClass().getSimpleName(), "" + fault));
    }
  }

  private void answer(long listing, ShardListing reply) {
    context
        .inbox()
        .offer(
            new Inbox.Message() {
              @Override
              void run(long then) {
                if (listing == id && beganNanos != NEVER && !stream.closed()) {
                  stream.step(() -> listed(reply, then));
                }
              }
            });
  }

  /** The stream asks for nothing any more. */
  void end() {
    beganNanos = NEVER;
    place.end();
  }

  private void listed(ShardListing answer, long now) {
    ShardListing reply = outOfDate && answer instanceof ShardListing.Listed ? OUT_OF_DATE : answer;
    beganNanos = NEVER;
    outOfDate = false;
    place.end();
    tracker
        .answered(reply, now)
        .ifPresent(
            map -> {
              stream.lanes().install(map, now);
              stream.settlement().streamEvents().shardMapInstalled(map.ranges().size());
              LOG.debug("{}: shard map with {} open shards", stream.name(), map.ranges().size());
            });
    if (reply instanceof ShardListing.Failed failed) {
      listingFailed(failed);
    } else {
      letGoOfClosedShards();
      stream.pause().listed();
    }
    release(reply, now);
    try {
      awaiting.all().forEach(record -> judgeAgain(record, now));
    } finally {
      tracker.plan(!awaiting.isEmpty(), now);
      stream.touch();
      List<Consumer<ShardListing>> told = List.copyOf(curious);
      curious.clear();
      told.forEach(whom -> whom.accept(reply));
    }
  }

  /** Late replies may have named closed shards since the map was installed. */
  private void letGoOfClosedShards() {
    ShardMap map = tracker.map();
    if (map != null) {
      Set<String> open = new HashSet<>();
      map.ranges().forEach(range -> open.add(range.shardId()));
      stream.settlement().retireShardsWithout(open::contains);
    }
  }

  /** Somebody wants to know what the next listing says, and wants it now. */
  void tell(Consumer<ShardListing> whom, long now) {
    curious.add(whom);
    tracker.listNow(now);
    stream.touch();
  }

  /**
   * The stream is not the one that was known: nothing that was learnt of its shards holds, nor what
   * a listing under way will say, which may have been read before.
   */
  void forgetRanges() {
    tracker.forgetRanges();
    outOfDate = beganNanos != NEVER;
  }

  /** The stream is another one of the same name: nothing that was known of its shards holds. */
  void madeAnew(long now) {
    forgetRanges();
    tracker.learn(now);
    stream.touch();
  }

  /**
   * A lane's shard was replaced by one that is not known: what is sent now would land wrong again,
   * so the lane waits for the listing. So no more lands wrong at a reshard than was in flight when
   * the first reply told of it.
   */
  private void hold(KinesisRecord record, Accepted stored, long now) {
    ShardLane lane = stream.lanes().laneFor(record);
    boolean sentByItsShard = lane.shardId() != null && lane.shardId().equals(record.sentTo());
    if (mayHold && sentByItsShard && !stored.shardId().equals(lane.shardId()) && held.add(lane)) {
      stream.lanes().change(lane, now, () -> lane.hold(now + HOLD_NANOS));
    }
  }

  /** A record lies well, but not on the shard that the map named. */
  void elsewhere(KinesisRecord record, Accepted stored, long now) {
    if (stream.lanes().aggregates() && tracker.range(stored.shardId()) == null) {
      hold(record, stored, now);
    }
    tracker.refresh(now);
  }

  /** After a listing that failed the old map serves on, until there is a good one. */
  private void release(ShardListing reply, long now) {
    mayHold = reply instanceof ShardListing.Listed;
    for (ShardLane lane : held) {
      if (stream.lanes().lanes().contains(lane)) {
        stream.lanes().change(lane, now, () -> lane.hold(now));
      }
    }
    held.clear();
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
          stream.name(),
          failed.errorCode(),
          failed.message());
    }
  }

  private void judgeAgain(KinesisRecord record, long now) {
    Optional<Accepted> stored = awaiting.stored(record);
    boolean answered =
        stored.isPresent()
            ? tracker.range(stored.get().shardId()) != null
            : tracker.mapFromNanos() > record.history().misplacedNanos();
    if (!answered) {
      return;
    }
    stream.lanes().ages().cancel(record.age());
    try {
      if (stored.isPresent()) {
        stream.outcomes().stored(record, stored.get(), now);
      } else {
        stream.requeue(record, now);
      }
    } catch (RuntimeException | Error fault) {
      if (record.holder() == Holder.AWAITING_RANGE) {
        stream.failIfLive(record, Settlement.internal(fault));
      }
      throw fault;
    } finally {
      // Only when it stands elsewhere; the judgement may also be to wait on.
      if (record.holder() != Holder.AWAITING_RANGE) {
        awaiting.remove(record);
      }
    }
    stream.openGate(record);
  }

  /** An aggregate lies where consumers drop it. */
  void sendAgain(KinesisRecord record, Accepted stored, SendAgain how, long now) {
    if (how == SendAgain.EACH_ALONE) {
      if (!stream.lanes().aggregationSuspended()) {
        LOG.warn(
            "Aggregates of stream {} land outside the shards that its map names, even by a newer"
                + " map: aggregation is suspended until the map changes. If the service spreads the"
                + " records of this stream itself, set RecordDistributionStrategyDefault=AUTO for it",
            stream.name());
      }
      stream.descriptions().recheck(now);
      stream.lanes().suspendAggregation(now);
      stream.lanes().openEachAlone(record, piece -> stream.requeue(piece, now));
    } else if (stream.lanes().straddles(record)) {
      // The map in use knows better already.
      stream.requeue(record, now);
    } else {
      hold(record, stored, now);
      awaiting.forNewerMap(record);
      stream.lanes().ages().schedule(record.age(), record.oldestAdmittedNanos());
      tracker.refreshAwaited(now);
    }
  }

  /** A stored aggregate's shard has a range that is not known. */
  void awaitRange(KinesisRecord record, Accepted stored, long now) {
    hold(record, stored, now);
    awaiting.forRange(record, stored, now);
    stream.lanes().ages().schedule(record.age(), record.oldestAdmittedNanos());
    tracker.learn(now);
  }
}
