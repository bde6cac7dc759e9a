// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy on 127.0.0.1 that opens every tunnel to one port of this machine, whatever it was
 * asked for. Thread-safe.
 */
final class ConnectProxy implements AutoCloseable {

  private final ServerSocket listener;
  private final int targetPort;
  private final @Nullable String credentials;
  private final List<String> tunnels = new CopyOnWriteArrayList<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  private ConnectProxy(int targetPort, @Nullable String credentials) {
    this.targetPort = targetPort;
    this.credentials = credentials;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    daemon(this::accept);
  }

  static ConnectProxy open(int targetPort) {
    return new ConnectProxy(targetPort, null);
  }

  /** One that asks who wants the tunnel. */
  static ConnectProxy guarded(int targetPort, String userName, String password) {
    return new ConnectProxy(targetPort, userName + ":" + password);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** What tunnels were opened to, as they were asked for. */
  List<String> tunnels() {
    return tunnels;
  }

  /** What tunnels were not opened to, for want of the right credentials. */
  List<String> refused() {
    return refused;
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "connect-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        sockets.add(client);
        daemon(() -> serve(client));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(Socket client) {
    try (client) {
      String head = head(client.getInputStream());
      String target = head.split(" ", 3)[1];
      OutputStream out = client.getOutputStream();
      if (!head.startsWith("CONNECT ") || !allowed(head)) {
        refused.add(target);
        out.write(
            "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n"
                .getBytes(ISO_8859_1));
        return;
      }
      tunnels.add(target);
      try (Socket server = new Socket(InetAddress.getLoopbackAddress(), targetPort)) {
        sockets.add(server);
        out.write("HTTP/1.1 200 Connection Established\r\n\r\n".getBytes(ISO_8859_1));
        daemon(() -> copy(server, client));
        copy(client, server);
      }
    } catch (IOException gone) {
      // One of the two hung up.
    }
  }

  private boolean allowed(String head) {
    return credentials == null
        || head.contains(
            "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)) + "\r\n");
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException gone) {
      // One of the two hung up.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
