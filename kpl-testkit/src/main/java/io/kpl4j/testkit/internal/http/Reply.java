// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.http;

import io.kpl4j.testkit.internal.fault.FaultAction;
import io.kpl4j.testkit.internal.operation.Services;
import io.kpl4j.testkit.internal.stream.Receipt;
import io.kpl4j.testkit.internal.stream.Refusal;
import io.kpl4j.testkit.internal.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A reply that is ready to be sent, whole or in part. Confined to its connection. */
final class Reply {

  private static final Logger log = LoggerFactory.getLogger(Reply.class);
  private static final AtomicLong REQUESTS = new AtomicLong();
  private static final byte[] GARBAGE = {(byte) 0xFF, 0x1C, '{', '<', (byte) 0xFE, 0, 0x7F, ']'};

  private final int status;
  private final Wire wire;
  private final @Nullable String errorCode;
  private final ByteBuf body;
  private final Receipt receipt;

  private Reply(int status, Wire wire, @Nullable String errorCode, ByteBuf body, Receipt receipt) {
    this.status = status;
    this.wire = wire;
    this.errorCode = errorCode;
    this.body = body;
    this.receipt = receipt;
  }

  /** Has a call answered, in words of the service whatever happens. */
  static Reply to(Incoming call, Services services, ByteBufAllocator alloc) {
    ByteBuf body = alloc.buffer();
    Receipt receipt = new Receipt();
    try {
      check(call);
      if (call.fault() instanceof FaultAction.Run run) {
        run.action().run();
      }
      services.answer(
          call.operation(),
          call.wire(),
          call.body(),
          call.fault(),
          receipt,
          new ByteBufOutputStream(body));
      if (call.fault() instanceof FaultAction.Garbage) {
        body.clear().writeBytes(GARBAGE);
      }
      return new Reply(200, call.wire(), null, body, tellsTheTruth(call) ? receipt : new Receipt());
    } catch (Refusal refusal) {
      body.release();
      return refusal(call.replyWire(), refusal, alloc);
    } catch (IOException | RuntimeException e) {
      body.release();
      log.error("failed to answer {}", call.operation(), e);
      Refusal failure = new Refusal(500, "InternalFailure", String.valueOf(e.getMessage()));
      return refusal(call.replyWire(), failure, alloc);
    }
  }

  private static boolean tellsTheTruth(Incoming call) {
    return !(call.fault() instanceof FaultAction.Garbage
        || call.fault() instanceof FaultAction.WrongEntryCount);
  }

  private static void check(Incoming call) {
    if (call.fault() instanceof FaultAction.ServiceError error) {
      throw new Refusal(error.status(), error.code(), error.message());
    }
    if (call.operation().isEmpty()) {
      throw new Refusal(404, "UnknownOperationException", "the request names no operation");
    }
    if (!call.isSigned()) {
      throw new Refusal(403, "MissingAuthenticationToken", "Missing Authentication Token");
    }
  }

  static Reply refusal(Wire wire, Refusal refusal, ByteBufAllocator alloc) {
    ByteBuf body = alloc.buffer();
    try {
      wire.refuse(refusal, new ByteBufOutputStream(body));
    } catch (IOException e) {
      body.release();
      throw new IllegalStateException("writing to memory failed", e);
    }
    return new Reply(refusal.status(), wire, refusal.code(), body, new Receipt());
  }

  FullHttpResponse toResponse() {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), body);
    addHeaders(response);
    return response;
  }

  /** The head alone, which announces the whole body. */
  HttpResponse toHead() {
    HttpResponse response =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
    addHeaders(response);
    return response;
  }

  /** The first half of the body, and no sign of its end. */
  HttpContent toHalfOfBody() {
    return new DefaultHttpContent(body.writerIndex(body.readableBytes() / 2));
  }

  private void addHeaders(HttpResponse response) {
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, wire.replyContentType())
        .setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
        .set("x-amzn-RequestId", "kpl-testkit-" + REQUESTS.incrementAndGet());
    if (wire == Wire.RPC_CBOR) {
      response.headers().set("smithy-protocol", "rpc-v2-cbor");
    }
    if (errorCode != null) {
      response.headers().set("x-amzn-ErrorType", errorCode);
    }
  }

  /** Given if the reply leaves whole and is true; of a put alone. */
  Receipt receipt() {
    return receipt;
  }

  void release() {
    body.release();
  }
}
