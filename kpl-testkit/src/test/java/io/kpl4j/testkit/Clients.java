// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.ProtocolNegotiation;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** Clients of the real SDK, over HTTP/1.1, that try once. Stateless. */
final class Clients {

  private static final String CBOR_SWITCH = "aws.cborEnabled";
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret"));

  // Shared, as a client takes seconds to end its own; the threads are daemons.
  private static final SdkEventLoopGroup EVENT_LOOPS =
      SdkEventLoopGroup.builder().numberOfThreads(2).build();

  private Clients() {}

  /** The wire formats of the Kinesis client. */
  enum Format {
    CBOR,
    JSON
  }

  static KinesisAsyncClient kinesis(KinesisTestServer server, Format format) {
    return kinesis(server.endpoint(), format, http(server));
  }

  /** Over HTTP/2: by prior knowledge, or by ALPN. */
  static KinesisAsyncClient kinesisOverHttp2(KinesisTestServer server, Format format) {
    boolean tls = server.endpoint().getScheme().equals("https");
    NettyNioAsyncHttpClient.Builder http =
        http(server)
            .protocol(Protocol.HTTP2)
            // Without pings only the time limit ends a call into a black hole.
            .http2Configuration(http2 -> http2.healthCheckPingPeriod(Duration.ZERO));
    ProtocolNegotiation negotiation =
        tls ? ProtocolNegotiation.ALPN : ProtocolNegotiation.ASSUME_PROTOCOL;
    return kinesis(server.endpoint(), format, http.protocolNegotiation(negotiation));
  }

  static KinesisAsyncClient kinesis(
      URI endpoint, Format format, NettyNioAsyncHttpClient.Builder http) {
    // The client reads the switch once, when it is built.
    System.setProperty(CBOR_SWITCH, Boolean.toString(format == Format.CBOR));
    try {
      return KinesisAsyncClient.builder()
          .endpointOverride(endpoint)
          .region(Region.US_EAST_1)
          .credentialsProvider(CREDENTIALS)
          .httpClientBuilder(http)
          .overrideConfiguration(c -> c.retryStrategy(DefaultRetryStrategy.doNotRetry()))
          .build();
    } finally {
      System.clearProperty(CBOR_SWITCH);
    }
  }

  static CloudWatchAsyncClient cloudWatch(KinesisTestServer server) {
    return CloudWatchAsyncClient.builder()
        .endpointOverride(server.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(CREDENTIALS)
        .httpClientBuilder(http(server))
        .overrideConfiguration(c -> c.retryStrategy(DefaultRetryStrategy.doNotRetry()))
        .build();
  }

  static NettyNioAsyncHttpClient.Builder http() {
    return NettyNioAsyncHttpClient.builder()
        .protocol(Protocol.HTTP1_1)
        .eventLoopGroup(EVENT_LOOPS)
        .readTimeout(Duration.ofSeconds(20));
  }

  private static NettyNioAsyncHttpClient.Builder http(KinesisTestServer server) {
    return server.endpoint().getScheme().equals("https")
        ? http().tlsTrustManagersProvider(() -> trusting(server))
        : http();
  }

  static TrustManager[] trusting(KinesisTestServer server) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry("server", server.certificate());
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
