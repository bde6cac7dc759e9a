// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kpl4j.internal.send.ScriptedServer.Reply;
import io.kpl4j.internal.shard.StreamDescription;
import io.kpl4j.internal.shard.StreamDescription.Described;
import io.kpl4j.internal.shard.StreamDescription.Failed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class SdkStreamDescriberTest {

  private static final String ARN = "arn:aws:kinesis:eu-central-1:123456789012:stream/clicks";

  private final List<JsonNode> bodies = new ArrayList<>();
  private Function<String, StreamAddress> naming = StreamAddress::of;

  private static Map<String, Object> summary() {
    Map<String, Object> summary = new HashMap<>();
    summary.put("StreamName", "clicks");
    summary.put("StreamARN", ARN);
    summary.put("StreamStatus", "ACTIVE");
    summary.put("StreamCreationTimestamp", 1_700_000_000_000L);
    summary.put("StreamModeDetails", Map.of("StreamMode", "ON_DEMAND"));
    summary.put("MaxRecordSizeInKiB", 10_240);
    return summary;
  }

  private StreamDescription describe(String stream, Reply reply) throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(request -> reply);
        KinesisConnection connection = Connections.own(server.uri()).naming(naming)) {
      CompletableFuture<StreamDescription> description = new CompletableFuture<>();
      new SdkStreamDescriber(connection, Runnable::run).describe(stream, description::complete);
      StreamDescription answer = description.get(60, SECONDS);
      server.requests().forEach(request -> bodies.add(Wire.body(request)));
      return answer;
    }
  }

  private static Reply ok(Map<String, Object> summary) {
    return Wire.ok(Map.of("StreamDescriptionSummary", summary));
  }

  @Test
  void describe_answersWhatTheServiceSays() throws Exception {
    StreamDescription description = describe("clicks", ok(summary()));

    assertThat(description).isInstanceOf(Described.class);
    Described described = (Described) description;
    assertThat(described.arn()).isEqualTo(ARN);
    assertThat(described.createdAt()).isEqualTo(Instant.ofEpochMilli(1_700_000_000_000L));
    assertThat(described.status()).isEqualTo("ACTIVE");
    assertThat(described.mode()).isEqualTo("ON_DEMAND");
    assertThat(described.maxRecordBytes()).isEqualTo(10L << 20);
    assertThat(bodies).hasSize(1);
    assertThat(bodies.get(0).fieldNames()).toIterable().containsExactly("StreamName");
  }

  @Test
  void describe_recordLimitAndModeNotSaid_areUnknown() throws Exception {
    Map<String, Object> summary = summary();
    summary.remove("MaxRecordSizeInKiB");
    summary.remove("StreamModeDetails");

    Described described = (Described) describe("clicks", ok(summary));

    assertThat(described.maxRecordBytes()).isZero();
    assertThat(described.mode()).isNull();
  }

  @Test
  void describe_byArn_namesTheArnAlone() throws Exception {
    describe(ARN, ok(summary()));

    assertThat(bodies.get(0).fieldNames()).toIterable().containsExactly("StreamARN");
    assertThat(bodies.get(0).get("StreamARN").asText()).isEqualTo(ARN);
  }

  @Test
  void describe_anAliasWithId_namesArnAndId() throws Exception {
    naming = alias -> new StreamAddress(alias, ARN, "an-id", false);
    describe("alias", ok(summary()));

    assertThat(bodies.get(0).fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("StreamARN", "StreamId");
    assertThat(bodies.get(0).get("StreamId").asText()).isEqualTo("an-id");
  }

  @Test
  void describe_noPermission_answersTheServicesCode() throws Exception {
    assertThat(describe("clicks", Wire.error(400, "AccessDeniedException", "not you")))
        .isEqualTo(new Failed("AccessDeniedException", "not you"));
  }

  @Test
  void describe_answerWithoutMomentOfCreation_fails() throws Exception {
    Map<String, Object> summary = summary();
    summary.remove("StreamCreationTimestamp");
    assertThat(describe("clicks", ok(summary))).isInstanceOf(Failed.class);
  }

  @Test
  void describe_workersClosed_fails() {
    List<StreamDescription> descriptions = new ArrayList<>();
    KinesisConnection connection =
        KinesisConnection.over(new FaultyClient(new AssertionError()), Connections.TIMEOUT);

    new SdkStreamDescriber(
            connection,
            work -> {
              throw new RejectedExecutionException("closed");
            })
        .describe("clicks", descriptions::add);

    assertThat(descriptions).containsExactly(new Failed("RejectedExecutionException", "closed"));
  }
}
