// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricsDimension;
import io.kpl4j.MetricsGranularity;
import java.util.Properties;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The key AdditionalMetricsDimensions. */
class DimensionsTest {

  private static KinesisProducerConfig read(String value) {
    Properties properties = new Properties();
    properties.setProperty("AdditionalMetricsDimensions", value);
    return KinesisProducerConfig.fromProperties(properties);
  }

  @Test
  void file_withSeveral_givesThemInOrder() {
    assertThat(
            read(" Service=shop:global; Url=http://h:1/?a=b:stream").additionalMetricsDimensions())
        .containsExactly(
            MetricsDimension.of("Service", "shop", MetricsGranularity.GLOBAL),
            MetricsDimension.of("Url", "http://h:1/?a=b", MetricsGranularity.STREAM));
  }

  @Test
  void file_withNone_givesNone() {
    assertThat(read("").additionalMetricsDimensions()).isEmpty();
  }

  @Test
  void builder_givenDimensions_spellsThemAsAFileDoes() {
    KinesisProducerConfig config =
        KinesisProducerConfig.builder()
            .additionalMetricsDimensions(
                MetricsDimension.of("Host", "h1", MetricsGranularity.SHARD))
            .build();

    assertThat(config.toString()).contains("AdditionalMetricsDimensions=Host=h1:shard");
    assertThat(read("Host=h1:shard")).isEqualTo(config);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Service",
        "Service=shop",
        "Service=shop:region",
        "=shop:global",
        "Service=:global",
        " =a:global",
        "Sérvice=shop:global",
        "Service=shöp:global",
        "Service=shop:global;",
        "A=b:global;A=c:stream",
        "StreamName=s:global",
        "ErrorCode=e:shard"
      })
  void file_withWhatIsNotAllowed_isRefused(String value) {
    assertThatThrownBy(() -> read(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("AdditionalMetricsDimensions");
  }

  @Test
  void builder_givenMoreThanCloudWatchTakes_isRefused() {
    MetricsDimension[] many =
        IntStream.range(0, 28)
            .mapToObj(i -> MetricsDimension.of("D" + i, "v", MetricsGranularity.GLOBAL))
            .toArray(MetricsDimension[]::new);

    assertThatThrownBy(
            () -> KinesisProducerConfig.builder().additionalMetricsDimensions(many).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("27");
  }
}
