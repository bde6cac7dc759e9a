// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.KinesisProducerConfigBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClientBuilder;

/** Connections and clients for tests. Stateless. */
final class Connections {

  static final String IO_THREAD = "kpl4j-test-io-";
  static final Duration TIMEOUT = Duration.ofSeconds(60);
  static final AwsCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret"));

  /** Shared, as the SDK takes two seconds to close those of a client. */
  private static final SdkEventLoopGroup USERS_EVENT_LOOPS =
      SdkEventLoopGroup.builder().numberOfThreads(1).build();

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private Connections() {}

  static KinesisProducerConfigBuilder config(URI endpoint) {
    return KinesisProducerConfig.builder()
        .region("eu-central-1")
        .kinesisEndpoint(endpoint.toString())
        .requestTimeout(TIMEOUT);
  }

  static KinesisConnection own(URI endpoint) {
    return own(config(endpoint).build());
  }

  static KinesisConnection own(KinesisProducerConfig config) {
    return KinesisConnection.open(config, CREDENTIALS, ioThreads());
  }

  static ThreadFactory ioThreads() {
    return work -> {
      Thread thread = new Thread(work, IO_THREAD + NUMBER.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** A client as a user builds one, retries and all. */
  static KinesisAsyncClientBuilder usersClient(URI endpoint) {
    return KinesisAsyncClient.builder()
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(CREDENTIALS)
        .endpointOverride(endpoint)
        .httpClientBuilder(
            NettyNioAsyncHttpClient.builder()
                .protocol(Protocol.HTTP1_1)
                .eventLoopGroup(USERS_EVENT_LOOPS));
  }
}
