// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kpl4j.internal.send.ScriptedServer.Request;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;

/** The SDK can be told not to speak CBOR. */
final class BodyInterceptorTest {

  private static final String CBOR_ENABLED = "aws.cborEnabled";

  @AfterEach
  void restore() {
    System.clearProperty(CBOR_ENABLED);
  }

  @Test
  void send_cborSwitchedOff_leavesTheBodyToTheSdk() throws Exception {
    System.setProperty(CBOR_ENABLED, "false");
    try (ScriptedServer server = ScriptedServer.plain(request -> Wire.html(503));
        KinesisConnection connection = Connections.own(server.uri())) {
      CompletableFuture<PutRecordsReply> reply = new CompletableFuture<>();
      new SdkRecordSender(connection, Runnable::run).send(Batches.two("clicks"), reply::complete);
      reply.get(30, SECONDS);

      Request request = server.requests().get(0);
      assertThat(request.header("Content-Type")).isEqualTo("application/x-amz-json-1.1");
      JsonNode body = new ObjectMapper().readTree(request.body());
      assertThat(body.get("StreamName").asText()).isEqualTo("clicks");
      assertThat(body.get("Records")).hasSize(2);
    }
  }

  @Test
  void putRecords_clientMarshalsSomethingElse_failsWithoutARequest() throws Exception {
    System.setProperty(CBOR_ENABLED, "false");
    try (ScriptedServer server = ScriptedServer.plain(request -> Wire.stored(1));
        KinesisAsyncClient client =
            Connections.usersClient(server.uri())
                .overrideConfiguration(o -> o.addExecutionInterceptor(new BodyInterceptor()))
                .build()) {
      assertThatThrownBy(() -> client.putRecords(carryingABody()).get(30, SECONDS))
          .hasRootCauseInstanceOf(IllegalStateException.class)
          .hasRootCauseMessage(
              "a body of application/x-amz-cbor-1.1 for a request of application/x-amz-json-1.1");
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void putRecords_withoutABody_goesAsTheSdkMarshalsIt() throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(request -> Wire.stored(1));
        KinesisConnection connection = Connections.own(server.uri())) {
      connection.client().putRecords(r -> r.streamName("other")).get(30, SECONDS);

      JsonNode body = Wire.body(server.requests().get(0));
      assertThat(body.get("StreamName").asText()).isEqualTo("other");
    }
  }

  private static PutRecordsRequest carryingABody() {
    PutRecordsBody body = PutRecordsBody.of(StreamAddress.of("clicks"), Batches.one("clicks"));
    return PutRecordsRequest.builder()
        .streamName("clicks")
        .overrideConfiguration(o -> o.putExecutionAttribute(BodyInterceptor.BODY, body))
        .build();
  }
}
