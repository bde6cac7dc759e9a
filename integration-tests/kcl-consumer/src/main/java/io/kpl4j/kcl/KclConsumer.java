// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.kcl;

import java.io.IOException;
import java.net.URI;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.util.VersionInfo;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/**
 * An application of the KCL: reads a stream from its beginning and prints what it is given, until
 * its standard input ends, as it does with the process that started it.
 */
public final class KclConsumer {

  private static final long IDLE_MILLIS = 200;

  private KclConsumer() {}

  /**
   * Stream, endpoint of Kinesis, endpoint of the DynamoDB for the leases, and how many seconds the
   * KCL may take its list of shards for the current one.
   */
  public static void main(String[] arguments) throws IOException {
    System.out.println("sdk " + VersionInfo.SDK_VERSION);
    String stream = arguments[0];
    KinesisAsyncClient kinesis = at(arguments[1], KinesisAsyncClient.builder());
    ConfigsBuilder configs =
        new ConfigsBuilder(
            new SingleStreamTracker(
                stream,
                InitialPositionInStreamExtended.newInitialPosition(
                    InitialPositionInStream.TRIM_HORIZON)),
            "kcl-" + stream,
            kinesis,
            at(arguments[2], DynamoDbAsyncClient.builder()),
            // Nothing is sent there: the factory of metrics makes none.
            at(arguments[1], CloudWatchAsyncClient.builder()),
            UUID.randomUUID().toString(),
            ShardPrinter::new);
    Thread scheduler =
        new Thread(
            scheduler(configs, stream, kinesis, Long.parseLong(arguments[3])), "kcl-scheduler");
    scheduler.setDaemon(true);
    scheduler.start();
    while (System.in.read() >= 0) {
      // Nothing is said; only the end counts.
    }
    System.exit(0);
  }

  /** With the KCL's settings, but that it looks more often for what is new. */
  private static Scheduler scheduler(
      ConfigsBuilder configs, String stream, KinesisAsyncClient kinesis, long listSeconds) {
    return new Scheduler(
        configs.checkpointConfig(),
        configs
            .coordinatorConfig()
            .parentShardPollIntervalMillis(IDLE_MILLIS)
            .shardConsumerDispatchPollIntervalMillis(IDLE_MILLIS),
        configs
            .leaseManagementConfig()
            .leaseAssignmentIntervalMillis(2_000L)
            // So long does it rest after its first list of shards.
            .shardSyncIntervalMillis(IDLE_MILLIS)
            .listShardsCacheAllowedAgeInSeconds(listSeconds),
        configs.lifecycleConfig(),
        configs.metricsConfig().metricsFactory(new NullMetricsFactory()),
        configs.processorConfig(),
        configs
            .retrievalConfig()
            .retrievalSpecificConfig(
                new PollingConfig(stream, kinesis).idleTimeBetweenReadsInMillis(IDLE_MILLIS)));
  }

  private static <B extends AwsClientBuilder<B, C>, C> C at(String endpoint, B builder) {
    return builder
        .endpointOverride(URI.create(endpoint))
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret")))
        .build();
  }
}
