// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.internal.transport.NettyTransport;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClientBuilder;

/**
 * A CloudWatch client with the one I/O thread and the one timer thread that it needs. Thread-safe.
 */
final class CloudWatchConnection implements AutoCloseable {

  private static final Duration CALL_LIMIT = Duration.ofSeconds(30);
  private static final NettyTransport.Size SIZE =
      new NettyTransport.Size(2, 1, Duration.ofSeconds(1));

  private final CloudWatchAsyncClient client;
  private final NettyTransport transport;
  private final ScheduledThreadPoolExecutor timer;

  private CloudWatchConnection(
      CloudWatchAsyncClient client, NettyTransport transport, ScheduledThreadPoolExecutor timer) {
    this.client = client;
    this.transport = transport;
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
    NettyTransport transport =
        NettyTransport.open(
            config, config.cloudwatchEndpointUri(), SIZE, CloudWatchEvents.threads("io"));
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(1, CloudWatchEvents.threads("timer"));
    timer.setRemoveOnCancelPolicy(true);
    try {
      return new CloudWatchConnection(
          client(config, region, credentials, transport, timer), transport, timer);
    } catch (RuntimeException | Error e) {
      timer.shutdownNow();
      transport.close();
      throw e;
    }
  }

  private static CloudWatchAsyncClient client(
      KinesisProducerConfig config,
      Region region,
      AwsCredentialsProvider credentials,
      NettyTransport transport,
      ScheduledThreadPoolExecutor timer) {
    CloudWatchAsyncClientBuilder builder =
        CloudWatchAsyncClient.builder()
            .region(region)
            .credentialsProvider(credentials)
            .httpClient(transport.httpClient())
            .overrideConfiguration(limits(config, timer))
            // A reply only wakes the thread that uploads.
            .asyncConfiguration(
                async ->
                    async.advancedOption(
                        SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run));
    config.cloudwatchEndpointUri().ifPresent(builder::endpointOverride);
    return builder.build();
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

  /** The timer of the client's time limits, for other short tasks; ends with the connection. */
  ScheduledExecutorService timer() {
    return timer;
  }

  /** Ends both threads. */
  @Override
  public void close() {
    client.close();
    timer.shutdownNow();
    transport.close();
  }
}
