// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.kpl4j.KinesisProducerConfig;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.ProxyConfiguration;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * The connections of a client of our own, and the threads that serve them. Thread-safe.
 *
 * <p>The event loops are closed here and not by the SDK, which would wait two seconds for them in
 * any case.
 */
final class NettyTransport implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NettyTransport.class);

  /** The SDK's five seconds would mean a TLS handshake for every burst. */
  private static final Duration IDLE_CONNECTION_KEPT = Duration.ofSeconds(60);

  /** Calls are bounded before they come here; this is for the listings of many streams at start. */
  private static final int MAX_WAITING_FOR_CONNECTION = 1_000;

  /** So that the time limit of the call ends it, and says so. */
  private static final Duration AFTER_REQUEST_TIMEOUT = Duration.ofSeconds(1);

  private static final long CLOSE_LIMIT_MILLIS = 5_000;

  private final SdkAsyncHttpClient httpClient;
  private final EventLoopGroup eventLoops;

  private NettyTransport(SdkAsyncHttpClient httpClient, EventLoopGroup eventLoops) {
    this.httpClient = httpClient;
    this.eventLoops = eventLoops;
  }

  /**
   * Sets up the connections; opens none yet.
   *
   * @throws IllegalArgumentException if the certificates cannot be read
   */
  static NettyTransport open(KinesisProducerConfig config, ThreadFactory threads) {
    NettyNioAsyncHttpClient.Builder builder = builder(config);
    AttributeMap certificates = certificates(config, builder);
    SdkEventLoopGroup eventLoops =
        SdkEventLoopGroup.builder()
            .numberOfThreads(eventLoopThreads())
            .threadFactory(threads)
            .build();
    SdkAsyncHttpClient httpClient =
        builder.eventLoopGroup(eventLoops).buildWithDefaults(certificates);
    return new NettyTransport(httpClient, eventLoops.eventLoopGroup());
  }

  private static NettyNioAsyncHttpClient.Builder builder(KinesisProducerConfig config) {
    Duration ioTimeout = config.requestTimeout().plus(AFTER_REQUEST_TIMEOUT);
    NettyNioAsyncHttpClient.Builder builder =
        NettyNioAsyncHttpClient.builder()
            // The SDK's default for Kinesis is HTTP/2, which takes half as much CPU again.
            .protocol(Protocol.HTTP1_1)
            .maxConcurrency(config.maxConnections())
            .maxPendingConnectionAcquires(MAX_WAITING_FOR_CONNECTION)
            .connectionAcquisitionTimeout(ioTimeout)
            .connectionTimeout(config.connectTimeout())
            .tlsNegotiationTimeout(config.connectTimeout())
            .readTimeout(ioTimeout)
            .writeTimeout(ioTimeout)
            .connectionMaxIdleTime(IDLE_CONNECTION_KEPT)
            .tcpKeepAlive(true);
    config.proxyHost().ifPresent(host -> builder.proxyConfiguration(proxy(config, host)));
    return builder;
  }

  private static ProxyConfiguration proxy(KinesisProducerConfig config, String host) {
    ProxyConfiguration.Builder proxy =
        ProxyConfiguration.builder()
            .useSystemPropertyValues(false)
            .useEnvironmentVariableValues(false)
            .host(host)
            .port(config.proxyPort());
    config.proxyUserName().ifPresent(proxy::username);
    config.proxyPassword().ifPresent(proxy::password);
    return proxy.build();
  }

  private static AttributeMap certificates(
      KinesisProducerConfig config, NettyNioAsyncHttpClient.Builder builder) {
    if (!config.verifyCertificate()) {
      LOG.warn("VerifyCertificate=false: anybody on the way can pose as Kinesis. For tests only.");
      return AttributeMap.builder()
          .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true)
          .build();
    }
    if (config.caCertFile().isPresent()) {
      TrustManager[] trusted = TrustedCertificates.read(config.caCertFile().get());
      builder.tlsTrustManagersProvider(trusted::clone);
    }
    return AttributeMap.empty();
  }

  /** Marshalling, hashing and signing are the sender workers' work, which leaves a third here. */
  private static int eventLoopThreads() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  SdkAsyncHttpClient httpClient() {
    return httpClient;
  }

  @Override
  public void close() {
    httpClient.close();
    Future<?> ended = eventLoops.shutdownGracefully(0, CLOSE_LIMIT_MILLIS, MILLISECONDS);
    try {
      if (!ended.await(CLOSE_LIMIT_MILLIS, MILLISECONDS)) {
        LOG.warn("The connections to Kinesis are not closed after {} ms", CLOSE_LIMIT_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
