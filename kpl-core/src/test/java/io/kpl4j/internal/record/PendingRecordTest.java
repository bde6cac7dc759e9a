// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.RecordResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PendingRecordTest {

  @Test
  void dependentStage_isAPlainFuture() {
    CompletableFuture<String> dependent =
        new PendingRecord(1, 300, 20).thenApply(RecordResult::shardId);

    assertThat(dependent.getClass()).isEqualTo(CompletableFuture.class);
  }

  @Test
  void cancel_byItsUser_leavesWhatThePermitWeighs() {
    PendingRecord record = new PendingRecord(7, 300, 20);

    record.cancel(true);

    assertThat(record.complete(new RecordResult.Placement("s", "1", false, List.of(), 1).result(0)))
        .isFalse();
    assertThat(record.permitBytes()).isEqualTo(300);
    assertThat(record.dataBytes()).isEqualTo(20);
    assertThat(record.admittedNanos()).isEqualTo(7);
  }
}
