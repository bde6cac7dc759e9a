// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/** Answers the first bytes with a TLS alert and closes. Confined to its connection. */
@SuppressWarnings("FutureReturnValueIgnored")
final class HandshakeRefuser extends ChannelInboundHandlerAdapter {

  // An alert record of TLS 1.2 with two bytes: fatal, handshake_failure.
  private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 40};

  private boolean refused;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
    if (!refused) {
      refused = true;
      ctx.writeAndFlush(Unpooled.wrappedBuffer(ALERT)).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
