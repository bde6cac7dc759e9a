// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** The read limits of a shard, in time that the test moves. */
final class ReadThrottlingTest extends ServerFixture {

  private static final int MIB = 1 << 20;

  ReadThrottlingTest() {
    super(KinesisTestServer.builder().readThrottling(true).stream(STREAM, 1));
  }

  @Test
  void getRecords_sixthCallInASecond_isThrottled() {
    for (int i = 0; i < 5; i++) {
      assertThat(readLater(1)).succeedsWithin(Duration.ofSeconds(20));
    }

    assertThatFailureOf(readLater(1)).isInstanceOf(ProvisionedThroughputExceededException.class);
    clock.advance(Duration.ofMillis(200));
    assertThat(readLater(1)).succeedsWithin(Duration.ofSeconds(20));
    assertThatFailureOf(readLater(1)).isInstanceOf(ProvisionedThroughputExceededException.class);
  }

  @Test
  void getRecords_moreThanTwoMib_passesAndKeepsOthersWaiting() {
    put(entries(6, MIB - 1));

    assertThat(readLater(6).join().records()).hasSize(6);

    clock.advance(Duration.ofMillis(1_900));
    assertThatFailureOf(readLater(1)).isInstanceOf(ProvisionedThroughputExceededException.class);
    clock.advance(Duration.ofMillis(200));
    assertThat(readLater(1).join().records()).hasSize(1);
  }

  @Test
  void getRecords_otherShard_hasABudgetOfItsOwn() {
    for (int i = 0; i < 5; i++) {
      readLater(1).join();
    }
    String child = server.splitShard(STREAM, FIRST_SHARD).get(0);

    assertThat(readLater(child, 1)).succeedsWithin(Duration.ofSeconds(20));
  }

  @Test
  void putRecords_limitsOfReadsOnly_isNotThrottled() {
    assertThat(put(entries(2, MIB - 1)).failedRecordCount()).isZero();
  }

  private CompletableFuture<GetRecordsResponse> readLater(int limit) {
    return readLater(FIRST_SHARD, limit);
  }

  private CompletableFuture<GetRecordsResponse> readLater(String shardId, int limit) {
    String iterator =
        client
            .getShardIterator(
                r ->
                    r.streamName(STREAM)
                        .shardId(shardId)
                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .join()
            .shardIterator();
    return client.getRecords(r -> r.shardIterator(iterator).limit(limit));
  }
}
