// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricsLevel;
import io.kpl4j.RecordResult;
import io.kpl4j.internal.transport.NettyTransport;
import io.kpl4j.testkit.KinesisTestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.HttpMetric;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.metrics.MetricCollection;
import software.amazon.awssdk.metrics.MetricCollector;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** Calls are bounded below the pool of connections: nothing ever queues for one. */
class ConnectionQueueTest {

  private static final int CALLS = 6;

  /**
   * The transport of a client of our own, asked before each request what waits and what is used.
   */
  private static final class Watched implements SdkAsyncHttpClient {
    private final SdkAsyncHttpClient transport;
    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger mostWaiting = new AtomicInteger();
    final AtomicInteger mostUsed = new AtomicInteger();

    Watched(SdkAsyncHttpClient transport) {
      this.transport = transport;
    }

    @Override
    public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
      MetricCollector collector = MetricCollector.create("request");
      CompletableFuture<Void> answered =
          transport.execute(
              AsyncExecuteRequest.builder()
                  .request(request.request())
                  .requestContentPublisher(request.requestContentPublisher())
                  .responseHandler(request.responseHandler())
                  .fullDuplex(request.fullDuplex())
                  .metricCollector(collector)
                  .build());
      var unused = answered.whenComplete((nothing, failure) -> seen(collector.collect()));
      return answered;
    }

    private void seen(MetricCollection metrics) {
      requests.incrementAndGet();
      for (int waiting : metrics.metricValues(HttpMetric.PENDING_CONCURRENCY_ACQUIRES)) {
        mostWaiting.accumulateAndGet(waiting, Math::max);
      }
      for (int used : metrics.metricValues(HttpMetric.LEASED_CONCURRENCY)) {
        mostUsed.accumulateAndGet(used, Math::max);
      }
    }

    @Override
    public void close() {}
  }

  @Test
  void requests_underFullLoad_neverWaitForAConnection() throws Exception {
    try (KinesisTestServer server =
        KinesisTestServer.builder().latency(Duration.ofMillis(3)).throttling(false).stream(
                "clicks", 8)
            .start()) {
      KinesisProducerConfig config =
          Connections.config(server.endpoint())
              .metricsLevel(MetricsLevel.NONE)
              .recordMaxBufferedTime(Duration.ZERO)
              .aggregationEnabled(false)
              .collectionMaxCount(5)
              .rateLimit(100_000)
              .adaptiveRateLimit(false)
              .maxConnections(CALLS)
              .build();
      try (NettyTransport transport = OwnClient.transport(config, Connections.ioThreads())) {
        Watched watched = new Watched(transport.httpClient());
        put(config, watched);

        assertThat(watched.requests.get()).isGreaterThanOrEqualTo(2_000);
        assertThat(watched.mostUsed.get()).isGreaterThanOrEqualTo(2);
        assertThat(watched.mostWaiting.get()).isZero();
      }
    }
  }

  private static void put(KinesisProducerConfig config, Watched watched) throws Exception {
    try (KinesisAsyncClient client =
            KinesisAsyncClient.builder()
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(Connections.CREDENTIALS)
                .endpointOverride(config.kinesisEndpointUri().orElseThrow())
                .httpClient(watched)
                .build();
        KinesisProducer producer =
            KinesisProducer.builder().config(config).kinesisClient(client).build()) {
      List<CompletableFuture<RecordResult>> results = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        results.add(producer.put("clicks", "key-" + i, new byte[100]));
      }
      producer.flush().get(60, SECONDS);
      assertThat(results).allMatch(result -> !result.isCompletedExceptionally());
    }
  }
}
