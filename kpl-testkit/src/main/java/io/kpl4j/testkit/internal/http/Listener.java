// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The port on 127.0.0.1, its connections and the threads that serve them. Thread-safe. */
public final class Listener implements AutoCloseable {

  private static final int MAX_READ_BYTES = 256 << 10;
  private static final int MAX_CHUNK_BYTES = 256 << 10;

  private final EventLoopGroup eventLoops;
  private final @Nullable SslContext tls;
  private final CallServer calls;
  private final int port;

  @GuardedBy("this")
  private @Nullable Channel server;

  @GuardedBy("this")
  private ChannelGroup connections;

  // While suspended, holds the port: bound, not listening, so that a connection is refused and
  // neither another server nor a client's own socket can take the number.
  @GuardedBy("this")
  private @Nullable Socket placeholder;

  @GuardedBy("this")
  private boolean closed;

  /** Opens a port; 0 is any free one. */
  public Listener(int port, int threads, @Nullable SslContext tls, CallServer calls) {
    this.eventLoops = new NioEventLoopGroup(threads, new DefaultThreadFactory("kpl-testkit", true));
    this.tls = tls;
    this.calls = calls;
    this.connections = newGroup();
    try {
      Channel opened = open(port, connections);
      this.server = opened;
      this.port = ((InetSocketAddress) opened.localAddress()).getPort();
    } catch (RuntimeException e) {
      stopThreads();
      throw e;
    }
  }

  /** The port, the same over suspension. */
  public int port() {
    return port;
  }

  /** Closes the port and every connection; what is under way gets no answer. */
  public synchronized void suspend() {
    if (closed || server == null) {
      return;
    }
    closeChannels();
    try {
      Socket socket = new Socket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(loopback(), port));
      placeholder = socket;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot hold port " + port + " while suspended", e);
    }
  }

  /** Opens the port again. */
  public synchronized void resume() {
    if (closed || server != null) {
      return;
    }
    releasePlaceholder();
    connections = newGroup();
    server = open(port, connections);
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    closeChannels();
    releasePlaceholder();
    stopThreads();
  }

  @GuardedBy("this")
  private void closeChannels() {
    if (server != null) {
      server.close().syncUninterruptibly();
      server = null;
    }
    // A group that stays closed also closes what was being accepted meanwhile.
    connections.close().syncUninterruptibly();
  }

  @GuardedBy("this")
  private void releasePlaceholder() {
    if (placeholder != null) {
      try {
        placeholder.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      placeholder = null;
    }
  }

  private void stopThreads() {
    eventLoops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private ChannelGroup newGroup() {
    return new DefaultChannelGroup(eventLoops.next(), true);
  }

  private Channel open(int wantedPort, ChannelGroup group) {
    return new ServerBootstrap()
        .group(eventLoops)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(ChannelOption.SO_BACKLOG, 1_024)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(
            ChannelOption.RCVBUF_ALLOCATOR,
            new AdaptiveRecvByteBufAllocator(1 << 10, 16 << 10, MAX_READ_BYTES))
        .childHandler(new Connections(group))
        .bind(new InetSocketAddress(loopback(), wantedPort))
        .syncUninterruptibly()
        .channel();
  }

  private static InetAddress loopback() {
    try {
      return InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets up each connection. */
  private final class Connections extends ChannelInitializer<Channel> {

    private final ChannelGroup group;

    Connections(ChannelGroup group) {
      this.group = group;
    }

    @Override
    protected void initChannel(Channel channel) {
      group.add(channel);
      SslContext context = tls;
      if (context != null) {
        channel.pipeline().addLast(context.newHandler(channel.alloc()));
      }
      HttpDecoderConfig decoder = new HttpDecoderConfig().setMaxChunkSize(MAX_CHUNK_BYTES);
      channel
          .pipeline()
          .addLast(new HttpServerCodec(decoder))
          .addLast(new HttpServerKeepAliveHandler())
          .addLast(new CallHandler(calls));
    }
  }
}
