// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.http;

import io.kpl4j.testkit.internal.fault.FaultAction;
import io.kpl4j.testkit.internal.operation.RequestBody;
import io.kpl4j.testkit.internal.stream.Refusal;
import io.kpl4j.testkit.internal.wire.Form;
import io.kpl4j.testkit.internal.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A request while its body comes in. Confined to the event loop of its connection.
 *
 * <p>The body is gathered in one heap buffer of its announced size: the one copy that there is
 * between the socket and the parser.
 */
final class Incoming {

  static final int MAX_BODY_BYTES = 16 << 20;

  private static final String KINESIS = "Kinesis_20131202.";
  private static final String CLOUDWATCH = "GraniteServiceVersion20100801.";
  private static final String CLOUDWATCH_PATH = "/service/GraniteServiceVersion20100801/operation/";

  private final HttpRequest head;
  private final @Nullable Wire wire;
  private final ByteBuf body;
  private String operation;
  private @Nullable FaultAction fault;

  Incoming(
      HttpRequest head, String operation, @Nullable FaultAction fault, ByteBufAllocator alloc) {
    this.head = head;
    this.operation = operation;
    this.wire = Wire.of(head.headers().get(HttpHeaderNames.CONTENT_TYPE));
    this.fault = fault;
    long announced = HttpUtil.getContentLength(head, 1_024L);
    this.body = alloc.heapBuffer((int) Math.min(Math.max(announced, 16), MAX_BODY_BYTES));
  }

  String operation() {
    return operation;
  }

  @Nullable FaultAction fault() {
    return fault;
  }

  void fault(@Nullable FaultAction met) {
    fault = met;
  }

  /** Whether only the body, once it is there, says what the operation is. */
  static boolean isForm(HttpRequest head) {
    return Wire.of(head.headers().get(HttpHeaderNames.CONTENT_TYPE)) == Wire.QUERY;
  }

  boolean isForm() {
    return wire == Wire.QUERY;
  }

  /** Takes the operation from the body, which is a form. */
  String readOperation() {
    try {
      RequestBody form = body();
      operation = Form.read(form.array(), form.offset(), form.length()).action();
    } catch (IOException | Refusal e) {
      // What cannot be read names no operation, and is refused as such.
      operation = "";
    }
    return operation;
  }

  /** The format to answer in, also where the request's own is unknown. */
  Wire replyWire() {
    return wire == null ? Wire.JSON : wire;
  }

  /** The format of the request. */
  Wire wire() {
    if (wire == null) {
      throw new Refusal(404, "UnknownOperationException", "no protocol by this content type");
    }
    return wire;
  }

  /** Takes a part of the body; false if there is too much of it. */
  boolean append(ByteBuf part) {
    if (body.readableBytes() + part.readableBytes() > MAX_BODY_BYTES) {
      return false;
    }
    body.writeBytes(part);
    return true;
  }

  boolean isSigned() {
    return head.headers().contains(HttpHeaderNames.AUTHORIZATION);
  }

  /** The whole body, unpacked if need be; valid until {@link #release}. */
  RequestBody body() throws IOException {
    int offset = body.arrayOffset() + body.readerIndex();
    int length = body.readableBytes();
    if (!"gzip".equals(head.headers().get(HttpHeaderNames.CONTENT_ENCODING))) {
      return new RequestBody(body.array(), offset, length);
    }
    try (GZIPInputStream unpacked =
        new GZIPInputStream(new ByteArrayInputStream(body.array(), offset, length))) {
      byte[] bytes = unpacked.readNBytes(MAX_BODY_BYTES + 1);
      if (bytes.length > MAX_BODY_BYTES) {
        throw tooLarge();
      }
      return new RequestBody(bytes, 0, bytes.length);
    }
  }

  static Refusal tooLarge() {
    return new Refusal(
        413, "RequestEntityTooLargeException", "more than " + MAX_BODY_BYTES + " bytes");
  }

  void release() {
    body.release();
  }

  /** The operation that a request's head names; empty if it names none. */
  static String operationOf(HttpRequest head) {
    String target = head.headers().get("X-Amz-Target");
    if (target != null && (target.startsWith(KINESIS) || target.startsWith(CLOUDWATCH))) {
      return target.substring(target.indexOf('.') + 1);
    }
    String path = head.uri();
    return path.startsWith(CLOUDWATCH_PATH) ? path.substring(CLOUDWATCH_PATH.length()) : "";
  }
}
