// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/** An HTTP/1.1 server that says to each request what a test wants. Thread-safe. */
final class ScriptedServer implements AutoCloseable {

  /** What came over the wire. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Request(Map<String, String> headers, byte[] body) {
    String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
  }

  /**
   * What goes back.
   *
   * @param status the HTTP status; 0 for no answer at all
   * @param cut whether the connection ends in the middle of the body
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Reply(int status, String contentType, byte[] body, boolean cut) {
    static final Reply NEVER = new Reply(0, "", new byte[0], false);
    static final Reply RESET = new Reply(0, "", new byte[0], true);

    Reply cutShort() {
      return new Reply(status, contentType, body, true);
    }
  }

  private final ServerSocket listener;
  private final String scheme;
  private final Function<Request, Reply> script;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private volatile Duration ahead = Duration.ZERO;

  private ScriptedServer(
      String scheme, ServerSocketFactory sockets, Function<Request, Reply> script) {
    this.scheme = scheme;
    this.script = script;
    try {
      listener = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    daemon(this::accept);
  }

  static ScriptedServer plain(Function<Request, Reply> script) {
    return new ScriptedServer("http", ServerSocketFactory.getDefault(), script);
  }

  static ScriptedServer tls(ServerSocketFactory sockets, Function<Request, Reply> script) {
    return new ScriptedServer("https", sockets, script);
  }

  URI uri(String host) {
    return URI.create(scheme + "://" + host + ":" + listener.getLocalPort());
  }

  URI uri() {
    return uri("127.0.0.1");
  }

  List<Request> requests() {
    return requests;
  }

  /** By how much its clock is before ours. */
  void clockIsAhead(Duration duration) {
    ahead = duration;
  }

  int connectionCount() {
    return connections.size();
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "scripted-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = listener.accept();
        connections.add(connection);
        daemon(() -> serve(connection));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      while (true) {
        Request request = read(in);
        if (request == null) {
          return;
        }
        requests.add(request);
        Reply reply = script.apply(request);
        if (reply.status() > 0) {
          write(connection.getOutputStream(), reply);
        }
        if (reply.cut()) {
          return;
        }
      }
    } catch (IOException gone) {
      // The client hung up, which some tests are about.
    }
  }

  private static @Nullable Request read(InputStream in) throws IOException {
    String requestLine = line(in);
    if (requestLine.isEmpty()) {
      return null;
    }
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    return new Request(headers, in.readNBytes(length));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  private void write(OutputStream out, Reply reply) throws IOException {
    String head =
        "HTTP/1.1 %d Status\r\nDate: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(
                reply.status(),
                RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plus(ahead)),
                reply.contentType(),
                reply.body().length);
    out.write(head.getBytes(ISO_8859_1));
    out.write(reply.body(), 0, reply.cut() ? reply.body().length / 2 : reply.body().length);
    out.flush();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }
}
