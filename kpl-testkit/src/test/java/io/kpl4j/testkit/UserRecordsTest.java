// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.aggregation.AggregateEncoder;
import io.kpl4j.aggregation.ChunkPool;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;

/** What a consumer is given, taken from what the real SDK put. */
final class UserRecordsTest extends ServerFixture {

  private static final String LOW = "0";
  private static final String HIGH =
      BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE).toString();

  UserRecordsTest() {
    super(KinesisTestServer.builder().stream(STREAM, 2));
  }

  @Test
  void all_aloneAndAggregated_areInOrder() {
    putAlone("k", "a");
    putAggregate(LOW, LOW, "b", "c");
    putAlone("k", "d");

    UserRecords records = server.userRecords(STREAM);

    assertThat(records.all())
        .extracting(StoredUserRecord::text)
        .containsExactly("a", "b", "c", "d");
    assertThat(records.all()).extracting(StoredUserRecord::partitionKey).containsOnly("k");
    assertThat(records.all())
        .extracting(StoredUserRecord::subSequenceNumber)
        .containsExactly(0, 0, 1, 0);
    assertThat(records.all())
        .extracting(StoredUserRecord::aggregated)
        .containsExactly(false, true, true, false);
    assertThat(records.all().get(1).explicitHashKey()).contains(LOW);
    assertThat(records.withKey("other")).isEmpty();
  }

  @Test
  void assertions_allAsItWasSent_pass() {
    putAggregate(LOW, LOW, "a", "b");
    List<String> sent = List.of("a", "b");

    assertThatCode(
            () ->
                server
                    .userRecords(STREAM)
                    .assertNothingLost(sent, StoredUserRecord::text)
                    .assertNothingTwice(StoredUserRecord::text)
                    .assertInOrder("k", sent, StoredUserRecord::text)
                    .assertNothingDropped())
        .doesNotThrowAnyException();
  }

  @Test
  void assertNothingLost_oneMissing_namesIt() {
    putAlone("k", "a");

    assertThatThrownBy(
            () ->
                server
                    .userRecords(STREAM)
                    .assertNothingLost(List.of("a", "b"), StoredUserRecord::text))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("1 of 2 that were sent are not there: [b]");
  }

  @Test
  void assertNothingTwice_stillThereOnce_namesTheSecond() {
    putAlone("k", "a");
    putAggregate(LOW, LOW, "b", "a");

    assertThatThrownBy(() -> server.userRecords(STREAM).assertNothingTwice(StoredUserRecord::text))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("1 are there again");
  }

  @Test
  void assertInOrder_swappedOrShort_saysFromWhere() {
    putAlone("k", "a");
    putAlone("k", "c");
    putAlone("k", "b");
    UserRecords records = server.userRecords(STREAM);

    assertThatThrownBy(
            () -> records.assertInOrder("k", List.of("a", "b", "c"), StoredUserRecord::text))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("from place 1 on they should be [b, c] and are: [c, b]");
    assertThatThrownBy(() -> records.assertInOrder("k", List.of("a", "c"), StoredUserRecord::text))
        .isInstanceOf(AssertionError.class);
    assertThatCode(() -> records.assertInOrder("k", List.of("a", "c", "b"), StoredUserRecord::text))
        .doesNotThrowAnyException();
  }

  @Test
  void assertNothingDropped_aggregateOnAForeignShard_isDroppedAndLost() {
    putAggregate(LOW, HIGH, "a", "b");
    UserRecords records = server.userRecords(STREAM);

    assertThat(records.all()).isEmpty();
    assertThat(records.dropped()).extracting(StoredUserRecord::text).containsExactly("a", "b");
    assertThatThrownBy(records::assertNothingDropped).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> records.assertNothingLost(List.of("a"), StoredUserRecord::text))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void userRecords_serverThatOnlyCounts_isAnError() {
    try (KinesisTestServer counting =
        KinesisTestServer.builder().storage(Storage.COUNT_ONLY).stream(STREAM, 1).start()) {
      assertThatThrownBy(() -> counting.userRecords(STREAM))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void userRecordCount_keptOrOnlyCounted_isWhatAggregatesHold() {
    putAlone("k", "a");
    putAggregate(LOW, HIGH, "b", "c");
    putAlone("k", "no aggregate, but longer than a digest");

    assertThat(server.userRecordCount(STREAM)).isEqualTo(4);
    assertThat(server.recordCount(STREAM)).isEqualTo(3);
  }

  private void putAlone(String key, String text) {
    client
        .putRecord(r -> r.streamName(STREAM).partitionKey(key).data(SdkBytes.fromUtf8String(text)))
        .join();
  }

  /** Puts an aggregate of two where the first of them belongs. */
  private void putAggregate(String hashKey, String otherHashKey, String first, String second) {
    AggregateEncoder encoder = new AggregateEncoder(1_000, 2, ChunkPool.unpooled());
    byte[] key = "k".getBytes(UTF_8);
    encoder.tryAdd(key, hashKey.getBytes(UTF_8), ByteBuffer.wrap(first.getBytes(UTF_8)));
    encoder.tryAdd(key, otherHashKey.getBytes(UTF_8), ByteBuffer.wrap(second.getBytes(UTF_8)));
    byte[] aggregate = encoder.seal().join();
    client
        .putRecord(
            r ->
                r.streamName(STREAM)
                    .partitionKey("a")
                    .explicitHashKey(hashKey)
                    .data(SdkBytes.fromByteArray(aggregate)))
        .join();
  }
}
