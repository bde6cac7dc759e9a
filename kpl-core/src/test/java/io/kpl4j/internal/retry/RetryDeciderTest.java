// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.Attempt;
import io.kpl4j.FailureReason;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.aggregate.Fixtures;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.retry.Verdict.AwaitRange;
import io.kpl4j.internal.retry.Verdict.Delivered;
import io.kpl4j.internal.retry.Verdict.Divide;
import io.kpl4j.internal.retry.Verdict.GiveUp;
import io.kpl4j.internal.retry.Verdict.Reauthenticate;
import io.kpl4j.internal.retry.Verdict.Retry;
import io.kpl4j.internal.retry.Verdict.SendAgain;
import io.kpl4j.internal.send.PutRecordsReply.Failed;
import io.kpl4j.internal.send.PutRecordsReply.Origin;
import io.kpl4j.internal.send.PutRecordsReply.Rejected;
import io.kpl4j.internal.shard.ShardRange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryDeciderTest {

  private static final HashKey LOW = HashKey.of(0, 10);
  private static final HashKey HIGH = HashKey.of(0, 20);
  private static final ShardRange AROUND = range(LOW, HIGH);
  private static final Standing FRESH = new Standing(false, false);

  private final RetryDecider decider = new RetryDecider(false, Long.MAX_VALUE);
  private final KinesisRecord aggregate =
      Fixtures.aggregate(List.of(Fixtures.at(LOW, 10), Fixtures.at(HIGH, 10)));
  private final KinesisRecord raw = Fixtures.lone(Fixtures.at(LOW, 10));

  private static ShardRange range(HashKey from, HashKey to) {
    return new ShardRange("s", from, to, true);
  }

  private static Failed failed(String code, int status) {
    return new Failed(Origin.SERVICE, code, "", status);
  }

  private static void tried(KinesisRecord record, int attempts) {
    for (int i = 0; i < attempts; i++) {
      record.history().add(new Attempt(Instant.EPOCH, Duration.ZERO, "x", null), i);
    }
  }

  // --- stored ---

  @Test
  void stored_insideThePredictedShard_isDelivered() {
    aggregate.sentTo("s", 1);

    assertThat(decider.stored(aggregate, "s", AROUND)).isEqualTo(Delivered.WHERE_PREDICTED);
  }

  @Test
  void stored_insideAnotherShard_isDeliveredAndTheMapIsOld() {
    aggregate.sentTo("parent", 1);

    assertThat(decider.stored(aggregate, "s", AROUND)).isEqualTo(Delivered.ELSEWHERE);
  }

  @Test
  void stored_rangeUnknown_isWaitedFor_evenOnThePredictedShard() {
    aggregate.sentTo("s", 1);

    assertThat(decider.stored(aggregate, "s", null)).isEqualTo(AwaitRange.UNTIL_LISTED);
  }

  @Test
  void stored_oneHashKeyOutside_isSentAgain() {
    aggregate.sentTo("s", 1);

    assertThat(decider.stored(aggregate, "s", range(LOW.next(), HIGH)))
        .isEqualTo(SendAgain.BY_A_NEWER_MAP);
    assertThat(decider.stored(aggregate, "s", range(LOW, HIGH.previous())))
        .isEqualTo(SendAgain.BY_A_NEWER_MAP);
  }

  @Test
  void stored_raw_isWellPlacedWhereverItLands() {
    assertThat(decider.stored(raw, "s", null)).isEqualTo(Delivered.WHERE_PREDICTED);
    raw.sentTo("other", 1);
    assertThat(decider.stored(raw, "s", range(HIGH, HIGH))).isEqualTo(Delivered.ELSEWHERE);
  }

  @Test
  void stored_misplacedTwice_isSentAloneOnlyIfTheSecondMapWasNewer() {
    aggregate.history().misplaced(100);

    aggregate.sentTo("s", 99);
    assertThat(decider.stored(aggregate, "s", range(HIGH, HIGH)))
        .isEqualTo(SendAgain.BY_A_NEWER_MAP);

    aggregate.sentTo("s", 101);
    assertThat(decider.stored(aggregate, "s", range(HIGH, HIGH))).isEqualTo(SendAgain.EACH_ALONE);
  }

  // --- rejected ---

  @Test
  void rejected_throttled_isTriedAgainAndNotStored() {
    assertThat(decider.rejected(raw, new Rejected("ProvisionedThroughputExceededException", null)))
        .isEqualTo(new Retry(true, false));
  }

  @Test
  void rejected_otherwise_isAmbiguous() {
    assertThat(decider.rejected(raw, new Rejected("InternalFailure", "m")))
        .isEqualTo(new Retry(false, true));
    assertThat(decider.rejected(raw, new Rejected("", null))).isEqualTo(new Retry(false, true));
  }

  @Test
  void rejected_throttledWithFailIfThrottled_isGivenUp() {
    RetryDecider strict = new RetryDecider(true, Long.MAX_VALUE);

    assertThat(strict.rejected(raw, new Rejected("ProvisionedThroughputExceededException", null)))
        .isEqualTo(new GiveUp(FailureReason.THROTTLED));
    assertThat(strict.rejected(raw, new Rejected("InternalFailure", null)))
        .isEqualTo(new Retry(false, true));
    assertThat(strict.failed(raw, failed("ThrottlingException", 400), 9, FRESH))
        .isEqualTo(new GiveUp(FailureReason.THROTTLED));
  }

  @Test
  void rejected_attemptsUsedUp_isGivenUp() {
    RetryDecider three = new RetryDecider(false, 3);
    tried(raw, 2);
    assertThat(three.rejected(raw, new Rejected("InternalFailure", null)))
        .isInstanceOf(Retry.class);
    tried(raw, 1);

    assertThat(three.rejected(raw, new Rejected("InternalFailure", null)))
        .isEqualTo(new GiveUp(FailureReason.ATTEMPTS_EXHAUSTED, true));
    assertThat(three.failed(raw, failed("InternalFailure", 500), 1, FRESH))
        .isEqualTo(new GiveUp(FailureReason.ATTEMPTS_EXHAUSTED, true));
  }

  // --- failed ---

  @ParameterizedTest
  @CsvSource({"InternalFailure, 500", "ServiceUnavailable, 503", "SomethingNew, 400"})
  void failed_unknownWhetherStored_isTriedAgainAndPauses(String code, int status) {
    assertThat(decider.failed(aggregate, failed(code, status), 7, FRESH))
        .isEqualTo(new Retry(false, true));
  }

  @Test
  void failed_throttledCall_isTriedAgainAndNotStored() {
    assertThat(decider.failed(aggregate, failed("LimitExceededException", 400), 7, FRESH))
        .isEqualTo(new Retry(true, false));
  }

  @ParameterizedTest
  @CsvSource({
    "ResourceNotFoundException, NO_SUCH_STREAM",
    "AccessDeniedException, ACCESS_DENIED",
    "KMSDisabledException, ACCESS_DENIED"
  })
  void failed_missingOrForbidden_isFatalAfterTheGrace(String code, FailureReason reason) {
    assertThat(decider.failed(aggregate, failed(code, 400), 7, FRESH))
        .isEqualTo(new Retry(false, false));
    assertThat(decider.failed(aggregate, failed(code, 400), 7, new Standing(true, false)))
        .isEqualTo(new GiveUp(reason));
  }

  @Test
  void failed_missingInTheGrace_usesAttempts() {
    RetryDecider one = new RetryDecider(false, 1);
    tried(raw, 1);

    assertThat(one.failed(raw, failed("ResourceNotFoundException", 400), 1, FRESH))
        .isEqualTo(new GiveUp(FailureReason.ATTEMPTS_EXHAUSTED));
  }

  @Test
  void failed_credentials_isFatalOnceTheyWereWrongForTooLong() {
    Failed expired = failed("ExpiredTokenException", 400);

    assertThat(decider.failed(raw, expired, 1, FRESH)).isEqualTo(Reauthenticate.WITH_BACKOFF);
    assertThat(decider.failed(raw, expired, 1, new Standing(true, false)))
        .isEqualTo(Reauthenticate.WITH_BACKOFF);
    assertThat(decider.failed(raw, expired, 1, new Standing(false, true)))
        .isEqualTo(new GiveUp(FailureReason.CREDENTIALS));
  }

  @Test
  void failed_credentials_useNoAttempt() {
    RetryDecider one = new RetryDecider(false, 1);
    tried(raw, 1);

    assertThat(one.failed(raw, failed("ExpiredTokenException", 400), 1, FRESH))
        .isEqualTo(Reauthenticate.WITH_BACKOFF);
  }

  @Test
  void failed_invalid_isDividedUntilTheOneIsFound() {
    Failed invalid = failed("InvalidArgumentException", 400);

    assertThat(decider.failed(raw, invalid, 2, FRESH)).isEqualTo(Divide.THE_CALL);
    assertThat(decider.failed(aggregate, invalid, 1, FRESH)).isEqualTo(Divide.THE_AGGREGATE);
    assertThat(decider.failed(raw, invalid, 1, FRESH)).isEqualTo(new GiveUp(FailureReason.INVALID));
  }

  @Test
  void failed_outOfMemory_isTriedAgain() {
    Failed exhausted = new Failed(Origin.OUT_OF_MEMORY, "OutOfMemoryError", "", 0);

    assertThat(decider.failed(raw, exhausted, 1, FRESH)).isEqualTo(new Retry(false, true));
  }
}
