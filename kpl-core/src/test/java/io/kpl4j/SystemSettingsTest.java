// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings from the environment of the process. */
class SystemSettingsTest {

  private final Properties properties = new Properties();

  private KinesisProducerConfigBuilder apply(
      KinesisProducerConfigBuilder builder, Map<String, String> environment) {
    return builder.applySystemSettings(environment, properties);
  }

  private KinesisProducerConfig read(Map<String, String> environment) {
    return apply(KinesisProducerConfig.builder(), environment).build();
  }

  @Test
  void apply_keyInBoth_systemPropertyCountsBeforeEnvironmentVariable() {
    properties.setProperty("kpl4j.RateLimit", "80");
    Map<String, String> environment =
        Map.of("KPL4J_RATE_LIMIT", "90", "KPL4J_RECORD_TTL", "infinite");

    KinesisProducerConfig config = read(environment);

    assertThat(config.rateLimit()).isEqualTo(80);
    assertThat(config.recordTtl()).isEqualTo(KinesisProducerConfig.FOREVER);
  }

  @Test
  void apply_betweenFileAndCode_isOverTheFileAndUnderTheCode() {
    Properties file = new Properties();
    file.setProperty("RateLimit", "10");
    file.setProperty("MaxConnections", "11");
    file.setProperty("CollectionMaxCount", "12");
    properties.setProperty("kpl4j.RateLimit", "20");
    properties.setProperty("kpl4j.MaxConnections", "21");

    KinesisProducerConfig config =
        apply(KinesisProducerConfig.fromProperties(file).toBuilder(), Map.of())
            .rateLimit(30)
            .build();

    assertThat(config.collectionMaxCount()).isEqualTo(12);
    assertThat(config.maxConnections()).isEqualTo(21);
    assertThat(config.rateLimit()).isEqualTo(30);
  }

  @Test
  void apply_valuesWithBlanks_areTrimmed() {
    assertThat(read(Map.of("KPL4J_RATE_LIMIT", " 70\n")).rateLimit()).isEqualTo(70);
  }

  @Test
  void apply_settingOfOneStream_isASystemProperty() {
    properties.setProperty("kpl4j.stream.orders.v2.RecordTtl", "700");
    KinesisProducerConfigBuilder builder =
        KinesisProducerConfig.builder().stream(
            "orders.v2", own -> own.recordTtl(Duration.ofSeconds(9)).rateLimit(5));

    KinesisProducerConfig own = apply(builder, Map.of()).build().forStream("orders.v2");

    assertThat(own.recordTtl()).isEqualTo(Duration.ofMillis(700));
    assertThat(own.rateLimit()).isEqualTo(5);
  }

  @Test
  void apply_settingOfOneStreamAsVariable_isRefusedWithTheWayOut() {
    assertThatThrownBy(() -> read(Map.of("KPL4J_STREAM_ORDERS_RATE_LIMIT", "1")))
        .hasMessage(
            "environment variable KPL4J_STREAM_ORDERS_RATE_LIMIT is refused: it cannot spell the"
                + " name of a stream; the system property kpl4j.stream.<name>.<key> can");
  }

  @ParameterizedTest
  @CsvSource({
    "KPL4J_RATELIMIT, KPL4J_RATE_LIMIT",
    "KPL4J_RECORDS_TTL, KPL4J_RECORD_TTL",
    "KPL4J_DESCRIBE_STREAM_SUMMARY_INTERVAL, KPL4J_DESCRIBE_STREAM_SUMMARY_INTERVAL_MS",
  })
  void apply_misspeltVariable_isRefusedWithTheNearest(String misspelt, String meant) {
    assertThatThrownBy(() -> read(Map.of(misspelt, "1")))
        .hasMessage("unknown environment variable %s, did you mean %s?", misspelt, meant);
  }

  @Test
  void apply_misspeltProperty_isRefusedWithTheNearest() {
    properties.setProperty("kpl4j.rateLimit", "1");

    assertThatThrownBy(() -> read(Map.of()))
        .hasMessage(
            "system property kpl4j.rateLimit: unknown key rateLimit, did you mean RateLimit?");
  }

  @Test
  void apply_badValue_isRefusedWithWhereItStands() {
    assertThatThrownBy(() -> read(Map.of("KPL4J_RATE_LIMIT", "fast")))
        .hasMessage(
            "environment variable KPL4J_RATE_LIMIT: RateLimit=fast is not allowed;"
                + " allowed: 1 or more");
    properties.setProperty("kpl4j.CaCertPath", "/etc/ssl");
    assertThatThrownBy(() -> read(Map.of()))
        .hasMessageStartingWith("system property kpl4j.CaCertPath: CaCertPath=/etc/ssl is refused");
  }

  @Test
  void apply_refused_leavesTheBuilderAsItWas() {
    KinesisProducerConfigBuilder builder = KinesisProducerConfig.builder();
    properties.setProperty("kpl4j.RateLimit", "1");
    properties.setProperty("kpl4j.stream.s.RateLimit", "2");
    properties.setProperty("kpl4j.zzz", "3");

    assertThatThrownBy(() -> apply(builder, Map.of())).hasMessageContaining("zzz");

    assertThat(builder.build()).isEqualTo(KinesisProducerConfig.builder().build());
  }

  @Test
  void apply_othersNames_areLeftAlone() {
    properties.setProperty("kpl4jx", "1");
    properties.setProperty("java.home", "2");

    assertThat(read(Map.of("PATH", "/bin", "RATE_LIMIT", "3", "kpl4j_rate_limit", "4")))
        .isEqualTo(KinesisProducerConfig.builder().build());
  }

  @Test
  void apply_keyWithoutMeaning_isNamedInOneWarning() {
    properties.setProperty("kpl4j.ThreadingModel", "POOLED");

    String log =
        Logs.of(
            () -> read(Map.of("KPL4J_LOG_LEVEL", "info", "KPL4J_THREADING_MODEL", "PER_REQUEST")));

    assertThat(log)
        .containsOnlyOnce("WARN")
        .contains("Ignored, as they have no meaning here: LogLevel, ThreadingModel");
  }

  @Test
  void fromSystemSettings_ofThisProcess_readsItsProperties() {
    String before = System.setProperty("kpl4j.RateLimit", "33");
    try {
      assertThat(KinesisProducerConfig.fromSystemSettings().rateLimit()).isEqualTo(33);
    } finally {
      assertThat(before).isNull();
      System.clearProperty("kpl4j.RateLimit");
    }
  }
}
