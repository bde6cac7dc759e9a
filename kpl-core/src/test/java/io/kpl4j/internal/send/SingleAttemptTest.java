// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.internal.send.PutRecordsReply.Failed;
import io.kpl4j.internal.send.ScriptedServer.Reply;
import io.kpl4j.internal.shard.ShardListing;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.core.retry.RetryPolicy;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** Counts attempts on the wire: the pipeline has the only retry layer. */
final class SingleAttemptTest {

  private static final Map<String, Reply> RETRIED_BY_THE_SDK =
      Map.of(
          "500", Wire.error(500, "InternalFailure", "oops"),
          "503", Wire.html(503),
          "throttling", Wire.error(400, "ThrottlingException", "slow down"),
          "shard throttling", Wire.error(400, "ProvisionedThroughputExceededException", "slow"),
          "clock skew", Wire.error(400, "RequestTimeTooSkewed", "look at your watch"),
          "reset", Reply.RESET);

  static Stream<Arguments> users() {
    return retrying().entrySet().stream()
        .flatMap(
            user ->
                RETRIED_BY_THE_SDK.entrySet().stream()
                    .map(
                        reply ->
                            Arguments.argumentSet(
                                user.getKey() + ", " + reply.getKey(),
                                user.getValue(),
                                reply.getValue())));
  }

  /**
   * The ways in which a user can ask for retries; the older ones win over the newer if both are
   * set.
   */
  @SuppressWarnings("deprecation") // Still there for users to call.
  private static Map<String, Consumer<ClientOverrideConfiguration.Builder>> retrying() {
    Map<String, Consumer<ClientOverrideConfiguration.Builder>> ways = new LinkedHashMap<>();
    ways.put("default", override -> {});
    ways.put("mode", override -> override.retryStrategy(RetryMode.STANDARD));
    ways.put("adaptive", override -> override.retryStrategy(RetryMode.ADAPTIVE_V2));
    ways.put("strategy", o -> o.retryStrategy(AwsRetryStrategy.standardRetryStrategy()));
    ways.put("configured", o -> o.retryStrategy(strategy -> strategy.maxAttempts(3)));
    ways.put("policy", o -> o.retryPolicy(RetryPolicy.builder().numRetries(2).build()));
    return ways;
  }

  @ParameterizedTest
  @MethodSource("users")
  void send_usersClient_goesOutOnce(
      Consumer<ClientOverrideConfiguration.Builder> retries, Reply reply) throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(request -> reply);
        KinesisAsyncClient client =
            Connections.usersClient(server.uri()).overrideConfiguration(retries).build()) {
      assertThat(send(KinesisConnection.over(client, Connections.TIMEOUT)))
          .isInstanceOf(Failed.class);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void list_usersClient_goesOutOnce() throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(request -> Wire.html(503));
        KinesisAsyncClient client = Connections.usersClient(server.uri()).build()) {
      assertThat(list(KinesisConnection.over(client, Connections.TIMEOUT)))
          .isInstanceOf(ShardListing.Failed.class);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void list_ownClient_goesOutOnce() throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(request -> Wire.html(503));
        KinesisConnection connection = Connections.own(server.uri())) {
      assertThat(list(connection)).isInstanceOf(ShardListing.Failed.class);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void usersOwnCalls_besideOurs_keepTheirRetries() throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(request -> Wire.html(503));
        KinesisAsyncClient client = Connections.usersClient(server.uri()).build()) {
      send(KinesisConnection.over(client, Connections.TIMEOUT));
      client.listStreams().handle((response, thrown) -> thrown).get(30, SECONDS);

      assertThat(server.requests()).hasSizeGreaterThan(2);
    }
  }

  @Test
  void send_usersClientNeverAnswered_failsAtOurTimeout() throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(request -> Reply.NEVER);
        KinesisAsyncClient client = Connections.usersClient(server.uri()).build()) {
      long startNanos = System.nanoTime();
      Failed failed = (Failed) send(KinesisConnection.over(client, Duration.ofMillis(500)));
      Duration took = Duration.ofNanos(System.nanoTime() - startNanos);

      assertThat(failed.errorCode()).endsWith("TimeoutException");
      assertThat(took).isBetween(Duration.ofMillis(450), Duration.ofSeconds(5));
      assertThat(server.requests()).hasSize(1);
    }
  }

  private static PutRecordsReply send(KinesisConnection connection) throws Exception {
    CompletableFuture<PutRecordsReply> reply = new CompletableFuture<>();
    new SdkRecordSender(connection, Runnable::run).send(Batches.one("clicks"), reply::complete);
    return reply.get(30, SECONDS);
  }

  private static ShardListing list(KinesisConnection connection) throws Exception {
    CompletableFuture<ShardListing> listing = new CompletableFuture<>();
    new SdkShardLister(connection, Runnable::run).list("clicks", true, listing::complete);
    return listing.get(30, SECONDS);
  }
}
