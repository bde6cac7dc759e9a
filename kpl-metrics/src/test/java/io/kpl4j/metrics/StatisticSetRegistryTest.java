// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.cloudwatch2.CloudWatchConfig;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataResponse;

/** What becomes of metrics when something fails on their way to CloudWatch. */
class StatisticSetRegistryTest {

  private static final RollUp.Key KEY =
      new RollUp.Key(Metric.USER_RECORDS_PUT, Map.of("StreamName", "clicks"));

  private final List<Double> sums = new ArrayList<>();
  private final Queue<Supplier<Map<RollUp.Key, Statistics>>> taken = new ArrayDeque<>();
  private @Nullable Throwable thrown;

  private final CloudWatchAsyncClient client =
      new CloudWatchAsyncClient() {
        @Override
        public CompletableFuture<PutMetricDataResponse> putMetricData(
            PutMetricDataRequest request) {
          if (thrown instanceof Error error) {
            throw error;
          }
          if (thrown != null) {
            return CompletableFuture.failedFuture(thrown);
          }
          request.metricData().forEach(datum -> sums.add(datum.statisticValues().sum()));
          return CompletableFuture.completedFuture(PutMetricDataResponse.builder().build());
        }

        @Override
        public String serviceName() {
          return "cloudwatch";
        }

        @Override
        public void close() {}
      };

  private final StatisticSetRegistry registry =
      new StatisticSetRegistry(
          new CloudWatchConfig() {
            @Override
            public @Nullable String get(String key) {
              return null;
            }

            @Override
            public String namespace() {
              return "test";
            }

            @Override
            public boolean enabled() {
              return false;
            }
          },
          client,
          new FailureLog(
              LoggerFactory.getLogger(StatisticSetRegistryTest.class),
              Duration.ofMinutes(1),
              System::nanoTime));

  StatisticSetRegistryTest() {
    registry.source(() -> taken.remove().get());
  }

  private void publish(long records) {
    taken.add(() -> Map.of(KEY, Statistics.of(1, records)));
    registry.publish();
  }

  @Test
  void publish_callFailed_goesWithTheNext() {
    thrown = new IllegalStateException("thrown by the test");
    publish(3);
    thrown = null;
    publish(4);

    assertThat(sums).containsExactly(7.0);
  }

  @Test
  void publish_memoryLacked_goesWithTheNext() {
    thrown = new OutOfMemoryError("thrown by the test");
    publish(3);
    thrown = null;
    publish(4);

    assertThat(sums).containsExactly(7.0);
  }

  @Test
  void publish_whatIsNewCannotBeTaken_losesNothingThatWaits() {
    thrown = new IllegalStateException("thrown by the test");
    publish(3);
    thrown = null;
    taken.add(
        () -> {
          throw new OutOfMemoryError("thrown by the test");
        });
    assertThatThrownBy(registry::publish).isInstanceOf(OutOfMemoryError.class);
    publish(4);

    assertThat(sums).containsExactly(7.0);
  }
}
