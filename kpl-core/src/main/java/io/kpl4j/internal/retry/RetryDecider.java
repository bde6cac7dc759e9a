// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.retry;

import io.kpl4j.FailureReason;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.retry.Verdict.AwaitRange;
import io.kpl4j.internal.retry.Verdict.Delivered;
import io.kpl4j.internal.retry.Verdict.Divide;
import io.kpl4j.internal.retry.Verdict.GiveUp;
import io.kpl4j.internal.retry.Verdict.Reauthenticate;
import io.kpl4j.internal.retry.Verdict.Retry;
import io.kpl4j.internal.retry.Verdict.SendAgain;
import io.kpl4j.internal.send.PutRecordsReply.Failed;
import io.kpl4j.internal.send.PutRecordsReply.Rejected;
import io.kpl4j.internal.shard.ShardRange;
import org.jspecify.annotations.Nullable;

/**
 * From an outcome to a verdict: pure and total. Immutable.
 *
 * <p>Whether a record that is to be tried again has expired is not asked here: expiry is per user
 * record and is looked at when the record goes back to its lane.
 */
public final class RetryDecider {

  private final boolean failIfThrottled;
  private final long maxAttempts;

  /**
   * Creates a decider.
   *
   * @param failIfThrottled whether a throttled record is given up at once
   * @param maxAttempts attempts of one Kinesis record, at least 1
   */
  public RetryDecider(boolean failIfThrottled, long maxAttempts) {
    this.failIfThrottled = failIfThrottled;
    this.maxAttempts = maxAttempts;
  }

  /**
   * The verdict on an entry that was stored.
   *
   * @param record what was stored, this attempt counted
   * @param storedIn the shard that stored it
   * @param range that shard's range, or null if it is not known
   */
  public Verdict stored(KinesisRecord record, String storedIn, @Nullable ShardRange range) {
    String predicted = record.sentTo();
    boolean elsewhere = predicted != null && !storedIn.equals(predicted);
    if (record.raw()) {
      return elsewhere ? Delivered.ELSEWHERE : Delivered.WHERE_PREDICTED;
    }
    if (range == null) {
      return AwaitRange.UNTIL_LISTED;
    }
    if (range.contains(record.leastHashKey(), record.greatestHashKey())) {
      return elsewhere ? Delivered.ELSEWHERE : Delivered.WHERE_PREDICTED;
    }
    boolean newerMapWasWrong =
        record.history().misplacedCount() > 0
            && record.sentByMapNanos() > record.history().misplacedNanos();
    return newerMapWasWrong ? SendAgain.EACH_ALONE : SendAgain.BY_A_NEWER_MAP;
  }

  /** The verdict on an entry that was refused, this attempt counted. */
  public Verdict rejected(KinesisRecord record, Rejected entry) {
    boolean throttled = ErrorCode.ofEntry(entry.errorCode()) == ErrorCode.THROTTLED;
    return again(record, new Retry(throttled, !throttled));
  }

  /**
   * The verdict on one record of a call that failed as a whole, this attempt counted unless the
   * fault lies with the credentials.
   *
   * @param record the record
   * @param failure what came of the call
   * @param records how many records the call had
   * @param standing how the stream stands, this failure worked in
   */
  public Verdict failed(KinesisRecord record, Failed failure, int records, Standing standing) {
    return switch (ErrorCode.ofCall(failure)) {
      case THROTTLED -> again(record, new Retry(true, false));
      case AMBIGUOUS, TIMED_OUT, OUT_OF_MEMORY -> again(record, new Retry(false, true));
      case NO_SUCH_STREAM -> refused(record, FailureReason.NO_SUCH_STREAM, standing);
      case ACCESS_DENIED -> refused(record, FailureReason.ACCESS_DENIED, standing);
      case CREDENTIALS ->
          standing.credentialsWrongForGood()
              ? new GiveUp(FailureReason.CREDENTIALS)
              : Reauthenticate.WITH_BACKOFF;
      case INVALID -> invalid(record, records);
    };
  }

  private Verdict refused(KinesisRecord record, FailureReason reason, Standing standing) {
    return standing.refusedForGood() ? new GiveUp(reason) : again(record, new Retry(false, false));
  }

  private static Verdict invalid(KinesisRecord record, int records) {
    if (records > 1) {
      return Divide.THE_CALL;
    }
    return record.raw() ? new GiveUp(FailureReason.INVALID) : Divide.THE_AGGREGATE;
  }

  private Verdict again(KinesisRecord record, Retry retry) {
    if (retry.throttled() && failIfThrottled) {
      return new GiveUp(FailureReason.THROTTLED);
    }
    return record.history().count() >= maxAttempts
        ? new GiveUp(FailureReason.ATTEMPTS_EXHAUSTED, retry.ambiguous())
        : retry;
  }
}
