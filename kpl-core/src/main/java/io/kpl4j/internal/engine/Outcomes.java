// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.Attempt;
import io.kpl4j.FailureReason;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.engine.Settlement.Failure;
import io.kpl4j.internal.lane.ShardLane;
import io.kpl4j.internal.retry.ErrorCode;
import io.kpl4j.internal.retry.RetryDecider;
import io.kpl4j.internal.retry.Standing;
import io.kpl4j.internal.retry.Verdict;
import io.kpl4j.internal.retry.Verdict.AwaitRange;
import io.kpl4j.internal.retry.Verdict.Delivered;
import io.kpl4j.internal.retry.Verdict.Divide;
import io.kpl4j.internal.retry.Verdict.GiveUp;
import io.kpl4j.internal.retry.Verdict.Reauthenticate;
import io.kpl4j.internal.retry.Verdict.Retry;
import io.kpl4j.internal.retry.Verdict.SendAgain;
import io.kpl4j.internal.send.PutRecordsReply;
import io.kpl4j.internal.send.PutRecordsReply.Accepted;
import io.kpl4j.internal.send.PutRecordsReply.Answered;
import io.kpl4j.internal.send.PutRecordsReply.Entry;
import io.kpl4j.internal.send.PutRecordsReply.Failed;
import io.kpl4j.internal.send.PutRecordsReply.Origin;
import io.kpl4j.internal.send.PutRecordsReply.Rejected;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works one stream's replies in: counts the attempts, asks the {@link RetryDecider}, and carries
 * its verdicts out. Confined to the loop.
 */
final class Outcomes {

  private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

  private final StreamPipeline stream;
  private final StreamContext context;
  private final RetryDecider decider;

  Outcomes(StreamPipeline stream, StreamContext context) {
    this.stream = stream;
    this.context = context;
    this.decider = context.settings().delivery().decider();
  }

  /** Works in what came of a call; the call is no longer in flight. */
  void replied(InFlight.Call call, PutRecordsReply reply, long nowNanos) {
    PutRecordsReply judged = reply;
    if (reply instanceof Answered answered
        && answered.entries().size() != call.batch.records().size()) {
      String message =
          "the reply has "
              + answered.entries().size()
              + " entries for "
              + call.batch.records().size();
      judged = new Failed(Origin.CLIENT, ErrorCode.RECORD_COUNT_MISMATCH, message, 0);
    }
    new Reply(call, nowNanos).work(judged);
  }

  /** The verdict on a stored aggregate, now that the range of its shard is known or asked for. */
  void stored(KinesisRecord record, Accepted stored, long nowNanos) {
    Verdict verdict =
        decider.stored(
            record, stored.shardId(), stream.listings().tracker().range(stored.shardId()));
    if (verdict instanceof AwaitRange) {
      stream.listings().awaitRange(record, stored, nowNanos);
      return;
    }
    if (verdict instanceof SendAgain how) {
      // Seen from the reply: a map listed since is the newer one that was wrong too.
      record.history().misplaced(record.history().lastEndNanos());
      stream
          .settlement()
          .shardEvents(stored.shardId())
          .misplaced(record.live(), record.sizeBytes());
      stream.listings().sendAgain(record, stored, how, nowNanos);
      return;
    }
    if (verdict == Delivered.ELSEWHERE) {
      stream.listings().elsewhere(record, stored, nowNanos);
    }
    stream.settlement().succeed(record, stored, nowNanos);
  }

  /** One reply while it is worked in. */
  private final class Reply {
    private final InFlight.Call call;
    private final long nowNanos;

    /** The lanes that have something to try again. */
    private final Set<ShardLane> failedLanes = new LinkedHashSet<>();

    private final LaneFeedback feedback = new LaneFeedback(stream.lanes());

    Reply(InFlight.Call call, long nowNanos) {
      this.call = call;
      this.nowNanos = nowNanos;
    }

    void work(PutRecordsReply reply) {
      String errorCode = reply instanceof Failed failed ? failed.errorCode() : null;
      stream.expiry().ended(call.sentNanos);
      stream
          .settlement()
          .streamEvents()
          .requestFinished(
              call.id(),
              call.batch.records().size(),
              call.batch.userRecords(),
              call.batch.sizeBytes(),
              nowNanos - call.sentNanos,
              errorCode);
      if (reply instanceof Answered answered) {
        answered(answered.entries());
      } else if (reply instanceof Failed failed) {
        failed(failed);
      }
      feedback.tell(call.sentNanos, nowNanos, this::tellRate);
      failedLanes.forEach(this::backOff);
    }

    private void tellRate(ShardLane lane) {
      stream.settlement().shardEvents(lane.shardId()).rateChanged(lane.rateShare());
    }

