// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.transport;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.kpl4j.KinesisProducerConfig;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * The connections of a client of our own, and the threads that serve them. Thread-safe.
 *
 * <p>The event loops are closed here and not by the SDK, which would wait two seconds for them in
 * any case.
 */
public final class NettyTransport implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NettyTransport.class);

  /** The SDK's five seconds would mean a TLS handshake for every burst. */
  private static final Duration IDLE_CONNECTION_KEPT = Duration.ofSeconds(60);

  /** Calls are bounded before they come here; this is for the listings of many streams at start. */
  private static final int MAX_WAITING_FOR_CONNECTION = 1_000;

  /** So that the time limit of the call ends it, and says so. */
  private static final Duration AFTER_REQUEST_TIMEOUT = Duration.ofSeconds(1);

  private final SdkAsyncHttpClient httpClient;
  private final EventLoopGroup eventLoops;
  private final Duration closeLimit;

  private NettyTransport(
      SdkAsyncHttpClient httpClient, EventLoopGroup eventLoops, Duration closeLimit) {
    this.httpClient = httpClient;
    this.eventLoops = eventLoops;
    this.closeLimit = closeLimit;
  }

  /**
   * How much it is for. Immutable.
   *
   * @param connections most that may be open
   * @param eventLoops threads that serve them
   * @param closeLimit how long a close may wait for them
   */
  public record Size(int connections, int eventLoops, Duration closeLimit) {}

  /**
   * Sets up the connections; opens none yet.
   *
   * @param config proxy, certificates and time limits
   * @param endpoint what is to be reached; empty for an endpoint of AWS
   * @param threads makes the daemon threads that serve the connections
   * @throws IllegalArgumentException if the certificates cannot be read
   */
  public static NettyTransport open(
      KinesisProducerConfig config, Optional<URI> endpoint, Size size, ThreadFactory threads) {
    NettyNioAsyncHttpClient.Builder builder =
        builder(config, size.connections()).proxyConfiguration(ProxySettings.of(config, endpoint));
    AttributeMap certificates = certificates(config, builder);
    SdkEventLoopGroup eventLoops =
        SdkEventLoopGroup.builder()
            .numberOfThreads(size.eventLoops())
            .threadFactory(threads)
            .build();
    SdkAsyncHttpClient httpClient =
        builder.eventLoopGroup(eventLoops).buildWithDefaults(certificates);
    return new NettyTransport(httpClient, eventLoops.eventLoopGroup(), size.closeLimit());
  }

  private static NettyNioAsyncHttpClient.Builder builder(
      KinesisProducerConfig config, int connections) {
    Duration ioTimeout = config.requestTimeout().plus(AFTER_REQUEST_TIMEOUT);
    return NettyNioAsyncHttpClient.builder()
        // The SDK's default for Kinesis is HTTP/2, which takes half as much CPU again.
        .protocol(Protocol.HTTP1_1)
        .maxConcurrency(connections)
        .maxPendingConnectionAcquires(MAX_WAITING_FOR_CONNECTION)
        .connectionAcquisitionTimeout(ioTimeout)
        .connectionTimeout(config.connectTimeout())
        .tlsNegotiationTimeout(config.connectTimeout())
        .readTimeout(ioTimeout)
        .writeTimeout(ioTimeout)
        .connectionMaxIdleTime(IDLE_CONNECTION_KEPT)
        .tcpKeepAlive(true);
  }

  private static AttributeMap certificates(
      KinesisProducerConfig config, NettyNioAsyncHttpClient.Builder builder) {
    if (!config.verifyCertificate()) {
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

  /** What a client is built with. */
  public SdkAsyncHttpClient httpClient() {
    return httpClient;
  }

  /** Closes the connections, and waits for their threads as long as was said. */
  @Override
  public void close() {
    httpClient.close();
    long limitMillis = closeLimit.toMillis();
    Future<?> ended = eventLoops.shutdownGracefully(0, limitMillis, MILLISECONDS);
    try {
      if (!ended.await(limitMillis, MILLISECONDS)) {
        LOG.warn("Connections to AWS are not closed after {} ms", limitMillis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
