// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.KinesisProducerConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypeTest {

  static List<ConfigKey<?>> ownKeys() {
    return ConfigKeys.ALL;
  }

  @ParameterizedTest
  @MethodSource("ownKeys")
  <T> void parse_formattedDefault_isTheDefault(ConfigKey<T> key) {
    T fallback = key.defaultValue(ConfigValues.of(Map.of(), Map.of()));

    assertThat(key.parse(key.format(fallback))).isEqualTo(fallback);
  }

  @ParameterizedTest
  @CsvSource({
    "AggregationMaxCount, 1, 9223372036854775807",
    "AggregationMaxSize, 64, 10485760",
    "AggregationRecordMaxSize, 1, 10485760",
    "BufferMaxBytes, 1024, 9223372036854775807",
    "BufferMaxRecords, 1, 9223372036854775807",
    "CloseTimeout, 0, 3153600000000",
    "CloudwatchPort, 1, 65535",
    "CollectionMaxCount, 1, 500",
    "CollectionMaxSize, 52224, 10485760",
    "ConnectTimeout, 100, 300000",
    "CredentialsRefreshDelay, 1, 300000",
    "DaemonHealthCheckTimeoutMs, 5000, 9223372036854775807",
    "DescribeStreamSummaryIntervalMs, 1, 3153600000000",
    "KinesisPort, 1, 65535",
    "MaxBlockTime, 0, 3153600000000",
    "MaxConnections, 1, 256",
    "MaxInFlightBytes, 1024, 9223372036854775807",
    "MaxInFlightRequests, 1, 256",
    "MaxUserRecordSize, 64, 10485760",
    "MaxWaitingAdmissions, 1, 10000000",
    "MetricsUploadDelay, 1, 60000",
    "MinConnections, 1, 16",
    "ProxyPort, 1, 65535",
    "RateLimit, 1, 9223372036854775807",
    "RecordMaxBufferedTime, 0, 3153600000000",
    "RecordTtl, 100, 3153600000000",
    "RequestTimeout, 100, 600000",
    "RetryBaseDelay, 1, 60000",
    "RetryMaxDelay, 1, 600000",
    "SenderThreads, 1, 256",
    "StsPort, 1, 65535",
    "ThreadPoolSize, 0, 2147483647",
    "UserRecordTimeoutInMillis, 0, 9223372036854775807",
  })
  void parse_endsOfTheRange_areTheOutermostAllowed(String name, long min, long max) {
    ConfigKey<?> key = requireNonNull(KnownKeys.find(name));

    assertThat(key.parse(String.valueOf(min))).isNotNull();
    assertThat(key.parse(String.valueOf(max))).isNotNull();
    assertThatThrownBy(() -> key.parse(String.valueOf(min - 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("%s=%d is not allowed; allowed: %s", name, min - 1, key.allowed());
    if (!name.equals("RecordTtl") && max < Long.MAX_VALUE) {
      assertThatThrownBy(() -> key.parse(String.valueOf(max + 1)))
          .hasMessageStartingWith("%s=%d is not allowed", name, max + 1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yes", "TRUE", "True", "1"})
  void parse_flagOtherThanTrueOrFalse_isRefused(String text) {
    assertThatThrownBy(() -> ConfigKeys.FAIL_IF_THROTTLED.parse(text))
        .hasMessage("FailIfThrottled=%s is not allowed; allowed: true or false", text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "many", "1.0", "1e3", "1_000", "0x10", "٣", "99999999999999999999"})
  void parse_notAWholeNumber_isRefused(String text) {
    assertThatThrownBy(() -> ConfigKeys.RATE_LIMIT.parse(text))
        .hasMessage("RateLimit=%s is not allowed; allowed: 1 or more", text);
  }

  @Test
  void parse_semicolonAtTheEnd_isRefusedWithAHint() {
    assertThatThrownBy(() -> ConfigKeys.MAX_USER_RECORD_SIZE.parse("1048576;"))
        .hasMessage(
            "MaxUserRecordSize=1048576; is not allowed; allowed: 64 to 10485760; remove the"
                + " semicolon at its end");
  }

  @ParameterizedTest
  @ValueSource(strings = {"infinite", "9223372036854775807"})
  void parse_infiniteTtl_isForever(String text) {
    assertThat(ConfigKeys.RECORD_TTL.parse(text)).isEqualTo(KinesisProducerConfig.FOREVER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775806", "3153600000001", "Infinite", "99"})
  void parse_ttlThatCannotBeReckonedWith_isRefused(String text) {
    assertThatThrownBy(() -> ConfigKeys.RECORD_TTL.parse(text))
        .hasMessage(
            "RecordTtl=%s is not allowed; allowed: 100 to 3153600000000 ms, or infinite", text);
  }

  @Test
  void parse_infiniteWhereThereIsNone_isRefused() {
    assertThatThrownBy(() -> ConfigKeys.MAX_BLOCK_TIME.parse("infinite"))
        .hasMessage("MaxBlockTime=infinite is not allowed; allowed: 0 to 3153600000000 ms");
  }

  @Test
  void check_extremeDurations_areRefused() {
    for (Duration extreme :
        List.of(
            Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
            Duration.ofSeconds(Long.MIN_VALUE),
            Duration.ofMillis(-1),
            KinesisProducerConfig.FOREVER)) {
      assertThatThrownBy(() -> ConfigKeys.CLOSE_TIMEOUT.check(extreme))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("CloseTimeout=");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eu-central-1",
        "us-gov-west-1",
        "us-isob-east-1",
        "cn-north-1",
        "eusc-de-east-1",
        "ap-southeast-12",
        ""
      })
  void parse_region_takesTheKnownForms(String text) {
    assertThat(ConfigKeys.REGION.parse(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"eu", "EU-CENTRAL-1", "eu-central", "eu-central-123", "eu central 1"})
  void parse_notARegion_isRefused(String text) {
    assertThatThrownBy(() -> ConfigKeys.REGION.parse(text))
        .hasMessageStartingWith("Region=%s is not allowed", text);
  }

  @ParameterizedTest
  @CsvSource({
    "MetricsLevel, Summary",
    "MetricsLevel, NONE",
    "MetricsGranularity, Shard",
    "RecordDistributionStrategyDefault, auto",
    "ThreadingModel, pooled",
    "LogLevel, INFO",
    "MetricsNamespace, AWS/Kinesis",
    "MetricsNamespace, :mine",
    "MetricsNamespace, Größe",
    "KinesisEndpoint, my host",
    "ProxyHost, http://proxy"
  })
  void parse_notOneOfTheWords_isRefusedWithThem(String name, String text) {
    ConfigKey<?> key = requireNonNull(KnownKeys.find(name));

    assertThatThrownBy(() -> key.parse(text))
        .hasMessage("%s=%s is not allowed; allowed: %s", name, text, key.allowed());
  }

  @Test
  void parse_badPassword_isConcealed() {
    assertThatThrownBy(() -> ConfigKeys.PROXY_PASSWORD.parse("hush\u0007"))
        .hasMessage("ProxyPassword=*** is not allowed; allowed: any text");
  }
}
