// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.DimensionFilter;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStatisticsResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

/** CloudWatch as the real SDK sees it. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
final class CloudWatchTest {

  private static final Instant TIME = Instant.parse("2026-11-01T12:34:56.789Z");

  @Parameter boolean tls;

  private KinesisTestServer server;
  private CloudWatchAsyncClient client;

  @BeforeEach
  void start() {
    server = KinesisTestServer.builder().tls(tls).start();
    client = Clients.cloudWatch(server);
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void putMetricData_singleValue_isKept() {
    put(
        List.of(
            MetricDatum.builder()
                .metricName("UserRecordsPut")
                .unit(StandardUnit.COUNT)
                .timestamp(TIME)
                .value(12.5)
                .dimensions(dimension("StreamName", "clicks"), dimension("ShardId", "shardId-1"))
                .build()));

    assertThat(server.metrics())
        .singleElement()
        .satisfies(
            datum -> {
              assertThat(datum.namespace()).isEqualTo("kpl4j");
              assertThat(datum.name()).isEqualTo("UserRecordsPut");
              assertThat(datum.unit()).contains("Count");
              assertThat(datum.timestamp()).contains(TIME);
              assertThat(datum.value()).hasValue(12.5);
              assertThat(datum.statistics()).isEmpty();
              assertThat(datum.dimensions())
                  .containsExactly(
                      Map.entry("StreamName", "clicks"), Map.entry("ShardId", "shardId-1"));
            });
  }

  @Test
  void putMetricData_statisticSet_isKept() {
    put(
        List.of(
            MetricDatum.builder()
                .metricName("RequestTime")
                .statisticValues(s -> s.sampleCount(4.0).sum(10.0).minimum(1.0).maximum(4.5))
                .build()));

    MetricDatumSeen.Statistics statistics = server.metrics().get(0).statistics().orElseThrow();
    assertThat(statistics.sampleCount()).isEqualTo(4);
    assertThat(statistics.sum()).isEqualTo(10);
    assertThat(statistics.minimum()).isEqualTo(1);
    assertThat(statistics.maximum()).isEqualTo(4.5);
  }

  @Test
  void putMetricData_valuesAndCounts_areKept() {
    put(
        List.of(
            MetricDatum.builder()
                .metricName("RequestTime")
                .values(1.0, 2.5)
                .counts(3.0, 4.0)
                .build()));

    assertThat(server.metrics().get(0).values()).containsExactly(1.0, 2.5);
    assertThat(server.metrics().get(0).counts()).containsExactly(3.0, 4.0);
  }

  @Test
  void putMetricData_aThousandInOneCall_comesPackedAndIsKept() {
    put(data(1_000));

    assertThat(server.metrics())
        .hasSize(1_000)
        .last()
        .extracting(MetricDatumSeen::name)
        .isEqualTo("m999");
    assertThat(server.calls("PutMetricData")).isEqualTo(1);
  }

  @Test
  void putMetricData_oneTooMany_isRefusedWhole() {
    assertThatThrownBy(() -> put(data(1_001)))
        .cause()
        .isInstanceOfSatisfying(
            CloudWatchException.class,
            e ->
                assertThat(e.awsErrorDetails().errorCode())
                    .isEqualTo("InvalidParameterValueException"));
    assertThat(server.metrics()).isEmpty();
  }

  @Test
  void putMetricData_fault_failsAndKeepsNothing() {
    server.faults().add(Fault.on("PutMetricData").httpError(503));

    assertThatThrownBy(() -> put(data(1)))
        .cause()
        .isInstanceOfSatisfying(
            CloudWatchException.class, e -> assertThat(e.statusCode()).isEqualTo(503));
    assertThat(server.metrics()).isEmpty();
  }

  @Test
  void clearMetrics_afterPut_isEmpty() {
    put(data(3));
    server.clearMetrics();

    assertThat(server.metrics()).isEmpty();
  }

  @Test
  void listMetrics_filtered_areThoseOnly() {
    put(
        List.of(
            datum("Put", 1, dimension("StreamName", "clicks")),
            datum("Put", 2, dimension("StreamName", "clicks")),
            datum("Put", 3, dimension("StreamName", "views")),
            datum("Failed", 4, dimension("StreamName", "clicks"))));

    DimensionFilter onlyViews = DimensionFilter.builder().name("StreamName").value("views").build();

    assertThat(client.listMetrics(r -> r.namespace("kpl4j")).join().metrics()).hasSize(3);
    assertThat(client.listMetrics(r -> r.namespace("other")).join().metrics()).isEmpty();
    assertThat(client.listMetrics(r -> r.metricName("Put").dimensions(onlyViews)).join().metrics())
        .singleElement()
        .satisfies(
            metric ->
                assertThat(metric.dimensions()).containsExactly(dimension("StreamName", "views")));
  }

  @Test
  void listMetrics_manyPages_areAll() {
    put(data(900));

    assertThat(client.listMetrics(r -> r.namespace("kpl4j")).join().nextToken()).isNotNull();
    Set<String> names = ConcurrentHashMap.newKeySet();
    client
        .listMetricsPaginator(r -> r.namespace("kpl4j"))
        .subscribe(page -> page.metrics().forEach(metric -> names.add(metric.metricName())))
        .join();
    assertThat(names).hasSize(900);
  }

  @Test
  void getMetricStatistics_twoPeriods_areSummedUp() {
    put(
        List.of(
            datum("Put", 1),
            datum("Put", 3),
            MetricDatum.builder()
                .metricName("Put")
                .timestamp(TIME)
                .values(5.0, 7.0)
                .counts(2.0, 1.0)
                .build(),
            datum("Put", 10).toBuilder().timestamp(TIME.plusSeconds(60)).build(),
            datum("Put", 99, dimension("StreamName", "clicks")),
            datum("Other", 99)));

    List<Datapoint> points = statistics("Put").datapoints();

    assertThat(points).hasSize(2);
    assertThat(points.get(0).timestamp()).isEqualTo(Instant.parse("2026-11-01T12:34:00Z"));
    assertThat(points.get(0).sampleCount()).isEqualTo(5);
    assertThat(points.get(0).sum()).isEqualTo(21);
    assertThat(points.get(0).average()).isEqualTo(4.2);
    assertThat(points.get(0).minimum()).isEqualTo(1);
    assertThat(points.get(0).maximum()).isEqualTo(7);
    assertThat(points.get(0).unit()).isEqualTo(StandardUnit.NONE);
    assertThat(points.get(1).sum()).isEqualTo(10);
  }

  @Test
  void getMetricStatistics_withoutTimestamp_countsWhenItCame() {
    put(List.of(MetricDatum.builder().metricName("Now").value(1.0).build()));
    Instant now = Instant.now();

    assertThat(
            client
                .getMetricStatistics(
                    r ->
                        r.namespace("kpl4j")
                            .metricName("Now")
                            .startTime(now.minusSeconds(600))
                            .endTime(now.plusSeconds(600))
                            .period(60)
                            .statistics(Statistic.SUM))
                .join()
                .datapoints())
        .singleElement()
        .satisfies(point -> assertThat(point.sum()).isEqualTo(1));
  }

  @Test
  void getMetricStatistics_tooManyPoints_isRefused() {
    assertThatThrownBy(
            () ->
                client
                    .getMetricStatistics(
                        r ->
                            r.namespace("kpl4j")
                                .metricName("Put")
                                .startTime(TIME.minusSeconds(90_000))
                                .endTime(TIME)
                                .period(60)
                                .statistics(Statistic.SUM))
                    .join())
        .cause()
        .isInstanceOf(CloudWatchException.class)
        .hasMessageContaining("1440");
  }

  private GetMetricStatisticsResponse statistics(String name) {
    return client
        .getMetricStatistics(
            r ->
                r.namespace("kpl4j")
                    .metricName(name)
                    .startTime(TIME.minusSeconds(3_600))
                    .endTime(TIME.plusSeconds(3_600))
                    .period(60)
                    .statistics(
                        Statistic.SAMPLE_COUNT,
                        Statistic.SUM,
                        Statistic.AVERAGE,
                        Statistic.MINIMUM,
                        Statistic.MAXIMUM))
        .join();
  }

  private static MetricDatum datum(String name, double value, Dimension... dimensions) {
    return MetricDatum.builder()
        .metricName(name)
        .timestamp(TIME)
        .value(value)
        .dimensions(dimensions)
        .build();
  }

  private void put(List<MetricDatum> data) {
    client.putMetricData(r -> r.namespace("kpl4j").metricData(data)).join();
  }

  private static List<MetricDatum> data(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> MetricDatum.builder().metricName("m" + i).value(1.0).build())
        .toList();
  }

  private static Dimension dimension(String name, String value) {
    return Dimension.builder().name(name).value(value).build();
  }
}
