// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.testkit.internal.stream.LogEntry;
import io.kpl4j.testkit.internal.stream.Receipt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which stored records a client was told of. */
final class AcknowledgedTest extends ServerFixture {

  AcknowledgedTest() {
    super(KinesisTestServer.builder().stream(STREAM, 1));
  }

  private StoredRecord stored(int place) {
    return server.records(STREAM).get(place);
  }

  private static Stream<Fault> spoilers() {
    FaultyCalls first = Fault.on("PutRecords");
    return Stream.of(
        first.loseReply(),
        first.cutReply(),
        first.garbageBody(),
        first.wrongEntryCount(1),
        first.wrongEntryCount(-1));
  }

  @Test
  void acknowledged_replyCame_isTrue() {
    put(entries(1, 1));

    assertThat(stored(0).acknowledged()).isTrue();
    assertThat(server.userRecords(STREAM).all().get(0).acknowledged()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("spoilers")
  void acknowledged_replySpoilt_isFalseOfThatCall(Fault spoiler) {
    server.faults().add(spoiler);
    // One of these tells the client nothing of how it ends.
    putLater(entries(1, 1)).handle((reply, failure) -> "over").join();
    put(entries(1, 1));

    assertThat(stored(0).acknowledged()).isFalse();
    assertThat(stored(1).acknowledged()).isTrue();
  }

  @Test
  void acknowledged_replyLeavesLater_staysAsItWasWhenAskedFor() {
    Receipt receipt = new Receipt();
    LogEntry entry = new LogEntry(1, "1", "k", null, new byte[1], clock.instant(), receipt);
    StoredRecord before = new StoredRecord(FIRST_SHARD, entry);
    receipt.give();

    assertThat(before.acknowledged()).isFalse();
    assertThat(new StoredRecord(FIRST_SHARD, entry).acknowledged()).isTrue();
  }

  @Test
  void assertAcknowledgedOnce_againAfterALostReply_passes() {
    server.faults().add(Fault.on("PutRecords").times(2).loseReply());
    assertThatFailureOf(putLater(entries(1, 1))).isNotNull();
    assertThatFailureOf(putLater(entries(1, 1))).isNotNull();
    put(entries(1, 1));
    UserRecords records = server.userRecords(STREAM);

    assertThat(records.all()).hasSize(3);
    assertThatCode(() -> records.assertAcknowledgedOnce(StoredUserRecord::text))
        .doesNotThrowAnyException();
  }

  @Test
  void assertAcknowledgedOnce_againAfterAReply_namesTheSecond() {
    put(entries(1, 1));
    server.faults().add(Fault.on("PutRecords").loseReply());
    assertThatFailureOf(putLater(entries(1, 1))).isNotNull();

    assertThatThrownBy(
            () -> server.userRecords(STREAM).assertAcknowledgedOnce(StoredUserRecord::text))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("1 are there again after a reply that told of them");
  }
}
