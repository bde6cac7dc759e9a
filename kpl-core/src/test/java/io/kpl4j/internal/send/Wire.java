// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.kpl4j.internal.send.ScriptedServer.Reply;
import io.kpl4j.internal.send.ScriptedServer.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Kinesis replies and requests as they are on the wire. Stateless. */
final class Wire {

  private static final String CBOR = "application/x-amz-cbor-1.1";
  private static final ObjectMapper MAPPER = new ObjectMapper(new CBORFactory());

  private Wire() {}

  static Reply ok(Map<String, ?> body) {
    return cbor(200, body);
  }

  /** All entries of a request were stored. */
  static Reply stored(int entries) {
    List<Map<String, ?>> records = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      records.add(Map.of("ShardId", "shard-" + i, "SequenceNumber", "4900" + i));
    }
    return ok(Map.of("FailedRecordCount", 0, "Records", records));
  }

  static Reply error(int status, String type, String message) {
    return cbor(status, Map.of("__type", type, "message", message));
  }

  /** What a balancer in front of the service says. */
  static Reply html(int status) {
    return new Reply(status, "text/html", "<html>busy</html>".getBytes(UTF_8), false);
  }

  static Reply garbage() {
    return new Reply(200, CBOR, "no such thing as CBOR".getBytes(UTF_8), false);
  }

  static JsonNode body(Request request) {
    try {
      return MAPPER.readTree(request.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Reply cbor(int status, Map<String, ?> body) {
    try {
      return new Reply(status, CBOR, MAPPER.writeValueAsBytes(body), false);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
