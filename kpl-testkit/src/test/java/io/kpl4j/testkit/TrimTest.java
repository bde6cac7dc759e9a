// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.testkit.Clients.Format;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** What {@link KinesisTestServer#trim} leaves. */
class TrimTest {

  private static final String SHARD = "shardId-000000000000";

  @Test
  void trim_inTheMiddle_leavesWhatIsNewerAndKeepsCounts() {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("s", 1).start();
        KinesisAsyncClient client = Clients.kinesis(server, Format.CBOR)) {
      for (String data : List.of("a", "b", "c")) {
        put(client, data);
      }
      String iterator = trimHorizon(client);
      server.trim("s", SHARD, server.records("s").get(1).sequenceNumber());
      put(client, "d");

      assertThat(read(client, trimHorizon(client))).containsExactly("c", "d");
      assertThat(read(client, iterator)).containsExactly("c", "d");
      assertThat(server.records("s")).hasSize(2);
      assertThat(server.recordCount("s")).isEqualTo(4);
    }
  }

  private static void put(KinesisAsyncClient client, String data) {
    client
        .putRecord(r -> r.streamName("s").partitionKey("k").data(SdkBytes.fromUtf8String(data)))
        .join();
  }

  private static String trimHorizon(KinesisAsyncClient client) {
    return client
        .getShardIterator(
            r -> r.streamName("s").shardId(SHARD).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
        .join()
        .shardIterator();
  }

  private static List<String> read(KinesisAsyncClient client, String iterator) {
    return client.getRecords(r -> r.shardIterator(iterator)).join().records().stream()
        .map(Record::data)
        .map(SdkBytes::asUtf8String)
        .toList();
  }
}
