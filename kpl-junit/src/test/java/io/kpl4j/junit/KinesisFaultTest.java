// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.Attempt;
import io.kpl4j.KinesisProducer;
import io.kpl4j.RecordResult;
import io.kpl4j.junit.KinesisFault.Kind;
import io.kpl4j.testkit.KinesisTestServer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** Faults by annotation, as a producer and a plain client meet them. */
@KinesisServer(
    streams = @KinesisServer.Stream(name = "clicks", shards = 2),
    properties = {"RecordMaxBufferedTime=10", "RetryMaxDelay=50"})
@KinesisFault(kind = Kind.HTTP_ERROR, status = 503)
class KinesisFaultTest {

  private static List<String> codes(RecordResult result) {
    return result.attempts().stream().map(each -> each.errorCode().orElse("stored")).toList();
  }

  private static RecordResult put(KinesisProducer producer) {
    return producer.put("clicks", "k", new byte[10]).join();
  }

  @RepeatedTest(2)
  void faultOfTheClass_isMetByEachTest(KinesisProducer producer) {
    assertThat(codes(put(producer))).containsExactly("ServiceUnavailable", "stored");
  }

  @Test
  @KinesisFault(kind = Kind.THROTTLE_CALL, times = 3)
  void faultOfAMethod_replacesThatOfTheClass(KinesisProducer producer) {
    assertThat(codes(put(producer)))
        .containsExactly(
            "ProvisionedThroughputExceededException",
            "ProvisionedThroughputExceededException",
            "ProvisionedThroughputExceededException",
            "stored");
  }

  @Test
  @KinesisFault(kind = Kind.HTTP_ERROR, after = 1)
  @KinesisFault(kind = Kind.ERROR, status = 500, code = "Odd", then = true)
  @KinesisFault(kind = Kind.THROTTLE_ENTRIES, times = 2, then = true)
  void faultsThatTakeTurns_areMetInTheirOrder(KinesisProducer producer) {
    assertThat(codes(put(producer))).containsExactly("stored");
    assertThat(codes(put(producer)))
        .containsExactly(
            "InternalFailure",
            "Odd",
            "ProvisionedThroughputExceededException",
            "ProvisionedThroughputExceededException",
            "stored");
  }

  @Test
  @KinesisFault(kind = Kind.HTTP_ERROR, times = 2)
  @KinesisFault(kind = Kind.THROTTLE_CALL, times = 3)
  void faultsSideBySide_theFirstActs(KinesisProducer producer) {
    assertThat(codes(put(producer)))
        .containsExactly(
            "InternalFailure",
            "InternalFailure",
            "ProvisionedThroughputExceededException",
            "stored");
  }

  @Test
  @KinesisFault(kind = Kind.LOSE_REPLY)
  void replyLost_isStoredTwice(KinesisProducer producer, KinesisTestServer server) {
    assertThat(put(producer).mayBeDuplicated()).isTrue();
    assertThat(server.recordCount("clicks")).isEqualTo(2);
  }

  @Test
  @KinesisFault(kind = Kind.SPLIT_SHARD, stream = "clicks", shards = "shardId-000000000001")
  void splitShard_happensBeforeTheCall(KinesisProducer producer, KinesisTestServer server) {
    assertThat(put(producer).shardId())
        .as("the lower child of the shard that had the key")
        .isEqualTo("shardId-000000000002");
    assertThat(server.shards("clicks")).hasSize(4);
  }

  @Test
  @KinesisFault(
      kind = Kind.MERGE_SHARDS,
      stream = "clicks",
      shards = {"shardId-000000000000", "shardId-000000000001"})
  void mergeShards_happensBeforeTheCall(KinesisProducer producer, KinesisTestServer server) {
    assertThat(put(producer).shardId()).isEqualTo("shardId-000000000002");
    assertThat(server.shards("clicks")).hasSize(3);
  }

  @Test
  @KinesisFault(kind = Kind.DELETE_STREAM, stream = "clicks", on = "ListShards")
  void on_anotherOperation_isThatOne(KinesisAsyncClient client) {
    var failed =
        client.listShards(request -> request.streamName("clicks")).exceptionally(e -> null);
    assertThat(failed.join()).isNull();
  }

  @Test
  @KinesisFault(kind = Kind.CONNECTION_RESET)
  void connectionReset_isMetByTheFirst(KinesisProducer producer, KinesisTestServer server) {
    put(producer);
    assertThat(server.connections()).isGreaterThan(1);
  }

  @Test
  @KinesisFault(kind = Kind.THROTTLE_CALL, always = true, chance = 0.5, seed = 6)
  void chance_sameSeed_sameCalls(KinesisProducer producer, KinesisTestServer server) {
    RecordResult result = put(producer);
    assertThat(result.attempts().stream().filter(Attempt::successful)).hasSize(1);
    assertThat(result.attemptCount()).as("by this seed").isEqualTo(3);
    assertThat(server.calls("PutRecords")).isEqualTo(3);
  }

  @Test
  @KinesisFault(kind = Kind.THROTTLE_CALL)
  @KinesisFault(kind = Kind.RESET, then = true)
  @KinesisFault(kind = Kind.THROTTLE_CALL, then = true)
  @KinesisFault(kind = Kind.RESET, then = true)
  @KinesisFault(kind = Kind.RESET, then = true)
  void faults_twoThatAreEqual_areBothMet(KinesisProducer producer, KinesisTestServer server) {
    assertThat(put(producer).attemptCount()).isEqualTo(6);
    assertThat(server.calls("PutRecords")).isEqualTo(6);
  }

  @Nested
  class Inside {

    private final KinesisTestServer ofConstructor;

    Inside(KinesisTestServer server) {
      ofConstructor = server;
    }

    @BeforeEach
    void sameServer(KinesisTestServer server) {
      assertThat(server).isSameAs(ofConstructor);
    }

    @Test
    void nestedClass_hasTheFaultsAround(KinesisProducer producer) {
      assertThat(codes(put(producer))).containsExactly("ServiceUnavailable", "stored");
    }

    @Test
    @KinesisFault(kind = Kind.EXPIRED_TOKEN)
    void method_hasItsOwnAlsoForTheConstructor(KinesisProducer producer) {
      assertThat(put(producer).attemptCount()).isEqualTo(1);
      assertThat(ofConstructor.calls("PutRecords")).isEqualTo(2);
    }
  }

  @Nested
  @KinesisFault(kind = Kind.INTERNAL_FAILURE_ENTRIES)
  class InsideWithItsOwn {

    @Test
    void nestedClass_hasItsOwnFaults(KinesisProducer producer) {
      assertThat(codes(put(producer))).containsExactly("InternalFailure", "stored");
    }
  }
}
