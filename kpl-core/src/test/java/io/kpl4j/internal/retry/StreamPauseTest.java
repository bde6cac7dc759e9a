// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.retry;

import static io.kpl4j.internal.retry.ErrorCode.ACCESS_DENIED;
import static io.kpl4j.internal.retry.ErrorCode.AMBIGUOUS;
import static io.kpl4j.internal.retry.ErrorCode.CREDENTIALS;
import static io.kpl4j.internal.retry.ErrorCode.INVALID;
import static io.kpl4j.internal.retry.ErrorCode.NO_SUCH_STREAM;
import static io.kpl4j.internal.retry.ErrorCode.OUT_OF_MEMORY;
import static io.kpl4j.internal.retry.ErrorCode.THROTTLED;
import static io.kpl4j.internal.retry.ErrorCode.TIMED_OUT;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamPauseTest {

  private static final long NOW = 1_000;
  private static final long SECOND = 1_000_000_000L;

  private final StreamPause pause = new StreamPause(rounds -> rounds * 100L);

  private void failed(ErrorCode kind, long sentNanos, long nowNanos) {
    pause.failed(kind, 500, sentNanos, nowNanos);
  }

  /** A probe that is sent when the pause is over, and fails. */
  private void probeFails(ErrorCode kind, int records) {
    long sent = Math.max(NOW, pause.untilNanos());
    pause.failed(kind, records, sent, sent + 10);
  }

  @Test
  void allows_nothingFailed_always() {
    assertThat(pause.allows(100, NOW)).isTrue();
    assertThat(pause.standing(NOW).credentialsWrongForGood()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"AMBIGUOUS", "TIMED_OUT", "THROTTLED"})
  void failed_once_holdsNothingBack(ErrorCode kind) {
    failed(kind, NOW - 10, NOW);

    assertThat(pause.allows(5, NOW)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"AMBIGUOUS", "TIMED_OUT", "THROTTLED"})
  void failed_twiceInARow_pausesThenProbesOneAtATime(ErrorCode kind) {
    failed(kind, NOW - 10, NOW);
    failed(kind, NOW - 10, NOW);

    assertThat(pause.untilNanos()).isEqualTo(NOW + 100);
    assertThat(pause.allows(0, NOW + 99)).isFalse();
    assertThat(pause.allows(0, NOW + 100)).isTrue();
    assertThat(pause.allows(1, NOW + 100)).isFalse();
  }

  @Test
  void failed_invalid_speaksOfTheCallAlone() {
    failed(INVALID, NOW, NOW);
    failed(INVALID, NOW, NOW);

    assertThat(pause.allows(5, NOW)).isTrue();
  }

  @Test
  void failed_aVolleyOfCalls_isOneRound() {
    for (int i = 0; i < 20; i++) {
      failed(AMBIGUOUS, NOW - 10, NOW + i);
    }

    assertThat(pause.untilNanos()).isEqualTo(NOW + 1 + 100);
  }

  @Test
  void failed_probeFailsToo_pausesLonger() {
    failed(AMBIGUOUS, NOW - 10, NOW);
    failed(AMBIGUOUS, NOW - 10, NOW);

    failed(AMBIGUOUS, NOW + 100, NOW + 150);
    assertThat(pause.untilNanos()).isEqualTo(NOW + 350);
    failed(AMBIGUOUS, NOW + 350, NOW + 400);
    assertThat(pause.untilNanos()).isEqualTo(NOW + 700);
  }

  @Test
  void answered_inBetween_startsAfresh() {
    failed(AMBIGUOUS, NOW, NOW);
    pause.answered();
    failed(AMBIGUOUS, NOW, NOW);
    assertThat(pause.allows(3, NOW)).isTrue();

    failed(AMBIGUOUS, NOW, NOW);
    pause.answered();

    assertThat(pause.allows(3, NOW)).isTrue();
    failed(AMBIGUOUS, NOW + 1, NOW + 1);
    failed(AMBIGUOUS, NOW + 1, NOW + 1);
    assertThat(pause.untilNanos()).as("the first round again").isEqualTo(NOW + 101);
  }

  // --- missing and forbidden ---

  @ParameterizedTest
  @EnumSource(names = {"NO_SUCH_STREAM", "ACCESS_DENIED"})
  void standing_streamNeverSeen_hasNoGrace(ErrorCode kind) {
    failed(kind, NOW, NOW);

    assertThat(pause.standing(NOW).refusedForGood()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"NO_SUCH_STREAM", "ACCESS_DENIED"})
  void standing_afterASuccess_hasAGraceOfFiveSeconds(ErrorCode kind) {
    pause.answered();
    failed(kind, NOW, NOW);
    assertThat(pause.standing(NOW).refusedForGood()).isFalse();

    failed(kind, NOW + SECOND, NOW + 5 * SECOND);
    assertThat(pause.standing(NOW + 5 * SECOND).refusedForGood()).isFalse();
    failed(kind, NOW + 5 * SECOND, NOW + 5 * SECOND + 1);
    assertThat(pause.standing(NOW + 5 * SECOND + 1).refusedForGood()).isTrue();
  }

  @Test
  void standing_afterAListing_hasTheGraceToo() {
    pause.listed();
    failed(ACCESS_DENIED, NOW, NOW);

    assertThat(pause.standing(NOW).refusedForGood()).isFalse();
  }

  @Test
  void standing_refusedAgainAfterASuccess_beginsAfresh() {
    pause.answered();
    failed(NO_SUCH_STREAM, NOW, NOW);
    failed(NO_SUCH_STREAM, NOW + 4 * SECOND, NOW + 4 * SECOND);
    pause.answered();
    failed(NO_SUCH_STREAM, NOW + 8 * SECOND, NOW + 8 * SECOND);

    assertThat(pause.standing(NOW + 8 * SECOND).refusedForGood()).isFalse();
  }

  @Test
  void failed_refusedInTheGrace_probesWithGrowingDelays() {
    pause.answered();
    failed(NO_SUCH_STREAM, NOW, NOW);
    assertThat(pause.untilNanos()).isEqualTo(NOW + 100);
    assertThat(pause.allows(1, NOW + 100)).isFalse();
    assertThat(pause.allows(0, NOW + 100)).isTrue();

    failed(NO_SUCH_STREAM, NOW + 100, NOW + 150);

    assertThat(pause.untilNanos()).isEqualTo(NOW + 350);
  }

  @Test
  void failed_refusedForGood_probesWithTheLeastDelay() {
    failed(ACCESS_DENIED, NOW, NOW);
    failed(ACCESS_DENIED, NOW + 100, NOW + 150);

    assertThat(pause.untilNanos()).isEqualTo(NOW + 250);
    assertThat(pause.allows(1, NOW + 250)).isFalse();
  }

  // --- credentials ---

  @Test
  void failed_credentials_pauseAtOnceAndAreBorneForSixtySeconds() {
    failed(CREDENTIALS, NOW, NOW);
    assertThat(pause.allows(0, NOW)).isFalse();

    failed(CREDENTIALS, NOW + 200, NOW + 60 * SECOND);
    assertThat(pause.standing(NOW + 60 * SECOND).credentialsWrongForGood()).isFalse();
    failed(CREDENTIALS, NOW + 300, NOW + 60 * SECOND + 1);
    assertThat(pause.standing(NOW + 60 * SECOND + 1).credentialsWrongForGood()).isTrue();

    pause.answered();
    assertThat(pause.standing(NOW + 70 * SECOND).credentialsWrongForGood()).isFalse();
  }

  @Test
  void failed_credentialsAgainAfterAnIdleHour_isANewFault() {
    long hour = 3_600 * SECOND;
    failed(CREDENTIALS, NOW, NOW);
    failed(CREDENTIALS, NOW + hour, NOW + hour);

    assertThat(pause.standing(NOW + hour).credentialsWrongForGood()).isFalse();
  }

  // --- memory ---

  @Test
  void failed_outOfMemory_pausesAtOnceForAtLeastATenthOfASecond() {
    failed(OUT_OF_MEMORY, NOW, NOW);

    assertThat(pause.untilNanos()).isEqualTo(NOW + SECOND / 10);
    assertThat(pause.allows(1, NOW + SECOND)).as("beside another").isFalse();
  }

  @Test
  void failed_outOfMemoryWithALongerDelay_keepsIt() {
    StreamPause slow = new StreamPause(rounds -> SECOND);
    slow.failed(OUT_OF_MEMORY, 500, NOW, NOW);

    assertThat(slow.untilNanos()).isEqualTo(NOW + SECOND);
  }

  // --- size of the probe ---

  @Test
  void maxRecords_nothingFailed_isThatOfACall() {
    assertThat(pause.maxRecords()).isEqualTo(500);
  }

  @Test
  void maxRecords_eachTimedOutRound_isHalved_downToOne() {
    failed(TIMED_OUT, NOW - 10, NOW);
    assertThat(pause.maxRecords()).as("one failure is not a round").isEqualTo(500);
    failed(TIMED_OUT, NOW - 10, NOW);
    failed(TIMED_OUT, NOW - 10, NOW);
    assertThat(pause.maxRecords()).isEqualTo(250);

    for (int records : new int[] {250, 125, 62, 31, 15, 7, 3, 1}) {
      assertThat(pause.maxRecords()).isEqualTo(records);
      probeFails(TIMED_OUT, records);
    }
    assertThat(pause.maxRecords()).isEqualTo(1);
  }

  @Test
  void maxRecords_smallBatch_isHalfOfWhatTimedOut() {
    failed(TIMED_OUT, NOW - 10, NOW);
    probeFails(TIMED_OUT, 20);

    assertThat(pause.maxRecords()).isEqualTo(10);
  }

  @Test
  void maxRecords_otherFailures_leaveItAsItIs() {
    failed(AMBIGUOUS, NOW - 10, NOW);
    probeFails(AMBIGUOUS, 500);
    probeFails(THROTTLED, 500);

    assertThat(pause.maxRecords()).isEqualTo(500);
  }

  @Test
  void maxRecords_eachAnswer_doublesItUpToACall() {
    failed(TIMED_OUT, NOW - 10, NOW);
    probeFails(TIMED_OUT, 3);
    assertThat(pause.maxRecords()).isEqualTo(1);

    for (int records : new int[] {2, 4, 8, 16, 32, 64, 128, 256, 500, 500}) {
      pause.answered();
      assertThat(pause.maxRecords()).isEqualTo(records);
    }
  }
}
