// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import static java.util.Objects.requireNonNull;

import io.kpl4j.Attempt;
import io.kpl4j.FailureReason;
import io.kpl4j.RecordFailedException;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of a record that an {@link InMemoryKinesisProducer} has accepted. Immutable. */
public final class Answer {

  private static final Answer STORED = new Answer(null, false, "", null);
  private static final Answer PERHAPS_TWICE = new Answer(null, true, "", null);

  private final @Nullable FailureReason failure;
  private final boolean doubtful;
  private final String message;
  private final @Nullable Throwable cause;

  private Answer(
      @Nullable FailureReason failure,
      boolean doubtful,
      String message,
      @Nullable Throwable cause) {
    this.failure = failure;
    this.doubtful = doubtful;
    this.message = message;
    this.cause = cause;
  }

  /**
   * The record is stored at the first attempt.
   *
   * @return the answer
   */
  public static Answer stored() {
    return STORED;
  }

  /**
   * The record is stored after an attempt that brought no answer: {@link
   * RecordResult#mayBeDuplicated()}.
   *
   * @return the answer
   */
  public static Answer storedPerhapsTwice() {
    return PERHAPS_TWICE;
  }

  /**
   * The record is given up.
   *
   * @param reason why
   * @return the answer
   */
  public static Answer failed(FailureReason reason) {
    return failed(reason, "the test's answer is " + requireNonNull(reason, "reason"), null);
  }

  static Answer failed(FailureReason reason, String message, @Nullable Throwable cause) {
    boolean mayBeStored =
        reason == FailureReason.OUTCOME_UNKNOWN || reason == FailureReason.PLACEMENT_UNKNOWN;
    return new Answer(reason, mayBeStored, message, cause);
  }

  @Nullable FailureReason failure() {
    return failure;
  }

  /** The result of a record that was stored. */
  RecordResult result(String shardId, String sequenceNumber, Instant now) {
    Attempt success = attempt(now, null);
    List<Attempt> attempts =
        doubtful ? List.of(attempt(now, "RequestTimeout"), success) : List.of(success);
    return new RecordResult.Placement(shardId, sequenceNumber, doubtful, attempts, attempts.size())
        .result(0);
  }

  /** The exception of a record that was given up. */
  RecordFailedException exception(UserRecord record, Instant now) {
    FailureReason reason = requireNonNull(failure);
    List<Attempt> attempts = attempts(reason, now);
    return new RecordFailedException(
        record, reason, message, attempts, attempts.size(), doubtful, cause);
  }

  /** The code that the service gives where there was an attempt. */
  private static List<Attempt> attempts(FailureReason reason, Instant now) {
    return switch (reason) {
      case THROTTLED -> List.of(attempt(now, "ProvisionedThroughputExceededException"));
      case INVALID -> List.of(attempt(now, "InvalidArgumentException"));
      case NO_SUCH_STREAM -> List.of(attempt(now, "ResourceNotFoundException"));
      case ACCESS_DENIED -> List.of(attempt(now, "AccessDeniedException"));
      case CREDENTIALS -> List.of(attempt(now, "ExpiredTokenException"));
      case ATTEMPTS_EXHAUSTED -> List.of(attempt(now, "InternalFailure"));
      case PLACEMENT_UNKNOWN -> List.of(attempt(now, null));
      case EXPIRED, PRODUCER_CLOSED, OUTCOME_UNKNOWN, KEY_HALTED, INTERNAL -> List.of();
    };
  }

  private static Attempt attempt(Instant now, @Nullable String errorCode) {
    return new Attempt(
        now, Duration.ZERO, errorCode, errorCode == null ? null : "the test's answer");
  }

  @Override
  public String toString() {
    if (failure != null) {
      return "Answer[" + failure + "]";
    }
    return doubtful ? "Answer[stored, perhaps twice]" : "Answer[stored]";
  }
}
