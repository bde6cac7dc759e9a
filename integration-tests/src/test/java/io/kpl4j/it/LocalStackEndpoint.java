// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import cloud.localstack.awssdkv2.TestUtils;
import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricsLevel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClientBuilder;

/** A running LocalStack, and how tests talk to it; immutable and thread-safe. */
public final class LocalStackEndpoint {

  private static final Pattern KINESIS_UP =
      Pattern.compile("\"kinesis\"\\s*:\\s*\"(running|available)\"");
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final String url;

  private LocalStackEndpoint(String url) {
    this.url = url;
  }

  /** Refuses an endpoint that does not answer: that one was chosen is never a reason to skip. */
  static LocalStackEndpoint probed(String url) {
    String health = exchange(HttpRequest.newBuilder(URI.create(url + "/_localstack/health")));
    if (!KINESIS_UP.matcher(health).find()) {
      throw new IllegalStateException("LocalStack at " + url + " has no Kinesis: " + health);
    }
    return new LocalStackEndpoint(url);
  }

  /** The whole {@code http://host:port}; both services answer on it. */
  public URI uri() {
    return URI.create(url);
  }

  public KinesisAsyncClient kinesis() {
    return kinesisBuilder().build();
  }

  /** For a client with settings of its own. */
  public KinesisAsyncClientBuilder kinesisBuilder() {
    return TestUtils.wrapApiAsyncClientV2(KinesisAsyncClient.builder(), url);
  }

  public CloudWatchAsyncClient cloudWatch() {
    return TestUtils.wrapApiAsyncClientV2(CloudWatchAsyncClient.builder(), url).build();
  }

  /** Makes an active stream, under a name that no other test has. */
  public String createStream(KinesisAsyncClient client, int shards) {
    String name = "it-" + UUID.randomUUID();
    client.createStream(request -> request.streamName(name).shardCount(shards)).join();
    client.waiter().waitUntilStreamExists(request -> request.streamName(name)).join();
    return name;
  }

  /** A producer that has patience: LocalStack's engine needs about 2 ms of CPU a kilobyte. */
  KinesisProducer producer(KinesisAsyncClient client) {
    return KinesisProducer.builder()
        .kinesisClient(client)
        .config(
            KinesisProducerConfig.builder()
                .metricsLevel(MetricsLevel.NONE)
                .requestTimeout(Duration.ofSeconds(60))
                .recordTtl(Duration.ofMinutes(5))
                .closeTimeout(Duration.ofMinutes(4))
                .build())
        .build();
  }

  /**
   * Runs {@code body} while that share of the Kinesis requests fails as throttled. Of PutRecords
   * every entry fails then, and yet {@code FailedRecordCount} is 1.
   */
  public void withKinesisErrors(double probability, Runnable body) {
    set("KINESIS_ERROR_PROBABILITY", probability);
    try {
      body.run();
    } finally {
      set("KINESIS_ERROR_PROBABILITY", 0);
    }
  }

  private void set(String variable, double value) {
    String body = "{\"variable\": \"%s\", \"value\": %s}".formatted(variable, value);
    exchange(
        HttpRequest.newBuilder(URI.create(url + "/_localstack/config"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static String exchange(HttpRequest.Builder builder) {
    HttpRequest request = builder.timeout(Duration.ofSeconds(20)).build();
    try {
      var reply = HTTP.send(request, BodyHandlers.ofString());
      if (reply.statusCode() != 200) {
        throw new IllegalStateException(request + ": " + reply.statusCode() + " " + reply.body());
      }
      return reply.body();
    } catch (IOException e) {
      throw new IllegalStateException("LocalStack does not answer: " + request, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: " + request, e);
    }
  }
}
