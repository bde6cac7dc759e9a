// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordResultTest {

  private static final Attempt OK = new Attempt(Instant.EPOCH, Duration.ofMillis(5), null, null);
  private static final Attempt SLOW =
      new Attempt(Instant.EPOCH, Duration.ofMillis(5), "Throttled", "slow down");

  @Test
  void result_ofOneAggregate_differsByItsPlace() {
    RecordResult.Placement placement =
        new RecordResult.Placement("shard", "495", true, List.of(SLOW, OK), 2);

    assertThat(placement.result(3).subSequenceNumber()).isEqualTo(3);
    assertThat(placement.result(4).subSequenceNumber()).isEqualTo(4);
    assertThat(placement.result(3).sequenceNumber()).isEqualTo("495");
    assertThat(placement.result(3).shardId()).isEqualTo("shard");
    assertThat(placement.result(3).mayBeDuplicated()).isTrue();
    assertThat(placement.result(3).attempts()).containsExactly(SLOW, OK);
    assertThat(placement.result(3).attemptCount()).isEqualTo(2);
  }

  @Test
  void placement_attempts_areCopied() {
    List<Attempt> attempts = new ArrayList<>(List.of(OK));
    RecordResult result = new RecordResult.Placement("shard", "495", false, attempts, 1).result(0);

    attempts.clear();

    assertThat(result.attempts()).containsExactly(OK);
    assertThat(result.mayBeDuplicated()).isFalse();
  }

  @Test
  void toString_tellsWhereItIs() {
    assertThat(new RecordResult.Placement("s", "1", true, List.of(), 1).result(2))
        .hasToString("RecordResult[s, 1, 2, may be duplicated]");
    assertThat(new RecordResult.Placement("s", "1", false, List.of(), 1).result(2))
        .hasToString("RecordResult[s, 1, 2]");
  }

  @Test
  void attempt_withoutCode_succeeded() {
    assertThat(OK.successful()).isTrue();
    assertThat(OK.errorCode()).isEmpty();
    assertThat(SLOW.successful()).isFalse();
    assertThat(SLOW.errorCode()).contains("Throttled");
    assertThat(SLOW.errorMessage()).contains("slow down");
    assertThat(OK.toString()).contains("ok");
    assertThat(SLOW.toString()).contains("Throttled", "slow down");
  }
}
