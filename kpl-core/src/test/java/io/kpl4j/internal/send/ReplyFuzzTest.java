// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.send.PutRecordsReply.Accepted;
import io.kpl4j.internal.send.PutRecordsReply.Answered;
import io.kpl4j.internal.send.PutRecordsReply.Failed;
import io.kpl4j.internal.shard.ShardListing;
import io.kpl4j.internal.shard.ShardMap;
import io.kpl4j.internal.shard.ShardMapTracker;
import io.kpl4j.internal.shard.ShardRange;
import io.kpl4j.internal.shard.StreamDescription;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/**
 * Whatever an endpoint answers, as the SDK reads it: each call has one answer, of a kind that the
 * pipeline knows. The first byte chooses the status and the form, the others are the body.
 */
class ReplyFuzzTest {

  private static final List<String> FORMS =
      List.of("application/x-amz-cbor-1.1", "application/x-amz-json-1.1", "text/html", "");

  private static final FixedReply REPLY = new FixedReply();

  private static final KinesisAsyncClient CLIENT =
      KinesisAsyncClient.builder()
          .region(Region.EU_CENTRAL_1)
          .credentialsProvider(Connections.CREDENTIALS)
          .endpointOverride(URI.create("http://127.0.0.1:1"))
          .httpClient(REPLY)
          .asyncConfiguration(
              async ->
                  async.advancedOption(
                      SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run))
          .build();

  private static final KinesisConnection CONNECTION =
      KinesisConnection.over(CLIENT, Duration.ofSeconds(60));

  private static <T> T answer(byte[] bytes, Consumer<Consumer<T>> call) throws Exception {
    if (bytes.length == 0) {
      REPLY.is(200, FORMS.get(0), bytes);
    } else {
      int choice = bytes[0] & 0xFF;
      int status = choice < 0xC0 ? 200 : choice < 0xE0 ? 400 : 500;
      byte[] body = java.util.Arrays.copyOfRange(bytes, 1, bytes.length);
      REPLY.is(status, FORMS.get(choice % FORMS.size()), body);
    }
    List<T> answers = new ArrayList<>();
    CompletableFuture<T> first = new CompletableFuture<>();
    call.accept(
        reply -> {
          answers.add(reply);
          first.complete(reply);
        });
    T answer = first.get(60, SECONDS);
    assertThat(answers).hasSize(1);
    return answer;
  }

  @FuzzTest(maxDuration = "60s")
  void putRecords_anyReply_isAnsweredOrFailed(byte[] bytes) throws Exception {
    PutRecordsReply reply =
        answer(
            bytes,
            onReply ->
                new SdkRecordSender(CONNECTION, Runnable::run)
                    .send(Batches.two("clicks"), onReply));

    if (reply instanceof Answered answered) {
      for (PutRecordsReply.Entry entry : answered.entries()) {
        if (entry instanceof Accepted accepted) {
          assertThat(accepted.shardId()).isNotEmpty();
          assertThat(accepted.sequenceNumber()).isNotEmpty();
        }
      }
    } else {
      Failed failed = (Failed) reply;
      assertThat(failed.errorCode()).isNotEmpty();
      assertThat(failed.message()).isNotNull().hasSizeLessThanOrEqualTo(1_000);
    }
  }

  @FuzzTest(maxDuration = "60s")
  void listShards_anyReply_isAMapOrNone(byte[] bytes) throws Exception {
    ShardListing listing =
        answer(
            bytes,
            onReply -> new SdkShardLister(CONNECTION, Runnable::run).list("clicks", true, onReply));

    ShardMapTracker tracker = new ShardMapTracker(failures -> 50, bound -> 0, 0);
    for (int turn = 0; turn < 2; turn++) {
      tracker.begin(turn);
      tracker.answered(listing, turn).ifPresent(ReplyFuzzTest::check);
      tracker.plan(false, turn);
    }
  }

  /** The ring once, each part under a name of its own. */
  private static void check(ShardMap map) {
    assertThat(map.ranges()).extracting(ShardRange::shardId).doesNotHaveDuplicates();
    assertThat(map.ranges()).extracting(ShardRange::shardId).noneMatch(String::isEmpty);
    assertThat(map.ranges().get(0).start()).isEqualTo(HashKey.MIN);
    for (int i = 1; i < map.ranges().size(); i++) {
      assertThat(map.ranges().get(i).start()).isEqualTo(map.ranges().get(i - 1).end().next());
    }
    assertThat(map.ranges().get(map.ranges().size() - 1).end()).isEqualTo(HashKey.MAX);
  }

  @FuzzTest(maxDuration = "60s")
  void describeStreamSummary_anyReply_isADescriptionOrNone(byte[] bytes) throws Exception {
    StreamDescription description =
        answer(
            bytes,
            onReply ->
                new SdkStreamDescriber(CONNECTION, Runnable::run).describe("clicks", onReply));

    if (description instanceof StreamDescription.Described described) {
      assertThat(described.arn()).isNotNull();
      assertThat(described.createdAt()).isNotNull();
      assertThat(described.toString()).isNotEmpty();
    }
  }
}
