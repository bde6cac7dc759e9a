// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.http;

import io.kpl4j.testkit.internal.fault.FaultAction;
import io.kpl4j.testkit.internal.fault.FaultSource;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sets up each connection, or lets a fault have it. Thread-safe. */
final class Connections extends ChannelInitializer<Channel> {

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
      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
    }
    HttpDecoderConfig decoder = new HttpDecoderConfig().setMaxChunkSize(MAX_CHUNK_BYTES);
    channel
        .pipeline()
        .addLast(new HttpServerCodec(decoder))
        .addLast(new HttpServerKeepAliveHandler())
        .addLast(new CallHandler(calls, outages));
  }

  /** Closes at once: a linger of zero sends RST in place of FIN. */
  static void reset(Channel connection) {
    connection.config().setOption(ChannelOption.SO_LINGER, 0);
    connection.unsafe().close(connection.voidPromise());
  }

  /** Leaves what comes in the socket; so it is not seen either when the client closes. */
  static void stopReading(Channel connection) {
    connection.config().setAutoRead(false);
  }
}
