// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ValidationException;

/** The limits of the service, each at its edge. */
final class LimitsTest extends ServerFixture {

  private static final int MIB = 1 << 20;

  LimitsTest() {
    super(KinesisTestServer.builder().stream(STREAM, 2));
  }

  @Test
  void putRecords_500Entries_areStored() {
    assertThat(put(entries(500, 10)).failedRecordCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 501})
  void putRecords_wrongNumberOfEntries_isAValidationError(int count) {
    assertThatFailureOf(putLater(entries(count, 10))).isInstanceOf(ValidationException.class);
    assertThat(server.recordCount(STREAM)).isZero();
  }

  @Test
  void putRecords_10MibWithKeys_isStored() {
    assertThat(put(entries(10, MIB - 1)).failedRecordCount()).isZero();
    assertThat(server.byteCount(STREAM)).isEqualTo(10 * MIB);
  }

  @Test
  void putRecords_oneByteMoreThan10Mib_isRefusedWhole() {
    List<PutRecordsRequestEntry> entries = new ArrayList<>(entries(10, MIB - 1));
    entries.addAll(entries(1, 0));

    assertThatFailureOf(putLater(entries)).isInstanceOf(InvalidArgumentException.class);
    assertThat(server.recordCount(STREAM)).isZero();
  }

  @Test
  void putRecords_recordOf1MibPlusKey_isRefusedWhole() {
    List<PutRecordsRequestEntry> entries = new ArrayList<>(entries(1, 1));
    entries.addAll(entries(1, MIB));

    assertThatFailureOf(putLater(entries)).isInstanceOf(InvalidArgumentException.class);
    assertThat(server.recordCount(STREAM)).isZero();
  }

  @Test
  void putRecords_streamOf10MibRecords_takesThem() {
    server.updateMaxRecordSize(STREAM, 10 * MIB);

    assertThat(put(entries(1, 10 * MIB - 1)).failedRecordCount()).isZero();
    assertThat(
            client
                .describeStreamSummary(r -> r.streamName(STREAM))
                .join()
                .streamDescriptionSummary()
                .maxRecordSizeInKiB())
        .isEqualTo(10 * 1_024);
  }

  @Test
  void putRecords_keyOf256Symbols_isStored() {
    // Characters of Unicode: a surrogate pair is one.
    assertThat(put(List.of(entry("\uD83D\uDE00".repeat(256), null))).failedRecordCount()).isZero();
    assertThat(server.byteCount(STREAM)).isEqualTo(4 * 256 + 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 257})
  void putRecords_keyOutOfRange_isAValidationError(int length) {
    assertThatFailureOf(putLater(List.of(entry("k".repeat(length), null))))
        .isInstanceOf(ValidationException.class);
  }

  @Test
  void putRecords_hashKeyBeyondTheRing_isAnInvalidArgument() {
    assertThatFailureOf(putLater(List.of(entry("k", KinesisContract.RING.toString()))))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("[0, 2^128-1]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"007", "-1", "x", "1000000000000000000000000000000000000000"})
  void putRecords_hashKeyThatIsNoDecimal_isAValidationError(String hashKey) {
    assertThatFailureOf(putLater(List.of(entry("k", hashKey))))
        .isInstanceOf(ValidationException.class);
  }

  @Test
  void putRecords_arnOfAnotherAccount_isNotFound() {
    String arn = server.streamArn(STREAM).replace("000000000000", "123456789012");

    assertThatFailureOf(client.putRecords(r -> r.streamARN(arn).records(entries(1, 1))))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void putRecords_noStream_isAnInvalidArgument() {
    assertThatFailureOf(client.putRecords(r -> r.records(entries(1, 1))))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10_001})
  void getRecords_limitOutOfRange_isAValidationError(int limit) {
    String iterator =
        client
            .getShardIterator(
                r -> r.streamName(STREAM).shardId(FIRST_SHARD).shardIteratorType("TRIM_HORIZON"))
            .join()
            .shardIterator();

    assertThatFailureOf(client.getRecords(r -> r.shardIterator(iterator).limit(limit)))
        .isInstanceOf(ValidationException.class);
  }

  @Test
  void updateShardCount_moreThanTwice_isRefused() {
    assertThatFailureOf(
            client.updateShardCount(
                r -> r.streamName(STREAM).targetShardCount(5).scalingType("UNIFORM_SCALING")))
        .isInstanceOf(LimitExceededException.class);
  }

  @Test
  void splitShard_hashKeyOutsideTheShard_isAnInvalidArgument() {
    assertThatFailureOf(
            client.splitShard(
                r -> r.streamName(STREAM).shardToSplit(FIRST_SHARD).newStartingHashKey("0")))
        .isInstanceOf(InvalidArgumentException.class);
  }

  private static PutRecordsRequestEntry entry(String key, @Nullable String hashKey) {
    return PutRecordsRequestEntry.builder()
        .partitionKey(key)
        .explicitHashKey(hashKey)
        .data(SdkBytes.fromUtf8String("v"))
        .build();
  }
}
