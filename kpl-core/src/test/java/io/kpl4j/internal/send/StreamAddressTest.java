// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.shard.ShardListing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How requests name a stream, on the wire. */
final class StreamAddressTest {

  private static final String ARN = "arn:aws:kinesis:eu-central-1:123456789012:stream/clicks";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "clicks",
        "a.b_c-D9",
        ARN,
        "arn:aws-cn:kinesis:cn-north-1:123456789012:stream/x",
        "arn:aws-us-gov:kinesis:us-gov-west-1:000000000000:stream/a.b"
      })
  void check_nameOrArn_isAccepted(String name) {
    assertThatCode(() -> StreamAddress.check(name)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "two words",
        "a/b",
        "ümlaut",
        "arn:aws:kinesis:eu-central-1:123:stream/clicks",
        "arn:aws:sqs:eu-central-1:123456789012:stream/clicks",
        "arn:aws:kinesis:eu-central-1:123456789012:stream/clicks/consumer/c:1",
        "arn:"
      })
  void check_neitherNameNorArn_isRefusedByName(String name) {
    assertThatThrownBy(() -> StreamAddress.check(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("streamName " + name + " is n");
  }

  @Test
  void check_emptyOrTooLong_isRefused() {
    assertThatThrownBy(() -> StreamAddress.check("")).hasMessage("streamName is empty");
    assertThatCode(() -> StreamAddress.check("x".repeat(128))).doesNotThrowAnyException();
    assertThatThrownBy(() -> StreamAddress.check("x".repeat(129)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<JsonNode> requests(StreamAddress address, PutRecordsBatch batch)
      throws Exception {
    List<JsonNode> bodies = new ArrayList<>();
    try (ScriptedServer server = ScriptedServer.plain(request -> Wire.ok(Map.of()));
        KinesisConnection connection = Connections.own(server.uri()).naming(name -> address)) {
      CompletableFuture<PutRecordsReply> sent = new CompletableFuture<>();
      new SdkRecordSender(connection, Runnable::run).send(batch, sent::complete);
      sent.get(60, SECONDS);
      CompletableFuture<ShardListing> listed = new CompletableFuture<>();
      new SdkShardLister(connection, Runnable::run).list("clicks", true, listed::complete);
      listed.get(60, SECONDS);
      server.requests().forEach(request -> bodies.add(Wire.body(request)));
    }
    return bodies;
  }

  @Test
  void requests_ofAnAlias_nameTheArnAndNotTheAlias() throws Exception {
    List<JsonNode> bodies =
        requests(new StreamAddress("alias", ARN, null, false), Batches.one("alias"));

    assertThat(bodies)
        .hasSize(2)
        .allMatch(body -> body.get("StreamARN").asText().equals(ARN))
        .noneMatch(body -> body.has("StreamName"))
        .noneMatch(body -> body.has("StreamId"));
  }

  @Test
  void requests_ofAStreamWithId_nameItBesideTheName() throws Exception {
    List<JsonNode> bodies =
        requests(new StreamAddress("clicks", null, "an-id", false), Batches.one("clicks"));

    assertThat(bodies)
        .hasSize(2)
        .allMatch(body -> body.get("StreamName").asText().equals("clicks"))
        .allMatch(body -> body.get("StreamId").asText().equals("an-id"));
  }

  @Test
  void requests_withoutRecords_carryAnEmptyList() throws Exception {
    JsonNode body =
        requests(StreamAddress.of("clicks"), PutRecordsBatch.of("clicks", List.of())).get(0);

    assertThat(body.get("Records").isArray()).isTrue();
    assertThat(body.get("Records")).isEmpty();
  }
}
