// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import io.kpl4j.benchmarks.ProcessTree;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;

/**
 * Sends bodies of a mebibyte over TLS and HTTP/1.1 with nothing around them, to measure what that
 * must cost. Confined to one thread, but for its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the connection, and is missed
final class BareTransport implements AutoCloseable {

  private static final int BODY_BYTES = 1 << 20;
  private static final int CONNECTIONS = 2;
  private static final int MIN_CALLS = 100;
  private static final long LOOK_AGAIN_MILLIS = 50;
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final URI endpoint;
  private final EventLoopGroup eventLoop = new NioEventLoopGroup(1);
  private final byte[] body = new byte[BODY_BYTES];
  private final AtomicLong answered = new AtomicLong();

  BareTransport(URI endpoint) throws SSLException {
    this.endpoint = endpoint;
    SslContext tls =
        SslContextBuilder.forClient()
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .endpointIdentificationAlgorithm(null)
            .build();
    List<Channel> channels = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      channels.add(connect(tls));
    }
    channels.forEach(this::send);
  }

  private Channel connect(SslContext tls) {
    ChannelInitializer<Channel> handlers =
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channel
                .pipeline()
                .addLast(tls.newHandler(channel.alloc()), new HttpClientCodec(), new Again());
          }
        };
    return new Bootstrap()
        .group(eventLoop)
        .channel(NioSocketChannel.class)
        .handler(handlers)
        .connect(endpoint.getHost(), endpoint.getPort())
        .syncUninterruptibly()
        .channel();
  }

  /** Sends on when the last is answered. Confined to the event loop. */
  private final class Again extends SimpleChannelInboundHandler<HttpObject> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
      if (part instanceof LastHttpContent) {
        answered.incrementAndGet();
        send(context.channel());
      }
    }
  }

  private void send(Channel channel) {
    DefaultFullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.POST, "/", Unpooled.wrappedBuffer(body));
    request
        .headers()
        .set("Host", endpoint.getAuthority())
        .set("Content-Type", "application/x-amz-cbor-1.1")
        .set("Content-Length", BODY_BYTES)
        .set("Authorization", "AWS4-HMAC-SHA256 none")
        // The endpoint takes the body whole, and then finds that it has no such operation.
        .set("X-Amz-Target", "Kinesis_20131202.Nothing");
    channel.writeAndFlush(request);
  }

  /** Waits so long, and for some calls, and answers what the process used per byte meanwhile. */
  double nanosPerByte(long nanos) throws InterruptedException {
    ProcessTree process = ProcessTree.ofThis();
    long before = answered.get();
    ProcessTree.Cpu cpuBefore = process.cpu();
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos || answered.get() - before < MIN_CALLS) {
      if (System.nanoTime() - start > nanos + TIMEOUT_NANOS) {
        throw new IllegalStateException("the endpoint answers nothing");
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
    }
    ProcessTree.Cpu cpu = process.cpu();
    long bytes = (answered.get() - before) * BODY_BYTES;
    long used = cpu.totalNanosSince(cpuBefore) - cpu.compilerNanosSince(cpuBefore);
    return (double) used / bytes;
  }

  @Override
  public void close() {
    eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
