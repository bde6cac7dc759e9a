// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerBuilder;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.RecordResult;
import io.kpl4j.testkit.KinesisTestServer;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

@KinesisServer(
    streams = {
      @KinesisServer.Stream(name = "clicks", shards = 3),
      @KinesisServer.Stream(name = "orders")
    },
    properties = {"RecordMaxBufferedTime=10", "RecordTtl = 20000"})
class KinesisServerTest {

  private final KinesisTestServer ofConstructor;
  private KinesisTestServer ofBeforeEach;

  KinesisServerTest(KinesisTestServer server) {
    ofConstructor = server;
    ofBeforeEach = server;
  }

  @BeforeEach
  void remember(KinesisTestServer server) {
    ofBeforeEach = server;
  }

  @AfterEach
  void allParametersOfATest_areOfOneServer(KinesisTestServer server) {
    assertThat(server).isSameAs(ofConstructor).isSameAs(ofBeforeEach);
  }

  @RepeatedTest(2)
  void producer_puts_serverHasIt(KinesisProducer producer, KinesisTestServer server) {
    RecordResult result = producer.put("clicks", "k", "click".getBytes(UTF_8)).join();

    assertThat(server.recordCount("clicks")).isEqualTo(1);
    assertThat(server.records("clicks").get(0).shardId()).isEqualTo(result.shardId());
    assertThat(server.records("clicks").get(0).data()).asString(UTF_8).isEqualTo("click");
  }

  @Test
  void streams_areAsDeclared(KinesisTestServer server, URI endpoint) {
    assertThat(server.shards("clicks")).hasSize(3);
    assertThat(server.shards("orders")).hasSize(1);
    assertThat(endpoint).isEqualTo(server.endpoint()).hasScheme("http").hasHost("127.0.0.1");
  }

  @Test
  void properties_areThoseOfTheProducer(
      KinesisProducerConfig config, KinesisProducerBuilder one, KinesisProducerBuilder other) {
    assertThat(config.recordMaxBufferedTime()).isEqualTo(Duration.ofMillis(10));
    assertThat(config.recordTtl()).isEqualTo(Duration.ofSeconds(20));
    assertThat(config.closeTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(config.requestTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(one).isNotSameAs(other);
  }

  @Test
  void builder_buildsAProducerOfTheUsers(KinesisProducerBuilder builder, KinesisTestServer server) {
    try (KinesisProducer own = builder.build()) {
      own.put("orders", "k", new byte[1]).join();
    }

    assertThat(server.recordCount("orders")).isEqualTo(1);
  }

  @Test
  void clients_reachTheServer(
      KinesisAsyncClient kinesis,
      CloudWatchAsyncClient cloudWatch,
      AwsCredentialsProvider credentials,
      KinesisTestServer server) {
    assertThat(kinesis.listShards(request -> request.streamName("clicks")).join().shards())
        .hasSize(3);
    MetricDatum datum = MetricDatum.builder().metricName("m").value(1.0).build();
    cloudWatch.putMetricData(request -> request.namespace("test").metricData(datum)).join();

    assertThat(server.metrics()).hasSize(1);
    assertThat(credentials.resolveCredentials().accessKeyId()).isEqualTo("access");
  }

  @Test
  @KinesisServer(tls = true, streams = @KinesisServer.Stream(name = "clicks"))
  void method_withItsOwnSettings_hasAServerOfItsOwn(
      KinesisTestServer server, KinesisProducer producer, KinesisAsyncClient kinesis) {
    assertThat(server.endpoint()).hasScheme("https");
    assertThat(server.shards("clicks")).hasSize(1);
    producer.put("clicks", "k", new byte[1]).join();
    assertThat(kinesis.listShards(request -> request.streamName("clicks")).join().shards())
        .hasSize(1);
    assertThat(server.recordCount("clicks")).isEqualTo(1);
  }

  @Test
  @KinesisServer(throttling = true, streams = @KinesisServer.Stream(name = "clicks"))
  void throttling_oneCallBringsMoreThanAShardTakes_refusesSome(KinesisAsyncClient kinesis) {
    PutRecordsRequestEntry entry =
        PutRecordsRequestEntry.builder()
            .partitionKey("k")
            .data(SdkBytes.fromByteArray(new byte[1_000_000]))
            .build();
    int failed =
        kinesis
            .putRecords(
                request -> request.streamName("clicks").records(Collections.nCopies(5, entry)))
            .join()
            .failedRecordCount();

    assertThat(failed).isPositive();
  }

  @Nested
  class Inside {

    @Test
    void nestedClass_hasTheSettingsAround(KinesisTestServer server) {
      assertThat(server.shards("clicks")).hasSize(3);
    }
  }

  @Nested
  @KinesisServer
  class InsideWithItsOwnSettings {

    @Test
    void nestedClass_hasItsOwnSettings(KinesisProducerConfig config) {
      assertThat(config.recordMaxBufferedTime()).isEqualTo(Duration.ofMillis(100));
    }
  }

  @Nested
  @KinesisServer(streams = @KinesisServer.Stream(name = "shared"))
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class Shared {

    private @Nullable KinesisTestServer ofClass;

    @BeforeAll
    void start(KinesisTestServer server) {
      ofClass = server;
    }

    @RepeatedTest(2)
    void server_thatBeforeAllAskedFor_isSharedByTheTests(KinesisTestServer server) {
      assertThat(server).isSameAs(ofClass);
    }
  }
}
