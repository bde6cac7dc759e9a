// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import io.kpl4j.testkit.internal.stream.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A wire format: how bodies are parsed and generated, and what a timestamp looks like. Immutable.
 */
public final class Wire {

  /** AWS JSON 1.1: blobs in Base64, timestamps in seconds. */
  public static final Wire JSON = new Wire("application/x-amz-json-1.1", false);

  /** AWS JSON 1.0: the same by another name, which is CloudWatch's. */
  public static final Wire JSON_10 = new Wire("application/x-amz-json-1.0", false);

  /** AWS Query: a form, answered in XML; all values are text, timestamps in ISO 8601. */
  public static final Wire QUERY = new Wire("application/x-www-form-urlencoded", false);

  /** AWS CBOR 1.1: blobs as they are, timestamps in milliseconds. */
  public static final Wire AWS_CBOR = new Wire("application/x-amz-cbor-1.1", true);

  /** Smithy RPC v2 CBOR: blobs as they are, timestamps in seconds. */
  public static final Wire RPC_CBOR = new Wire("application/cbor", true);

  private static final int EPOCH_TAG = 1;
  private static final BigDecimal NANOS_PER_SECOND = BigDecimal.valueOf(1_000_000_000);

  private final String contentType;
  private final JsonFactory factory;

  private Wire(String contentType, boolean cbor) {
    this.contentType = contentType;
    this.factory = cbor ? new CBORFactory() : new JsonFactory();
  }

  /** The format that goes by this content type, or null. */
  public static @Nullable Wire of(@Nullable String contentType) {
    if (contentType == null) {
      return null;
    }
    int parameters = contentType.indexOf(';');
    String type = parameters < 0 ? contentType : contentType.substring(0, parameters).strip();
    for (Wire wire : new Wire[] {AWS_CBOR, JSON, RPC_CBOR, JSON_10, QUERY}) {
      if (wire.contentType.equals(type)) {
        return wire;
      }
    }
    return null;
  }

  /** The content type of replies. */
  public String replyContentType() {
    return this == QUERY ? "text/xml" : contentType;
  }

  /** A parser over a part of an array, which it does not copy unless it is a form. */
  public JsonParser parser(byte[] body, int offset, int length) throws IOException {
    if (this == QUERY) {
      return factory.createParser(Form.read(body, offset, length).toJson(factory));
    }
    return factory.createParser(body, offset, length);
  }

  /** A writer of an operation's replies; closing it closes the stream. */
  public ReplyWriter reply(String operation, OutputStream target) throws IOException {
    OutputStream out = this == QUERY ? new XmlReply(operation, target, factory) : target;
    return new ReplyWriter(this, factory.createGenerator(out));
  }

  /** Writes an error in place of a reply. */
  public void refuse(Refusal refusal, OutputStream target) throws IOException {
    if (this == QUERY) {
      XmlReply.refuse(refusal, target);
      return;
    }
    try (ReplyWriter reply = reply("", target)) {
      reply.open();
      reply.text("__type", refusal.code());
      reply.text("message", refusal.text());
      reply.end();
    }
  }

  Instant instant(BigDecimal value) {
    if (this == AWS_CBOR) {
      return Instant.ofEpochMilli(value.longValue());
    }
    long seconds = value.longValue();
    BigDecimal fraction = value.subtract(BigDecimal.valueOf(seconds));
    return Instant.ofEpochSecond(seconds, fraction.multiply(NANOS_PER_SECOND).longValue());
  }

  void write(JsonGenerator generator, Instant value) throws IOException {
    if (generator instanceof CBORGenerator cbor) {
      cbor.writeTag(EPOCH_TAG);
    }
    if (this == QUERY) {
      generator.writeString(value.toString());
    } else if (this == AWS_CBOR) {
      generator.writeNumber(value.toEpochMilli());
    } else {
      generator.writeNumber(value.toEpochMilli() / 1_000.0);
    }
  }
}
