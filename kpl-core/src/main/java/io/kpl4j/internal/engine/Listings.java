// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;

import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.aggregate.KinesisRecord.Holder;
import io.kpl4j.internal.retry.ErrorCode;
import io.kpl4j.internal.retry.Verdict.SendAgain;
import io.kpl4j.internal.send.PutRecordsReply.Accepted;
import io.kpl4j.internal.shard.ShardListing;
import io.kpl4j.internal.shard.ShardMapTracker;
import java.util.Optional;
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

  private final StreamPipeline stream;
  private final StreamContext context;
  private final Awaiting awaiting;
  private final ShardMapTracker tracker;
  private long id;
  private long beganNanos = NEVER;
  private boolean warnedOfNoMap;

  Listings(StreamPipeline stream, StreamContext context, Awaiting awaiting, long nowNanos) {
    this.stream = stream;
    this.context = context;
    this.awaiting = awaiting;
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

  /** When it wants to run again. */
  long nextNanos() {
    return beganNanos == NEVER ? tracker.nextNanos() : beganNanos + PATIENCE_NANOS;
  }

  /** Lists if it is time to. */
  void runOnce(long now) {
    if (beganNanos != NEVER && now - beganNanos >= PATIENCE_NANOS) {
      listed(new ShardListing.Failed(ErrorCode.NO_ANSWER, "ListShards was not answered"), now);
    }
    if (stream.closed() || beganNanos != NEVER || tracker.nextNanos() > now) {
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

  private void listed(ShardListing reply, long now) {
    beganNanos = NEVER;
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
      stream.pause().listed();
    }
    try {
      awaiting.all().forEach(record -> judgeAgain(record, now));
    } finally {
      tracker.plan(!awaiting.isEmpty(), now);
      stream.touch();
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
  }

  /** An aggregate lies where consumers drop it. */
  void sendAgain(KinesisRecord record, SendAgain how, long now) {
    if (how == SendAgain.EACH_ALONE) {
      if (!stream.lanes().aggregationSuspended()) {
        LOG.warn(
            "Aggregates of stream {} land outside the shards that its map names, even by a newer"
                + " map: aggregation is suspended until the map changes",
            stream.name());
      }
      stream.lanes().suspendAggregation(now);
      stream.lanes().openEachAlone(record, piece -> stream.requeue(piece, now));
    } else if (stream.lanes().straddles(record)) {
      // The map in use knows better already.
      stream.requeue(record, now);
    } else {
      awaiting.forNewerMap(record);
      stream.lanes().ages().schedule(record.age(), record.oldestAdmittedNanos());
      tracker.refresh(now);
    }
  }

  /** A stored aggregate's shard has a range that is not known. */
  void awaitRange(KinesisRecord record, Accepted stored, long now) {
    awaiting.forRange(record, stored);
    stream.lanes().ages().schedule(record.age(), record.oldestAdmittedNanos());
    tracker.learn(now);
  }
}
