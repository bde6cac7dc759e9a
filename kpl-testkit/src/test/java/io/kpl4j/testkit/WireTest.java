// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the bytes say to a client that does not mean well, or not quite. */
final class WireTest {

  private static final String RECORD =
      "{\"StreamName\":\"s\",\"PartitionKey\":\"k\",\"Data\":\"dg==\"}";
  private static final String SIGNED = "Authorization: AWS4-HMAC-SHA256 whatever\r\n";

  private final KinesisTestServer server = KinesisTestServer.builder().stream("s", 1).start();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void send_goodPut_isJson() throws IOException {
    assertThat(send("PutRecord", RECORD))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("content-type: application/x-amz-json-1.1\r\n", "x-amzn-RequestId: ")
        .contains("{\"ShardId\":\"shardId-000000000000\",\"SequenceNumber\":\"49");
  }

  @Test
  void send_withoutAuthorization_is403() throws IOException {
    assertThat(exchange(head("PutRecord", "") + length(RECORD) + RECORD))
        .startsWith("HTTP/1.1 403 ")
        .contains("{\"__type\":\"MissingAuthenticationToken\"");
    assertThat(server.recordCount("s")).isZero();
  }

  @Test
  void send_expectContinue_isToldToGoOn() throws IOException {
    try (Socket socket = connect()) {
      write(socket, head("PutRecord", SIGNED + "Expect: 100-continue\r\n") + length(RECORD));
      byte[] first = socket.getInputStream().readNBytes(25);
      assertThat(new String(first, ISO_8859_1)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");

      write(socket, RECORD);

      assertThat(readToEnd(socket)).startsWith("HTTP/1.1 200 OK\r\n");
    }
  }

  @Test
  void send_unknownOperation_is400() throws IOException {
    assertThat(send("MakeCoffee", "{}"))
        .startsWith("HTTP/1.1 400 ")
        .contains("UnknownOperationException");
  }

  @Test
  void send_noOperation_is404() throws IOException {
    assertThat(exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 404 ");
  }

  @Test
  void send_unknownContentType_is404() throws IOException {
    String head = head("PutRecord", SIGNED).replace("application/x-amz-json-1.1", "text/plain");

    assertThat(exchange(head + length(RECORD) + RECORD)).startsWith("HTTP/1.1 404 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{\"StreamName\":7}",
        "{\"StreamName\":\"s\",\"PartitionKey\":\"k\",\"Data\":\"d\"}",
        "{\"StreamName\":\"s\",\"PartitionKey\":\"k\",\"Data\":7}",
        "{\"StreamName\":\"s\",\"PartitionKey\":[],\"Data\":\"dg==\"}"
      })
  void send_bodyThatIsNoPut_isASerializationError(String body) throws IOException {
    assertThat(send("PutRecord", body))
        .startsWith("HTTP/1.1 400 ")
        .contains("SerializationException");
    assertThat(send("PutRecord", RECORD)).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "{\"Records\":7}",
        "{\"Records\":[",
        "{\"Records\":[7]}",
        "{\"Records\":"
      })
  void send_bodyThatIsNoListOfPuts_isASerializationError(String body) throws IOException {
    assertThat(send("PutRecords", body))
        .startsWith("HTTP/1.1 400 ")
        .contains("SerializationException");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "{\"ShardFilter\":1}", "{\"MaxResults\":\"x\"}", "{\"a\":[1"})
  void send_bodyThatIsNoListing_is400(String body) throws IOException {
    assertThat(send("ListShards", body)).startsWith("HTTP/1.1 400 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"StreamName\":\"s\",\"Data\":\"dg==\"}", "{\"PartitionKey\":\"k\"}", "{}"})
  void send_missingMember_isAValidationError(String body) throws IOException {
    assertThat(send("PutRecord", body))
        .startsWith("HTTP/1.1 400 ")
        .contains("ValidationException", "Member must not be null");
  }

  @Test
  void send_bodyOverTheCap_is413() throws IOException {
    assertThat(exchange(head("PutRecords", SIGNED) + "Content-Length: 99000000\r\n\r\n"))
        .startsWith("HTTP/1.1 413 ");
  }

  @Test
  void send_chunkedBody_isGathered() throws IOException {
    String chunks = chunk(RECORD.substring(0, 10)) + chunk(RECORD.substring(10)) + chunk("");

    assertThat(exchange(head("PutRecord", SIGNED) + "Transfer-Encoding: chunked\r\n\r\n" + chunks))
        .startsWith("HTTP/1.1 200 ");
    assertThat(server.recordCount("s")).isEqualTo(1);
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  private String send(String operation, String body) throws IOException {
    return exchange(head(operation, SIGNED) + length(body) + body);
  }

  private static String head(String operation, String headers) {
    return "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Amz-Target: Kinesis_20131202."
        + operation
        + "\r\nContent-Type: application/x-amz-json-1.1\r\n"
        + headers;
  }

  private static String length(String body) {
    return "Content-Length: " + body.length() + "\r\n\r\n";
  }

  private String exchange(String request) throws IOException {
    try (Socket socket = connect()) {
      write(socket, request);
      return readToEnd(socket);
    }
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.port());
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static String readToEnd(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }
}
