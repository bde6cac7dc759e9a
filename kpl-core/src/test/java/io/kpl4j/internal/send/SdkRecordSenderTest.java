// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.send.PutRecordsReply.Accepted;
import io.kpl4j.internal.send.PutRecordsReply.Answered;
import io.kpl4j.internal.send.PutRecordsReply.Failed;
import io.kpl4j.internal.send.PutRecordsReply.Origin;
import io.kpl4j.internal.send.PutRecordsReply.Rejected;
import io.kpl4j.internal.send.ScriptedServer.Reply;
import io.kpl4j.internal.send.ScriptedServer.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SdkRecordSenderTest {

  private static final String ARN = "arn:aws:kinesis:eu-central-1:123456789012:stream/clicks";

  @Test
  void send_entriesStored_answersShardAndSequenceNumberInOrder() throws Exception {
    PutRecordsReply reply = replyTo(Batches.two("clicks"), request -> Wire.stored(2));

    assertThat(reply)
        .isEqualTo(
            new Answered(
                List.of(new Accepted("shard-0", "49000"), new Accepted("shard-1", "49001"))));
  }

  @Test
  void send_recordsWithAndWithoutHashKey_putsThemOnTheWireAsTheyAre() throws Exception {
    JsonNode body = Wire.body(requestOf(Batches.two("clicks")));

    assertThat(body.get("StreamName").asText()).isEqualTo("clicks");
    assertThat(body.has("StreamARN")).isFalse();
    JsonNode first = body.get("Records").get(0);
    assertThat(first.get("Data").binaryValue()).isEqualTo("first".getBytes(UTF_8));
    assertThat(first.get("PartitionKey").asText()).isEqualTo("key-1");
    assertThat(first.has("ExplicitHashKey")).isFalse();
    JsonNode second = body.get("Records").get(1);
    assertThat(second.get("Data").binaryValue()).isEqualTo("second".getBytes(UTF_8));
    assertThat(second.get("ExplicitHashKey").asText()).isEqualTo("17");
  }

  @Test
  void send_streamNamedByArn_sendsTheArnOnly() throws Exception {
    JsonNode body = Wire.body(requestOf(Batches.one(ARN)));

    assertThat(body.get("StreamARN").asText()).isEqualTo(ARN);
    assertThat(body.has("StreamName")).isFalse();
  }

  @Test
  void send_ownClient_namesTheLibraryAndSendsCborOverHttp1() throws Exception {
    Request request = requestOf(Batches.one("clicks"));

    assertThat(request.header("User-Agent")).containsPattern("kpl4j/\\d+\\.\\d+");
    assertThat(request.header("Content-Type")).isEqualTo("application/x-amz-cbor-1.1");
    assertThat(request.header("X-Amz-Target")).isEqualTo("Kinesis_20131202.PutRecords");
  }

  @Test
  void send_mixedEntries_answersEachWithItsCode() throws Exception {
    List<Map<String, ?>> records =
        List.of(
            Map.of("ShardId", "shard-0", "SequenceNumber", "1"),
            Map.of("ErrorCode", "InternalFailure", "ErrorMessage", "x".repeat(2_000)),
            Map.of("ShardId", "shard-0"),
            Map.of("ShardId", "shard-0", "SequenceNumber", ""),
            Map.of("ErrorCode", "Odd", "ShardId", "shard-0", "SequenceNumber", "1"));

    PutRecordsReply reply =
        replyTo(Batches.one("clicks"), request -> Wire.ok(Map.of("Records", records)));

    assertThat(reply)
        .isEqualTo(
            new Answered(
                List.of(
                    new Accepted("shard-0", "1"),
                    new Rejected("InternalFailure", "x".repeat(1_000)),
                    new Rejected("", null),
                    new Rejected("", null),
                    new Rejected("Odd", null))));
  }

  record Outcome(String name, Reply reply, Origin origin, String code, int status) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Outcome> failures() {
    return Stream.of(
        new Outcome(
            "throttled",
            Wire.error(400, "ProvisionedThroughputExceededException", "slow down"),
            Origin.SERVICE,
            "ProvisionedThroughputExceededException",
            400),
        new Outcome(
            "no stream",
            Wire.error(400, "ResourceNotFoundException", "none"),
            Origin.SERVICE,
            "ResourceNotFoundException",
            400),
        new Outcome(
            "validation",
            Wire.error(400, "ValidationException", "bad key"),
            Origin.SERVICE,
            "ValidationException",
            400),
        new Outcome(
            "expired",
            Wire.error(400, "ExpiredTokenException", "too old"),
            Origin.SERVICE,
            "ExpiredTokenException",
            400),
        new Outcome(
            "internal",
            Wire.error(500, "InternalFailure", "oops"),
            Origin.SERVICE,
            "InternalFailure",
            500),
        new Outcome("balancer", Wire.html(503), Origin.SERVICE, "KinesisException", 503),
        new Outcome("garbage", Wire.garbage(), Origin.CLIENT, "JsonParseException", 0),
        new Outcome("reset", Reply.RESET, Origin.CLIENT, "IOException", 0),
        new Outcome("cut", Wire.stored(3).cutShort(), Origin.CLIENT, "IOException", 0));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void send_callFails_saysWhereAndWhyAfterOneRequest(Outcome outcome) throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(request -> outcome.reply());
        KinesisConnection connection = Connections.own(server.uri())) {
      Failed failed = (Failed) send(connection, Batches.one("clicks"));

      assertThat(failed.origin()).isEqualTo(outcome.origin());
      assertThat(failed.errorCode()).isEqualTo(outcome.code());
      assertThat(failed.httpStatus()).isEqualTo(outcome.status());
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void send_nobodyListens_failsAsClient() throws Exception {
    ScriptedServer server = ScriptedServer.plain(request -> Reply.NEVER);
    server.close();
    try (KinesisConnection connection = Connections.own(server.uri())) {
      Failed failed = (Failed) send(connection, Batches.one("clicks"));

      assertThat(failed.origin()).isEqualTo(Origin.CLIENT);
      assertThat(failed.errorCode()).isEqualTo("ConnectException");
      assertThat(failed.message()).contains("127.0.0.1");
    }
  }

  @Test
  void send_neverAnswered_failsAtTheRequestTimeout() throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(request -> Reply.NEVER);
        KinesisConnection connection =
            Connections.own(
                Connections.config(server.uri()).requestTimeout(Duration.ofMillis(500)).build())) {
      long startNanos = System.nanoTime();
      Failed failed = (Failed) send(connection, Batches.one("clicks"));
      Duration took = Duration.ofNanos(System.nanoTime() - startNanos);

      assertThat(failed.origin()).isEqualTo(Origin.TIME_LIMIT);
      assertThat(failed.errorCode()).endsWith("TimeoutException");
      assertThat(took).isBetween(Duration.ofMillis(450), Duration.ofSeconds(5));
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void send_workersClosed_failsAsClientOnTheCallersThread() {
    List<PutRecordsReply> replies = new ArrayList<>();
    SdkRecordSender sender =
        new SdkRecordSender(
            unusedConnection(),
            work -> {
              throw new RejectedExecutionException("closed");
            });

    sender.send(Batches.one("clicks"), replies::add);

    assertThat(replies)
        .containsExactly(new Failed(Origin.CLIENT, "RejectedExecutionException", "closed", 0));
  }

  @Test
  void send_workersHaveNoMemory_failsAsOutOfMemory() {
    List<PutRecordsReply> replies = new ArrayList<>();
    SdkRecordSender sender =
        new SdkRecordSender(
            unusedConnection(),
            work -> {
              throw new OutOfMemoryError("unable to create native thread");
            });

    sender.send(Batches.one("clicks"), replies::add);

    assertThat(replies).containsExactly(CallFailures.OUT_OF_MEMORY);
  }

  @Test
  void send_abandonedBeforeAWorkerTookIt_isNotMade() {
    List<Runnable> waiting = new ArrayList<>();
    List<PutRecordsReply> replies = new ArrayList<>();
    PutRecordsBatch batch = Batches.one("clicks");
    new SdkRecordSender(unusedConnection(), waiting::add).send(batch, replies::add);

    batch.abandoned().set(true);
    waiting.forEach(Runnable::run);

    assertThat(waiting).hasSize(1);
    assertThat(replies).isEmpty();
  }

  private static KinesisConnection unusedConnection() {
    return KinesisConnection.over(
        new FaultyClient(new AssertionError("not to be called")), Connections.TIMEOUT);
  }

  private static PutRecordsReply replyTo(PutRecordsBatch batch, Function<Request, Reply> script)
      throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(script);
        KinesisConnection connection = Connections.own(server.uri())) {
      return send(connection, batch);
    }
  }

  private static Request requestOf(PutRecordsBatch batch) throws Exception {
    try (ScriptedServer server =
            ScriptedServer.plain(request -> Wire.stored(batch.records().size()));
        KinesisConnection connection = Connections.own(server.uri())) {
      send(connection, batch);
      return server.requests().get(0);
    }
  }

  private static PutRecordsReply send(KinesisConnection connection, PutRecordsBatch batch)
      throws Exception {
    CompletableFuture<PutRecordsReply> reply = new CompletableFuture<>();
    new SdkRecordSender(connection, Runnable::run).send(batch, reply::complete);
    return reply.get(30, SECONDS);
  }
}
