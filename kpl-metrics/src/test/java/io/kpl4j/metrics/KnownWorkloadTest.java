// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static io.kpl4j.metrics.KnownWorkload.rounded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricWindow;
import io.kpl4j.MetricsGranularity;
import io.kpl4j.MetricsLevel;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.metrics.KnownWorkload.Named;
import io.kpl4j.testkit.KinesisTestServer;
import io.kpl4j.testkit.MetricDatumSeen;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every metric's count, sum, minimum and maximum, wherever metrics go. */
class KnownWorkloadTest {

  static Stream<Arguments> levelsAndGranularities() {
    return Stream.of(MetricsLevel.SUMMARY, MetricsLevel.DETAILED)
        .flatMap(
            level ->
                Stream.of(MetricsGranularity.values())
                    .map(granularity -> Arguments.of(level, granularity)));
  }

  @Test
  void workload_hasValuesOfEveryMetric() {
    Set<String> without = Set.of(Metric.USER_RECORDS_PENDING.cloudWatchName());
    List<String> valued =
        new KnownWorkload(ProducerEvents.none())
            .drive().values().stream().map(KnownWorkload.Value::metric).distinct().toList();

    assertThat(Stream.of(Metric.values()).map(Metric::cloudWatchName))
        .filteredOn(name -> !without.contains(name))
        .containsExactlyInAnyOrderElementsOf(valued);
  }

  @ParameterizedTest
  @MethodSource("levelsAndGranularities")
  void endpoint_afterAnUpload_hasThemAllAndNoOthers(
      MetricsLevel level, MetricsGranularity granularity) {
    try (KinesisTestServer server = KinesisTestServer.start()) {
      ProducerEvents events =
          Cloud.publish(
              Cloud.config(server.endpoint()).metricsLevel(level).metricsGranularity(granularity));
      KnownWorkload workload = new KnownWorkload(events).drive();
      events.close();

      Map<Named, List<Double>> seen = new HashMap<>();
      for (MetricDatumSeen datum : server.metrics()) {
        MetricDatumSeen.Statistics set = datum.statistics().orElseThrow();
        List<Double> before =
            seen.put(
                new Named(datum.name(), datum.dimensions()),
                numbers(set.sampleCount(), set.sum(), set.minimum(), set.maximum()));
        assertThat(before).as("one datum of each: " + datum).isNull();
        assertThat(datum.unit()).as(datum.name()).contains(KnownWorkload.unit(datum.name()));
      }
      assertThat(seen).isEqualTo(workload.expected(level, granularity));
    }
  }

  @ParameterizedTest
  @MethodSource("levelsAndGranularities")
  void localView_sinceStartAndOfTheLastMinute_hasThemAllAndNoOthers(
      MetricsLevel level, MetricsGranularity granularity) {
    LocalEvents events =
        new LocalEvents(
            KinesisProducerConfig.builder()
                .metricsLevel(level)
                .metricsGranularity(granularity)
                .build());
    KnownWorkload workload = new KnownWorkload(events).drive();

    Map<Named, List<Double>> expected = workload.expected(level, granularity);
    assertThat(windows(events.metrics().orElseThrow().sinceStart())).isEqualTo(expected);
    assertThat(windows(events.metrics().orElseThrow().last(Duration.ofSeconds(60))))
        .isEqualTo(expected);
  }

  private static Map<Named, List<Double>> windows(List<MetricWindow> windows) {
    Map<Named, List<Double>> seen = new HashMap<>();
    for (MetricWindow window : windows) {
      seen.put(
          new Named(window.name(), window.dimensions()),
          numbers((double) window.sampleCount(), window.sum(), window.minimum(), window.maximum()));
    }
    return seen;
  }

  private static List<Double> numbers(double... numbers) {
    List<Double> rounded = new ArrayList<>();
    for (double number : numbers) {
      rounded.add(rounded(number));
    }
    return rounded;
  }

  @ParameterizedTest
  @EnumSource
  void simpleMeterRegistry_atEachGranularity_hasTheSameNumbers(MetricsGranularity granularity) {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    KnownWorkload workload = new KnownWorkload(new MicrometerEvents(registry, granularity)).drive();

    for (Metric metric : Metric.values()) {
      for (Meter meter : metric.hasMeter() ? metersOf(registry, metric) : List.<Meter>of()) {
        assertMeter(meter, valuesOf(workload, metric, meter, granularity));
      }
      double all =
          workload.values().stream()
              .filter(value -> value.metric().equals(metric.cloudWatchName()))
              .count();
      assertThat(metric.hasMeter() && all > 0 && metersOf(registry, metric).isEmpty())
          .as(metric + " lacks a meter")
          .isEqualTo(metric == Metric.SHARD_RATE && granularity != MetricsGranularity.SHARD);
    }
  }

  private static List<Meter> metersOf(SimpleMeterRegistry registry, Metric metric) {
    return registry.getMeters().stream()
        .filter(meter -> meter.getId().getName().equals(metric.meterName()))
        .filter(meter -> metric != Metric.USER_RECORDS_PENDING)
        .toList();
  }

  private static double[] valuesOf(
      KnownWorkload workload, Metric metric, Meter meter, MetricsGranularity granularity) {
    return workload.values().stream()
        .filter(value -> value.metric().equals(metric.cloudWatchName()))
        .filter(
            value ->
                granularity == MetricsGranularity.GLOBAL
                    || value.stream().equals(meter.getId().getTag("stream")))
        .filter(
            value ->
                granularity != MetricsGranularity.SHARD
                    || !metric.perShard()
                    || Objects.requireNonNullElse(value.shard(), "unknown")
                        .equals(meter.getId().getTag("shard")))
        .filter(
            value ->
                !metric.perError() || Objects.equals(value.error(), meter.getId().getTag("error")))
        .mapToDouble(KnownWorkload.Value::value)
        .toArray();
  }

  private static void assertMeter(Meter meter, double[] values) {
    String what = meter.getId().toString();
    double sum = Arrays.stream(values).sum();
    double maximum = Arrays.stream(values).max().orElse(0);
    if (meter instanceof Counter counter) {
      assertThat(counter.count()).as(what).isEqualTo(sum);
    } else if (meter instanceof Timer timer) {
      assertThat(timer.count()).as(what).isEqualTo(values.length);
      assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).as(what).isCloseTo(sum, within(1e-6));
      assertThat(timer.max(TimeUnit.MILLISECONDS)).as(what).isCloseTo(maximum, within(1e-6));
    } else if (meter instanceof DistributionSummary summary) {
      assertThat(summary.count()).as(what).isEqualTo(values.length);
      assertThat(summary.totalAmount()).as(what).isEqualTo(sum);
      assertThat(summary.max()).as(what).isEqualTo(maximum);
    } else if (meter instanceof Gauge gauge && values.length > 0) {
      assertThat(gauge.value() * 100).as(what).isEqualTo(values[values.length - 1]);
    }
  }
}