    private void answered(List<Entry> entries) {
      if (stream.pause().probing()) {
        // All lanes go on at once: with whole bursts their shards would soon throttle.
        stream.lanes().halveSavings(nowNanos);
      }
      if (stream.pause().answered()) {
        stream.listings().tracker().streamIsBack(nowNanos);
      }
      stream.expiry().credentialsFault(null);
      stream.condition().answered(nowNanos);
      stream.listings().tracker().heard(nowNanos);
      Attempt success = attempt(null, null);
      for (int i = 0; i < entries.size(); i++) {
        KinesisRecord record = call.batch.records().get(i);
        record.cohort(0);
        if (entries.get(i) instanceof Accepted accepted) {
          feedback.accepted(record, accepted.shardId());
          count(record, success, null);
          stored(record, accepted, nowNanos);
        } else if (entries.get(i) instanceof Rejected rejected) {
          if (ErrorCode.ofEntry(rejected.errorCode()) == ErrorCode.THROTTLED) {
            feedback.throttled(record);
          }
          count(record, attempt(rejected.errorCode(), rejected.message()), rejected.errorCode());
          carryOut(
              record, decider.rejected(record, rejected), rejected.errorCode(), rejected.message());
        }
      }
    }

    private void failed(Failed failure) {
      LOG.debug("{}: call {} failed: {}", stream.name(), call.id(), failure);
      List<KinesisRecord> records = call.batch.records();
      ErrorCode kind = ErrorCode.ofCall(failure);
      stream.pause().failed(kind, records.size(), call.sentNanos, nowNanos);
      if (kind == ErrorCode.CREDENTIALS) {
        stream.expiry().credentialsFault(failure.errorCode() + ": " + failure.message());
      } else if (kind == ErrorCode.NO_SUCH_STREAM) {
        stream.listings().forgetRanges();
        stream.listings().tracker().refresh(nowNanos);
      }
      Standing standing = stream.pause().standing(nowNanos);
      Attempt attempt = attempt(failure.errorCode(), failure.message());
      if (kind != ErrorCode.CREDENTIALS) {
        records.forEach(record -> count(record, attempt, failure.errorCode()));
      }
      if (kind == ErrorCode.THROTTLED) {
        records.forEach(feedback::throttled);
      }
      for (KinesisRecord record : records) {
        Verdict verdict = decider.failed(record, failure, records.size(), standing);
        if (verdict == Divide.THE_CALL) {
          stream.divide(records, nowNanos);
          return;
        }
        carryOut(record, verdict, failure.errorCode(), failure.message());
      }
    }

    private void carryOut(
        KinesisRecord record, Verdict verdict, String errorCode, @Nullable String message) {
      if (verdict instanceof Retry retry) {
        if (retry.ambiguous()) {
          ambiguous(record);
        }
        failedLanes.add(stream.lanes().laneFor(record));
        stream.requeue(record, nowNanos);
      } else if (verdict instanceof Reauthenticate) {
        stream.requeue(record, nowNanos);
      } else if (verdict == Divide.THE_AGGREGATE) {
        stream.open(record, nowNanos);
      } else if (verdict instanceof GiveUp giveUp) {
        if (giveUp.ambiguous()) {
          ambiguous(record);
        }
        stream.settlement().fail(record, failure(giveUp.reason(), errorCode, message));
      }
    }

    private void ambiguous(KinesisRecord record) {
      record.history().ambiguous();
      stream.settlement().shardEvents(record.sentTo()).outcomeUnknown(record.live());
    }

    private Failure failure(FailureReason reason, String errorCode, @Nullable String message) {
      return new Failure(
          reason, errorCode, message == null ? errorCode : errorCode + ": " + message, null);
    }

    /** The delay grows while a call brings the lane no success. */
    private void backOff(ShardLane lane) {
      long delay = context.delayNanos(lane.failures() + 1);
      stream.lanes().change(lane, nowNanos, () -> lane.backOff(nowNanos + delay));
    }

    private void count(KinesisRecord record, Attempt attempt, @Nullable String errorCode) {
      long since =
          record.history().count() == 0
              ? record.oldestAdmittedNanos()
              : record.history().lastEndNanos();
      record.history().add(attempt, nowNanos);
      // Asked first: it is told for each Kinesis record.
      if (LOG.isDebugEnabled()) {
        LOG.debug(
            "{}: call {}, attempt {} of a Kinesis record with {} user records for {}: {}",
            stream.name(),
            call.id(),
            record.history().count(),
            record.live(),
            record.sentTo(),
            errorCode == null ? "stored" : errorCode);
      }
      ShardEvents events = stream.settlement().shardEvents(record.sentTo());
      events.kinesisRecordAttempted(
          record.live(), record.sizeBytes(), Math.max(0, call.sentNanos - since), errorCode);
      if (errorCode != null && ErrorCode.ofEntry(errorCode) == ErrorCode.THROTTLED) {
        events.throttled(record.live());
        stream.condition().throttled(nowNanos);
      }
    }

    private Attempt attempt(@Nullable String errorCode, @Nullable String message) {
      return new Attempt(
          call.sentAt, Duration.ofNanos(nowNanos - call.sentNanos), errorCode, message);
    }
  }
}
