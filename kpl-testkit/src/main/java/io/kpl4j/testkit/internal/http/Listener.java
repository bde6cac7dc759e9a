// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The port on 127.0.0.1, its connections and the threads that serve them. Thread-safe. */
public final class Listener implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Listener.class);

  private static final long HOLD_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long HOLD_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long THREAD_END_MILLIS = 5_000;
  private static final int MAX_READ_BYTES = 256 << 10;

  private final Threads threads = new Threads();
  private final EventLoopGroup eventLoops;
  private final @Nullable SslContext tls;
  private final CallServer calls;
  private final Closing closing = new Closing();
  private final int port;

  @GuardedBy("this")
  private @Nullable Channel server;

  /** Written under the lock; read without by event loops, which must not wait for a suspension. */
  private volatile ChannelGroup connections;

  // While suspended, holds the port: bound, not listening, so that a connection is refused and no
  // client is given the number as its own, which could make it talk to itself.
  @GuardedBy("this")
  private @Nullable Socket placeholder;

  @GuardedBy("this")
  private boolean closed;

  /** Opens a port; 0 is any free one. */
  public Listener(int port, int threadCount, @Nullable SslContext tls, CallServer calls) {
    this.eventLoops = new NioEventLoopGroup(threadCount, threads);
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

  /** How many connections are open now, as far as this end can tell. */
  public int openConnections() {
    return connections.size();
  }

  /** Closes the port and every connection; what is under way gets no answer. */
  public synchronized void suspend() {
    if (closed || server == null) {
      return;
    }
    closeChannels();
    placeholder = holdPort();
  }

  /** Suspends, and resumes after this long unless it is closed before; does not wait for either. */
  void suspendFor(Duration outage) {
    // A thread of its own: an event loop must not wait for its own connections to close.
    threads
        .newThread(
            () -> {
              suspend();
              if (!closing.awaitFor(outage)) {
                resume();
              }
            })
        .start();
  }

  /** Takes the port; the listener's own socket goes a moment after its channel is closed. */
  private Socket holdPort() {
    long startNanos = System.nanoTime();
    while (true) {
      Socket socket = new Socket();
      try {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(loopback(), port));
        return socket;
      } catch (IOException e) {
        closeQuietly(socket);
        if (System.nanoTime() - startNanos > HOLD_TIMEOUT_NANOS) {
          throw new UncheckedIOException("cannot hold port " + port + " while suspended", e);
        }
        LockSupport.parkNanos(HOLD_RETRY_NANOS);
      }
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
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      closeChannels();
      releasePlaceholder();
    }
    // Without the lock, which the thread of an outage may want before it ends.
    closing.begin();
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
      closeQuietly(placeholder);
      placeholder = null;
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      log.debug("closing a socket failed", e);
    }
  }

  private void stopThreads() {
    eventLoops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    threads.awaitEnd();
  }

  /** Whether the end has come. Thread-safe. */
  private static final class Closing {

    private final CountDownLatch begun = new CountDownLatch(1);

    void begin() {
      begun.countDown();
    }

    /** Waits this long at the most; true if the end has come. */
    boolean awaitFor(Duration time) {
      try {
        return begun.await(time.toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return true;
      }
    }
  }

  /** Makes the threads and remembers them: they end a moment after their loops. */
  private static final class Threads extends DefaultThreadFactory {

    private final Queue<Thread> made = new ConcurrentLinkedQueue<>();

    Threads() {
      super("kpl-testkit", true);
    }

    @Override
    protected Thread newThread(Runnable task, String name) {
      Thread thread = super.newThread(task, name);
      made.add(thread);
      return thread;
    }

    void awaitEnd() {
      try {
        for (Thread thread : made) {
          thread.join(THREAD_END_MILLIS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private ChannelGroup newGroup() {
    return new DefaultChannelGroup(eventLoops.next(), true);
  }

  private Channel open(int wantedPort, ChannelGroup group) {
    ChannelFuture opened =
        new ServerBootstrap()
            .group(eventLoops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, 1_024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(
                ChannelOption.RCVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(1 << 10, 16 << 10, MAX_READ_BYTES))
            .childHandler(new Connections(group, tls, calls, this::suspendFor))
            .bind(new InetSocketAddress(loopback(), wantedPort))
            .awaitUninterruptibly();
    // Not sync(), which throws a BindException as if it were unchecked.
    if (!opened.isSuccess()) {
      String text = "cannot listen on 127.0.0.1:" + wantedPort + ": " + opened.cause().getMessage();
      throw new IllegalStateException(text, opened.cause());
    }
    return opened.channel();
  }

  private static InetAddress loopback() {
    try {
      return InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
