// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.kpl4j.KinesisProducerConfig;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import javax.net.ssl.TrustManager;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.ProxyConfiguration;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClientBuilder;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * A CloudWatch client with the one I/O thread and the one timer thread that it needs. Thread-safe.
 */
final class CloudWatchConnection implements AutoCloseable {

  private static final Duration CALL_LIMIT = Duration.ofSeconds(30);
  private static final long CLOSE_LIMIT_MILLIS = 1_000;
  private static final int MAX_CONNECTIONS = 2;

  private final CloudWatchAsyncClient client;
  private final SdkAsyncHttpClient httpClient;
  private final EventLoopGroup eventLoop;
  private final ScheduledThreadPoolExecutor timer;

  private CloudWatchConnection(
      CloudWatchAsyncClient client,
      SdkAsyncHttpClient httpClient,
      EventLoopGroup eventLoop,
      ScheduledThreadPoolExecutor timer) {
    this.client = client;
    this.httpClient = httpClient;
    this.eventLoop = eventLoop;
    this.timer = timer;
  }

  /**
   * Sets up the client; opens no connection yet.
   *
   * @param credentials not closed with the client
   * @throws IllegalArgumentException if the certificates cannot be read
   */
  static CloudWatchConnection open(
      KinesisProducerConfig config, Region region, AwsCredentialsProvider credentials) {
    NettyNioAsyncHttpClient.Builder http = http(config);
    AttributeMap certificates = certificates(config, http);
    SdkEventLoopGroup eventLoop =
        SdkEventLoopGroup.builder()
            .numberOfThreads(1)
            .threadFactory(CloudWatchEvents.threads("io"))
            .build();
    SdkAsyncHttpClient httpClient = http.eventLoopGroup(eventLoop).buildWithDefaults(certificates);
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(1, CloudWatchEvents.threads("timer"));
    timer.setRemoveOnCancelPolicy(true);
    CloudWatchAsyncClientBuilder builder =
        CloudWatchAsyncClient.builder()
            .region(region)
            .credentialsProvider(credentials)
            .httpClient(httpClient)
            .overrideConfiguration(limits(config, timer))
            // A reply only wakes the thread that uploads.
            .asyncConfiguration(
                async ->
                    async.advancedOption(
                        SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run));
    config.cloudwatchEndpointUri().ifPresent(builder::endpointOverride);
    return new CloudWatchConnection(builder.build(), httpClient, eventLoop.eventLoopGroup(), timer);
  }

  private static NettyNioAsyncHttpClient.Builder http(KinesisProducerConfig config) {
    NettyNioAsyncHttpClient.Builder http =
        NettyNioAsyncHttpClient.builder()
            .protocol(Protocol.HTTP1_1)
            .maxConcurrency(MAX_CONNECTIONS)
            .connectionTimeout(config.connectTimeout())
            .tlsNegotiationTimeout(config.connectTimeout());
    config.proxyHost().ifPresent(host -> http.proxyConfiguration(proxy(config, host)));
    return http;
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
      KinesisProducerConfig config, NettyNioAsyncHttpClient.Builder http) {
    if (!config.verifyCertificate()) {
      return AttributeMap.builder()
          .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true)
          .build();
    }
    if (config.caCertFile().isPresent()) {
      TrustManager[] trusted = TrustedCertificates.read(config.caCertFile().get());
      http.tlsTrustManagersProvider(trusted::clone);
    }
    return AttributeMap.empty();
  }

  private static ClientOverrideConfiguration limits(
      KinesisProducerConfig config, ScheduledThreadPoolExecutor timer) {
    return ClientOverrideConfiguration.builder()
        .apiCallTimeout(CALL_LIMIT)
        .apiCallAttemptTimeout(config.requestTimeout())
        .scheduledExecutorService(timer)
        .build();
  }

  CloudWatchAsyncClient client() {
    return client;
  }

  /** Ends both threads, without waiting two seconds for the event loop as the SDK would. */
  @Override
  public void close() {
    client.close();
    timer.shutdownNow();
    httpClient.close();
    Future<?> ended = eventLoop.shutdownGracefully(0, CLOSE_LIMIT_MILLIS, MILLISECONDS);
    boolean unused = ended.awaitUninterruptibly(CLOSE_LIMIT_MILLIS);
  }
}
