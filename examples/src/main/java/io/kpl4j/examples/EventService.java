// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.ProducerHealth;
import io.kpl4j.UserRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * A service that takes events over HTTP and ends gracefully: {@code POST /events?user=...} answers
 * 202 once the event is accepted and 503 while the buffer is full; {@code GET /ready} is for a load
 * balancer. At its end it first takes no more requests, then sends what it has accepted, so that
 * nothing that was answered with 202 is left behind.
 */
public final class EventService implements AutoCloseable {

  private final HttpServer http;
  private final KinesisProducer producer;

  EventService(KinesisProducerConfig config, int port) throws IOException {
    this.producer = KinesisProducer.builder().config(config).build();
    this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    http.createContext("/events", this::take);
    http.createContext("/ready", this::ready);
    http.start();
  }

  /** Takes a properties file and a port; runs until it is told to end, as by SIGTERM. */
  public static void main(String[] args) throws IOException {
    KinesisProducerConfig config = KinesisProducerConfig.fromProperties(Path.of(args[0]));
    EventService service = new EventService(config, Integer.parseInt(args[1]));
    Runtime.getRuntime().addShutdownHook(new Thread(service::close, "shutdown"));
    System.out.println("listening on port " + service.port());
  }

  int port() {
    return http.getAddress().getPort();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      String query = exchange.getRequestURI().getQuery();
      byte[] event = exchange.getRequestBody().readAllBytes();
      boolean named = query != null && query.matches("user=.{1,200}");
      exchange.sendResponseHeaders(named ? put(query, event) : 400, -1);
    }
  }

  private int put(String user, byte[] event) {
    return producer.tryPut(UserRecord.of("events", user, event)).isPresent() ? 202 : 503;
  }

  private void ready(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean ready = producer.health().state() == ProducerHealth.State.RUNNING;
      exchange.sendResponseHeaders(ready ? 200 : 503, -1);
    }
  }

  /** Waits for the requests under way, at most a second, then for what was accepted. */
  @Override
  public void close() {
    http.stop(1);
    producer.close();
  }
}
