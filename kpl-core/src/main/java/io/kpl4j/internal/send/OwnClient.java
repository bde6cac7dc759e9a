// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.util.Objects.requireNonNull;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.internal.transport.NettyTransport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClientBuilder;

/**
 * A Kinesis client built from the configuration, with everything that must end when it is closed.
 * Thread-safe.
 */
final class OwnClient implements AutoCloseable {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /**
   * Beyond those for calls with records, so that none of them waits for a connection: those of
   * listings and descriptions, and two more, as the SDK tells of an answer a moment before its
   * connection is free again.
   */
  static final int SPARE_CONNECTIONS = KinesisConnection.CONTROL_CALLS + 2;

  private final KinesisAsyncClient client;
  private final NettyTransport transport;
  private final ScheduledThreadPoolExecutor timer;
  private final @Nullable DefaultCredentialsProvider credentialsChain;
  private final boolean cbor;
  private final AtomicBoolean closed = new AtomicBoolean();

  private OwnClient(
      KinesisAsyncClient client,
      NettyTransport transport,
      ScheduledThreadPoolExecutor timer,
      @Nullable DefaultCredentialsProvider credentialsChain,
      boolean cbor) {
    this.client = client;
    this.transport = transport;
    this.timer = timer;
    this.credentialsChain = credentialsChain;
    this.cbor = cbor;
  }

  static OwnClient open(
      KinesisProducerConfig config,
      @Nullable AwsCredentialsProvider credentials,
      ThreadFactory ioThreads) {
    // What may be refused comes first, while there is nothing to close.
    Region region =
        region(config.region(), () -> DefaultAwsRegionProviderChain.builder().build().getRegion());
    boolean cbor = SdkSystemSetting.CBOR_ENABLED.getBooleanValueOrThrow();
    // This and the client's own setup load classes for a quarter of a second each.
    TransportOpening opening =
        TransportOpening.begin(
            () -> transport(config, ioThreads), task -> ioThreads.newThread(task).start());
    ScheduledThreadPoolExecutor timer = timer(ioThreads);
    DefaultCredentialsProvider ofChain =
        credentials == null ? DefaultCredentialsProvider.builder().build() : null;
    AwsCredentialsProvider source = ofChain == null ? requireNonNull(credentials) : ofChain;
    LaterHttpClient connections = new LaterHttpClient();
    KinesisAsyncClientBuilder builder =
        KinesisAsyncClient.builder()
            .region(region)
            .credentialsProvider(new MarkedCredentials(source))
            .httpClient(connections)
            .overrideConfiguration(overrideConfiguration(config.requestTimeout(), timer))
            // A reply is translated and put into the loop's inbox, which is less than a hop costs.
            .asyncConfiguration(
                async ->
                    async.advancedOption(
                        SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run));
    config.kinesisEndpointUri().ifPresent(builder::endpointOverride);
    KinesisAsyncClient client = null;
    try {
      client = builder.build();
      NettyTransport transport = opening.await();
      connections.is(transport.httpClient());
      return new OwnClient(client, transport, timer, ofChain, cbor);
    } catch (RuntimeException | Error refused) {
      opening.abandon(refused);
      if (client != null) {
        client.close();
      }
      timer.shutdownNow();
      if (ofChain != null) {
        ofChain.close();
      }
      throw refused;
    }
  }

  /** Marshalling, hashing and signing are the sender workers' work, which leaves a third here. */
  private static int eventLoops() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  static NettyTransport transport(KinesisProducerConfig config, ThreadFactory ioThreads) {
    int connections = config.maxConnections() + SPARE_CONNECTIONS;
    return NettyTransport.open(
        config,
        config.kinesisEndpointUri(),
        new NettyTransport.Size(connections, eventLoops(), CLOSE_LIMIT),
        ioThreads);
  }

  private static ClientOverrideConfiguration overrideConfiguration(
      Duration requestTimeout, ScheduledThreadPoolExecutor timer) {
    return ClientOverrideConfiguration.builder()
        .retryStrategy(AwsRetryStrategy.doNotRetry())
        .apiCallTimeout(requestTimeout)
        .apiCallAttemptTimeout(requestTimeout)
        .scheduledExecutorService(timer)
        .addExecutionInterceptor(new BodyInterceptor())
        .putAdvancedOption(
            SdkAdvancedClientOption.USER_AGENT_SUFFIX, "kpl4j/" + LibraryVersion.get())
        .build();
  }

  /**
   * The SDK's own timer keeps every answered request until its time limit, so at full load it would
   * hold the replies of some seconds.
   */
  private static ScheduledThreadPoolExecutor timer(ThreadFactory threads) {
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, threads);
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  static Region region(Optional<String> configured, AwsRegionProvider otherwise) {
    if (configured.isPresent()) {
      return Region.of(configured.get());
    }
    try {
      return otherwise.getRegion();
    } catch (SdkClientException e) {
      throw new IllegalArgumentException(
          "no AWS region: Region is not set, and there is none in the system property aws.region,"
              + " in AWS_REGION, in the AWS profile or in the instance's metadata",
          e);
    }
  }

  KinesisAsyncClient client() {
    return client;
  }

  /** Whether it sends bodies of ours: those are CBOR, which the SDK can be told not to speak. */
  boolean takesBodies() {
    return cbor;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      client.close();
      transport.close();
      timer.shutdownNow();
      if (credentialsChain != null) {
        credentialsChain.close();
      }
    }
  }
}
