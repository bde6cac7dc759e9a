// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.ValidationException;

/** A stream that spreads its records itself. */
final class SpreadingTest extends ServerFixture {

  SpreadingTest() {
    super(KinesisTestServer.builder().stream(STREAM, 4));
  }

  private static List<PutRecordsRequestEntry> keyless(int count) {
    List<PutRecordsRequestEntry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(PutRecordsRequestEntry.builder().data(SdkBytes.fromUtf8String("v" + i)).build());
    }
    return entries;
  }

  @Test
  void putRecords_withoutPartitionKey_toAnOrdinaryStream_isAValidationError() {
    assertThatFailureOf(client.putRecords(r -> r.streamName(STREAM).records(keyless(3))))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("Value null at 'partitionKey'");
    assertThat(server.recordCount(STREAM)).isZero();
  }

  @Test
  void putRecords_withoutPartitionKey_toAStreamThatSpreads_goesToAllShards() {
    server.updateRecordSpreading(STREAM, true);

    PutRecordsResponse response =
        client.putRecords(r -> r.streamName(STREAM).records(keyless(8))).join();

    assertThat(response.failedRecordCount()).isZero();
    assertThat(response.records()).extracting(PutRecordsResultEntry::shardId).doesNotContainNull();
    assertThat(server.shards(STREAM)).allMatch(shard -> shard.recordCount() == 2);
    assertThat(server.records(STREAM)).allMatch(record -> record.partitionKey().isEmpty());
  }

  @Test
  void putRecords_withKeys_toAStreamThatSpreads_goesToAllShardsAllTheSame() {
    server.updateRecordSpreading(STREAM, true);
    for (int i = 0; i < 8; i++) {
      client
          .putRecord(
              r ->
                  r.streamName(STREAM)
                      .partitionKey("same")
                      .explicitHashKey("0")
                      .data(SdkBytes.fromUtf8String("v")))
          .join();
    }

    assertThat(server.shards(STREAM)).allMatch(shard -> shard.recordCount() == 2);
    assertThat(server.records(STREAM)).allMatch(record -> record.partitionKey().equals("same"));
  }
}
