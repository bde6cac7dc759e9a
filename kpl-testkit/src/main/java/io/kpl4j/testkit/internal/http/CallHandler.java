// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.http;

import io.kpl4j.testkit.internal.fault.FaultAction;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the requests of one connection of HTTP/1.1, or the one of a stream of HTTP/2, has them
 * answered and acts the faults out. Confined to the event loop of its connection. Requests are
 * answered one by one: a client that sends the next before it has the reply to the last gets its
 * replies in the order in which they are ready.
 */
// Nobody waits for a write: one that fails means that the client is gone.
@SuppressWarnings("FutureReturnValueIgnored")
final class CallHandler extends ChannelInboundHandlerAdapter {

  private static final Logger log = LoggerFactory.getLogger(CallHandler.class);

  private final CallServer server;
  private final Consumer<Duration> outages;
  private @Nullable Incoming incoming;

  /** A handler for one connection; {@code outages} suspends the listener for a time. */
  CallHandler(CallServer server, Consumer<Duration> outages) {
    this.server = server;
    this.outages = outages;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpRequest head && !isDeaf(ctx)) {
        begin(ctx, head);
      }
      if (message instanceof HttpContent content && incoming != null) {
        gather(ctx, incoming, content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  /** What a black hole had read already, behind the call that it met. */
  private static boolean isDeaf(ChannelHandlerContext ctx) {
    return Connections.isDeaf(Connections.of(ctx.channel()));
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest head) {
    String operation = Incoming.operationOf(head);
    // What a form asks for is known only when all of it is there.
    FaultAction fault = Incoming.isForm(head) ? null : server.faults().next(operation);
    if (breaks(ctx, fault)) {
      return;
    }
    Incoming call = new Incoming(head, operation, fault, ctx.alloc());
    if (HttpUtil.getContentLength(head, 0L) > Incoming.MAX_BODY_BYTES) {
      refuseBody(ctx, call);
      return;
    }
    incoming = call;
    if (HttpUtil.is100ContinueExpected(head)) {
      ctx.writeAndFlush(
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    }
  }

  private void gather(ChannelHandlerContext ctx, Incoming call, HttpContent content) {
    if (!call.append(content.content())) {
      incoming = null;
      refuseBody(ctx, call);
    } else if (content instanceof LastHttpContent) {
      incoming = null;
      if (call.isForm()) {
        call.fault(server.faults().next(call.readOperation()));
      }
      if (breaks(ctx, call.fault())) {
        call.release();
      } else {
        answer(ctx, call);
      }
    }
  }

  /** Whether a fault ends all reading from the connection; then it has been done. */
  private boolean breaks(ChannelHandlerContext ctx, @Nullable FaultAction fault) {
    if (fault instanceof FaultAction.ResetBeforeRead) {
      Connections.reset(Connections.of(ctx.channel()));
      return true;
    }
    if (fault instanceof FaultAction.BlackHole) {
      Connections.stopReading(Connections.of(ctx.channel()));
      return true;
    }
    return false;
  }

  /** Answers without reading on, so the connection cannot be used again. */
  private static void refuseBody(ChannelHandlerContext ctx, Incoming call) {
    Reply reply = Reply.refusal(call.replyWire(), Incoming.tooLarge(), ctx.alloc());
    call.release();
    ctx.writeAndFlush(reply.toResponse()).addListener(ChannelFutureListener.CLOSE);
  }

  private void answer(ChannelHandlerContext ctx, Incoming call) {
    FaultAction fault = call.fault();
    Reply reply;
    try {
      if (fault instanceof FaultAction.NeverAnswered) {
        return;
      }
      if (fault instanceof FaultAction.Suspend suspend) {
        outages.accept(suspend.outage());
        return;
      }
      reply = Reply.to(call, server.services(), ctx.alloc());
    } finally {
      call.release();
    }
    long delayNanos = server.latency().nextNanos();
    if (fault instanceof FaultAction.ReplySlow slow) {
      delayNanos += slow.delay().nextNanos();
    }
    if (delayNanos == 0) {
      send(ctx, reply, fault);
    } else {
      ctx.executor()
          .schedule(() -> send(ctx, reply, fault), delayNanos, TimeUnit.NANOSECONDS)
          .addListener(done -> releaseIfCancelled(done, reply));
    }
  }

  /** The end of the event loop cancels what it was to do later. */
  private static void releaseIfCancelled(Future<?> sending, Reply reply) {
    if (sending.isCancelled()) {
      reply.release();
    }
  }

  private static void send(ChannelHandlerContext ctx, Reply reply, @Nullable FaultAction fault) {
    Channel connection = Connections.of(ctx.channel());
    if (fault instanceof FaultAction.ReplyLost) {
      reply.release();
      connection.close();
    } else if (fault instanceof FaultAction.ReplyCut) {
      ctx.write(reply.toHead());
      ctx.writeAndFlush(reply.toHalfOfBody()).addListener(done -> connection.close());
    } else {
      // First, as the client may have the reply before we hear that it has left.
      reply.receipt().give();
      ctx.writeAndFlush(reply.toResponse()).addListener(sent -> takeBackIfFailed(sent, reply));
    }
  }

  private static void takeBackIfFailed(Future<?> sending, Reply reply) {
    if (!sending.isSuccess()) {
      reply.receipt().takeBack();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (incoming != null) {
      incoming.release();
      incoming = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      log.debug("connection broken by the client", cause);
    } else {
      log.warn("connection given up: {}", cause.toString());
      log.debug("connection given up", cause);
    }
    ctx.close();
  }
}
