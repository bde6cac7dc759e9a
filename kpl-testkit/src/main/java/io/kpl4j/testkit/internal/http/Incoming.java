// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.http;

import io.kpl4j.testkit.internal.fault.FaultAction;
import io.kpl4j.testkit.internal.operation.RequestBody;
import io.kpl4j.testkit.internal.stream.Refusal;
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

  private final HttpRequest head;
  private final String operation;
  private final @Nullable Wire wire;
  private final @Nullable FaultAction fault;
  private final ByteBuf body;

  Incoming(HttpRequest head, Target target, @Nullable FaultAction fault, ByteBufAllocator alloc) {
    this.head = head;
    this.operation = target.operation();
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

  /**
   * What a request's head says of its operation.
   *
   * @param operation the operation's name; empty if the head names none
   */
  record Target(String operation) {

    private static final String KINESIS = "Kinesis_20131202.";
    private static final String CLOUDWATCH = "/service/GraniteServiceVersion20100801/operation/";

    static Target of(HttpRequest head) {
      String target = head.headers().get("X-Amz-Target");
      if (target != null && target.startsWith(KINESIS)) {
        return new Target(target.substring(KINESIS.length()));
      }
      String path = head.uri();
      return new Target(path.startsWith(CLOUDWATCH) ? path.substring(CLOUDWATCH.length()) : "");
    }
  }
}
