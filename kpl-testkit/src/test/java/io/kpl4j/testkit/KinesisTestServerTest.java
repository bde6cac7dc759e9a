// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import io.kpl4j.testkit.Clients.Format;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** Runs the contract against the embedded endpoint: formats, versions of HTTP, plain and TLS. */
final class KinesisTestServerTest {

  @Nested
  final class PlainCbor extends OnServer {
    PlainCbor() {
      super(false, Format.CBOR);
    }
  }

  @Nested
  final class PlainJson extends OnServer {
    PlainJson() {
      super(false, Format.JSON);
    }
  }

  @Nested
  final class TlsCbor extends OnServer {
    TlsCbor() {
      super(true, Format.CBOR);
    }
  }

  @Nested
  final class TlsJson extends OnServer {
    TlsJson() {
      super(true, Format.JSON);
    }
  }

  @Nested
  final class Http2PlainCbor extends OnServer {
    Http2PlainCbor() {
      super(false, server -> Clients.kinesisOverHttp2(server, Format.CBOR));
    }
  }

  @Nested
  final class Http2TlsJson extends OnServer {
    Http2TlsJson() {
      super(true, server -> Clients.kinesisOverHttp2(server, Format.JSON));
    }
  }

  /** One server and one client for all tests of a class. */
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  abstract static class OnServer extends KinesisContract {

    private final KinesisTestServer server;
    private final KinesisAsyncClient client;

    OnServer(boolean tls, Format format) {
      this(tls, server -> Clients.kinesis(server, format));
    }

    OnServer(boolean tls, Function<KinesisTestServer, KinesisAsyncClient> newClient) {
      this.server = KinesisTestServer.builder().tls(tls).start();
      this.client = newClient.apply(server);
    }

    @Override
    protected KinesisAsyncClient client() {
      return client;
    }

    @AfterAll
    void close() {
      client.close();
      server.close();
    }
  }
}
