// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.http;

import io.kpl4j.testkit.internal.fault.FaultAction;
import io.kpl4j.testkit.internal.fault.FaultSource;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets up each connection, or lets a fault have it. Thread-safe. */
@SuppressWarnings("FutureReturnValueIgnored")
final class Connections extends ChannelInitializer<Channel> {

  private static final Logger log = LoggerFactory.getLogger(Connections.class);

  private static final int MAX_CHUNK_BYTES = 256 << 10;

  private final ChannelGroup group;
  private final @Nullable SslContext tls;
  private final CallServer calls;
  private final Consumer<Duration> outages;

  Connections(
      ChannelGroup group, @Nullable SslContext tls, CallServer calls, Consumer<Duration> outages) {
    this.group = group;
    this.tls = tls;
    this.calls = calls;
    this.outages = outages;
  }

  @Override
  protected void initChannel(Channel channel) {
    group.add(channel);
    FaultAction fault = calls.faults().next(FaultSource.CONNECTION);
    if (fault instanceof FaultAction.ResetBeforeRead) {
      reset(channel);
    } else if (fault instanceof FaultAction.BlackHole) {
      stopReading(channel);
    } else if (fault instanceof FaultAction.HandshakeFailure) {
      channel.pipeline().addLast(new HandshakeRefuser());
    } else {
      serve(channel);
    }
  }

  private void serve(Channel channel) {
    if (tls != null) {
      channel.pipeline().addLast(tls.newHandler(channel.alloc()), new AlpnChooser(this));
    } else {
      channel.pipeline().addLast(new PrefaceChooser(this));
    }
  }

  void serveHttp1(ChannelPipeline pipeline) {
    HttpDecoderConfig decoder = new HttpDecoderConfig().setMaxChunkSize(MAX_CHUNK_BYTES);
    pipeline
        .addLast(new HttpServerCodec(decoder))
        .addLast(new HttpServerKeepAliveHandler())
        .addLast(new CallHandler(calls, outages));
  }

  void serveHttp2(ChannelPipeline pipeline) {
    Http2Settings settings = Http2Settings.defaultSettings().initialWindowSize(MAX_CHUNK_BYTES);
    Http2FrameCodec codec =
        Http2FrameCodecBuilder.forServer()
            .initialSettings(settings)
            // A suspension or a fault does not wait for the streams that it cuts off.
            .gracefulShutdownTimeoutMillis(0)
            .build();
    pipeline.addLast(codec).addLast(new Http2MultiplexHandler(streams())).addLast(new Tail());
  }

  private ChannelInitializer<Channel> streams() {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel stream) {
        stream
            .pipeline()
            .addLast(new Http2StreamFrameToHttpObjectCodec(true))
            .addLast(new CallHandler(calls, outages));
      }
    };
  }

  /** Hears what goes wrong on a connection of HTTP/2 as a whole. Confined to its connection. */
  private static final class Tail extends ChannelInboundHandlerAdapter {

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      log.debug("connection given up", cause);
      ctx.close();
    }
  }

  /** The connection of a channel, which may be one of several streams on it. */
  static Channel of(Channel channel) {
    return channel instanceof Http2StreamChannel stream ? stream.parent() : channel;
  }

  /** Closes at once: a linger of zero sends RST in place of FIN. */
  static void reset(Channel connection) {
    connection.config().setOption(ChannelOption.SO_LINGER, 0);
    connection.unsafe().close(connection.voidPromise());
  }

  /**
   * Leaves what comes in the socket; so it is not seen either when the client closes. On the event
   * loop of the connection.
   */
  static void stopReading(Channel connection) {
    connection.config().setAutoRead(false);
    // The decoders of TLS and of HTTP/2 ask for more by themselves as long as a frame is not whole.
    if (connection.pipeline().get(NoReads.class) == null) {
      connection.pipeline().addFirst(new NoReads());
    }
  }

  /** Whether nothing more is read from the connection: what it has read before goes nowhere. */
  static boolean isDeaf(Channel connection) {
    return connection.pipeline().get(NoReads.class) != null;
  }

  /** Keeps reads from the socket. Confined to its connection. */
  private static final class NoReads extends ChannelOutboundHandlerAdapter {

    @Override
    public void read(ChannelHandlerContext ctx) {
      // Never again.
    }
  }
}
