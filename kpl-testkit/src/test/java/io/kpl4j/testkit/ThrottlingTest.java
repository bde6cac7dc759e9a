// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/** The limits of a shard, in time that the test moves. */
final class ThrottlingTest extends ServerFixture {

  ThrottlingTest() {
    super(KinesisTestServer.builder().throttling(true).stream(STREAM, 2));
  }

  @Test
  void putRecords_beyondTheBurst_throttlesTheRestEntryByEntry() {
    put(entries(500, 1));
    put(entries(400, 1));

    PutRecordsResponse response = put(entries(500, 1));

    assertThat(response.failedRecordCount()).isEqualTo(400);
    assertThat(response.records().subList(0, 100))
        .allSatisfy(entry -> assertThat(entry.sequenceNumber()).isNotNull());
    assertThat(response.records().subList(100, 500))
        .allSatisfy(
            entry -> {
              assertThat(entry.errorCode()).isEqualTo("ProvisionedThroughputExceededException");
              assertThat(entry.errorMessage()).contains("Rate exceeded for shard", STREAM);
              assertThat(entry.sequenceNumber()).isNull();
            });
    assertThat(server.recordCount(STREAM)).isEqualTo(1_000);
    assertThat(server.refusedEntries("ProvisionedThroughputExceededException")).isEqualTo(400);
    assertThat(server.refusedEntries("InternalFailure")).isZero();
  }

  @Test
  void putRecords_afterAWhile_passAgain() {
    put(entries(500, 1));
    put(entries(500, 1));
    clock.advance(Duration.ofMillis(250));

    assertThat(put(entries(500, 1)).failedRecordCount()).isEqualTo(250);
  }

  @Test
  void putRecords_bytesSpent_throttlesTheHotShardOnly() {
    put(entries(1, (1 << 20) - 1));
    List<ShardDescription> shards = server.shards(STREAM);
    List<PutRecordsRequestEntry> oneEach =
        shards.stream()
            .map(
                shard ->
                    PutRecordsRequestEntry.builder()
                        .partitionKey("k")
                        .explicitHashKey(shard.startingHashKey().toString())
                        .data(SdkBytes.fromUtf8String("v"))
                        .build())
            .toList();

    PutRecordsResponse response = put(oneEach);

    assertThat(response.records())
        .extracting(PutRecordsResultEntry::errorCode)
        .containsOnlyOnce("ProvisionedThroughputExceededException")
        .containsOnlyOnce((String) null);
  }

  @Test
  void putRecord_throttled_failsTheCall() {
    put(entries(1, (1 << 20) - 1));

    assertThatFailureOf(
            client.putRecord(
                r -> r.streamName(STREAM).partitionKey("k").data(SdkBytes.fromUtf8String("v"))))
        .isInstanceOf(ProvisionedThroughputExceededException.class);
  }

  @Test
  void splitShard_throttledParent_childrenHaveBudgetsOfTheirOwn() {
    put(entries(500, 1));
    put(entries(500, 1));
    ShardDescription hot =
        server.shards(STREAM).stream()
            .filter(shard -> shard.recordCount() > 0)
            .findFirst()
            .orElseThrow();
    server.splitShard(STREAM, hot.shardId());

    assertThat(put(entries(500, 1)).failedRecordCount()).isZero();
  }
}
