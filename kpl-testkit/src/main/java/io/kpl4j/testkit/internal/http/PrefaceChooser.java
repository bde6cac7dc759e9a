// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves HTTP/2 to a client that begins with its preface, HTTP/1.1 to any other. Confined to its
 * connection.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class PrefaceChooser extends ByteToMessageDecoder {

  private static final Logger log = LoggerFactory.getLogger(PrefaceChooser.class);

  private final ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
  private final Connections connections;

  PrefaceChooser(Connections connections) {
    this.connections = connections;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    int length = Math.min(in.readableBytes(), preface.readableBytes());
    if (!ByteBufUtil.equals(in, in.readerIndex(), preface, preface.readerIndex(), length)) {
      connections.serveHttp1(ctx.pipeline());
    } else if (length == preface.readableBytes()) {
      connections.serveHttp2(ctx.pipeline());
    } else {
      return;
    }
    // Hands on what it has gathered, the preface included.
    ctx.pipeline().remove(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.debug("connection given up before its first request", cause);
    ctx.close();
  }
}
