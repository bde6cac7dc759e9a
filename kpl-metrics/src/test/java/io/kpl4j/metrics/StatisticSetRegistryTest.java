// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.cloudwatch2.CloudWatchConfig;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataResponse;

/** What becomes of metrics when something fails on their way to CloudWatch. */
class StatisticSetRegistryTest {

  private static final int CALL = 1_000;

  /** What was taken, by stream. */
  private final Map<String, Double> sums = new HashMap<>();

  /** Streams whose metrics make a call invalid. */
  private final Set<String> poison = new HashSet<>();

  private final Queue<Supplier<Map<RollUp.Key, Statistics>>> taken = new ArrayDeque<>();
  private final LoggedWarnings log = new LoggedWarnings();
  private @Nullable Throwable thrown;
  private int calls;
  private int throttledCall;

  private final CloudWatchAsyncClient client =
      new CloudWatchAsyncClient() {
        @Override
        public CompletableFuture<PutMetricDataResponse> putMetricData(
            PutMetricDataRequest request) {
          calls++;
          if (thrown instanceof Error error) {
            throw error;
          }
          Throwable failure = thrown == null ? failure(request) : thrown;
          if (failure != null) {
            return CompletableFuture.failedFuture(failure);
          }
          request
              .metricData()
              .forEach(
                  datum -> sums.merge(stream(datum), datum.statisticValues().sum(), Double::sum));
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
          new FailureLog(log, Duration.ofDays(1), System::nanoTime));

  StatisticSetRegistryTest() {
    registry.source(() -> taken.remove().get());
  }

  private @Nullable Throwable failure(PutMetricDataRequest request) {
    if (calls == throttledCall) {
      return failure(400, "Throttling");
    }
    return request.metricData().stream()
            .map(StatisticSetRegistryTest::stream)
            .anyMatch(poison::contains)
        ? failure(400, "InvalidParameterValue")
        : null;
  }

  private static CloudWatchException failure(int status, String code) {
    return (CloudWatchException)
        CloudWatchException.builder()
            .statusCode(status)
            .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage("no").build())
            .build();
  }

  private static String stream(MetricDatum datum) {
    return datum.dimensions().get(0).value();
  }

  private static String name(int stream) {
    return "s" + stream;
  }

  /** A record was put on each of so many streams, and so many times as said. */
  private void publish(int streams, long records) {
    Map<RollUp.Key, Statistics> values = new LinkedHashMap<>();
    for (int i = 0; i < streams; i++) {
      values.put(
          new RollUp.Key(Metric.USER_RECORDS_PUT, Map.of("StreamName", name(i))),
          Statistics.of(1, records));
    }
    taken.add(() -> values);
    registry.publish();
  }

  private void publishNothing() {
    publish(0, 0);
  }

  @Test
  void publish_callFailed_goesWithTheNext() {
    thrown = new IllegalStateException("thrown by the test");
    publish(1, 3);
    thrown = null;
    publish(1, 4);

    assertThat(sums).isEqualTo(Map.of("s0", 7.0));
  }

  @Test
  void publish_memoryLacked_goesWithTheNext() {
    thrown = new OutOfMemoryError("thrown by the test");
    publish(1, 3);
    thrown = null;
    publish(1, 4);

    assertThat(sums).isEqualTo(Map.of("s0", 7.0));
  }

  @Test
  void publish_whatIsNewCannotBeTaken_losesNothingThatWaits() {
    thrown = new IllegalStateException("thrown by the test");
    publish(1, 3);
    thrown = null;
    taken.add(
        () -> {
          throw new OutOfMemoryError("thrown by the test");
        });
    assertThatThrownBy(registry::publish).isInstanceOf(OutOfMemoryError.class);
    publish(1, 4);

    assertThat(sums).isEqualTo(Map.of("s0", 7.0));
  }

  @Test
  void publish_oneDatumOfAThousandRefused_isDroppedAndNamedAndTheRestKept() {
    poison.add(name(617));
    publish(CALL, 3);

    assertThat(sums).hasSize(CALL - 1).doesNotContainKey(name(617)).containsValue(3.0);
    assertThat(new HashSet<>(sums.values())).containsExactly(3.0);
    assertThat(calls).as("two for each halving").isLessThanOrEqualTo(1 + 2 * 10);
    assertThat(log.all())
        .singleElement()
        .asString()
        .contains("UserRecordsPut{StreamName=s617}", "lost");
    calls = 0;
    publishNothing();
    assertThat(calls).as("nothing waits").isZero();
  }

  @Test
  void publish_throttledWhileARefusedDatumIsSoughtFor_goesWithTheNext() {
    poison.add(name(999));
    throttledCall = 2;
    publish(CALL, 1);
    assertThat(sums).hasSize(CALL / 2 - 1);
    publish(CALL, 1);

    assertThat(sums).hasSize(CALL - 1);
    assertThat(sums.get(name(0))).as("of the half that was throttled").isEqualTo(2);
    assertThat(sums.get(name(998))).isEqualTo(2);
  }

  @Test
  void publish_everyDatumRefused_endsAfterABoundedNumberOfCallsAndKeepsNothing() {
    IntStream.range(0, 3 * CALL).mapToObj(StatisticSetRegistryTest::name).forEach(poison::add);
    publish(3 * CALL, 1);

    assertThat(calls).isLessThanOrEqualTo(3 + Upload.MOST_FURTHER_CALLS);
    assertThat(log.all())
        .filteredOn(line -> line.contains("series are lost"))
        .singleElement()
        .asString()
        .containsPattern("values of 29\\d\\d series are lost");
    calls = 0;
    publishNothing();
    assertThat(calls).as("nothing waits").isZero();
  }

  @Test
  void publish_everySecondDatumRefused_publishesTheOthersUploadByUpload() {
    IntStream.range(0, CALL)
        .filter(i -> i % 2 == 1)
        .mapToObj(StatisticSetRegistryTest::name)
        .forEach(poison::add);
    publish(CALL, 1);
    assertThat(calls).isLessThanOrEqualTo(1 + Upload.MOST_FURTHER_CALLS);
    for (int i = 0; i < 50; i++) {
      publishNothing();
    }

    assertThat(sums).hasSize(CALL / 2);
    assertThat(new HashSet<>(sums.values())).containsExactly(1.0);
  }

  @Test
  void publish_moreRefusedThanCanBeFoundAtOnce_losesNoOtherInTheEnd() {
    IntStream.range(100, 140).mapToObj(StatisticSetRegistryTest::name).forEach(poison::add);
    publish(2 * CALL, 1);
    assertThat(calls).isLessThanOrEqualTo(2 + Upload.MOST_FURTHER_CALLS);
    for (int i = 0; i < 10; i++) {
      publishNothing();
    }

    assertThat(sums).hasSize(2 * CALL - 40);
    assertThat(new HashSet<>(sums.values())).containsExactly(1.0);
    calls = 0;
    publishNothing();
    assertThat(calls).as("nothing waits").isZero();
  }

  @Test
  void publish_moreWaitThanMayBeKept_saysHowManyAreLost() {
    thrown = new IllegalStateException("thrown by the test");
    publish(StatisticSetRegistry.MOST_CARRIED + 7, 1);
    thrown = null;
    publishNothing();

    assertThat(sums).hasSize(StatisticSetRegistry.MOST_CARRIED);
    assertThat(log.all())
        .filteredOn(line -> line.contains("lost"))
        .singleElement()
        .asString()
        .contains("7 series are lost");
  }
}
