// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the version of HTTP that was agreed on in the TLS handshake; 1.1 if none was. */
@SuppressWarnings("FutureReturnValueIgnored")
final class AlpnChooser extends ApplicationProtocolNegotiationHandler {

  private static final Logger log = LoggerFactory.getLogger(AlpnChooser.class);

  private final Connections connections;

  AlpnChooser(Connections connections) {
    super(ApplicationProtocolNames.HTTP_1_1);
    this.connections = connections;
  }

  @Override
  protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
    if (ApplicationProtocolNames.HTTP_2.equals(protocol)) {
      connections.serveHttp2(ctx.pipeline());
    } else {
      connections.serveHttp1(ctx.pipeline());
    }
  }

  @Override
  protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
    log.debug("no TLS handshake", cause);
    ctx.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.debug("connection given up in its handshake", cause);
    ctx.close();
  }
}
