// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KinesisProducerConfigTest {

  @TempDir Path folder;

  @Test
  void build_nothingSet_hasTheDefaults() {
    KinesisProducerConfig config = KinesisProducerConfig.builder().build();
    long heapBytes = Runtime.getRuntime().maxMemory();
    int processors = Runtime.getRuntime().availableProcessors();

    assertThat(config.aggregationEnabled()).isTrue();
    assertThat(config.aggregationMaxCount()).isEqualTo(4_294_967_295L);
    assertThat(config.aggregationMaxSize()).isEqualTo(51_200);
    assertThat(config.aggregationRecordMaxSize()).isEqualTo(51_200);
    assertThat(config.bufferMaxBytes()).isEqualTo(Math.min(heapBytes / 4, 268_435_456));
    assertThat(config.bufferMaxRecords()).isEqualTo(1_000_000);
    assertThat(config.caCertFile()).isEmpty();
    assertThat(config.closeTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.cloudwatchEndpoint()).isEmpty();
    assertThat(config.cloudwatchEndpointUri()).isEmpty();
    assertThat(config.cloudwatchPort()).isEqualTo(443);
    assertThat(config.collectionMaxCount()).isEqualTo(500);
    assertThat(config.collectionMaxSize()).isEqualTo(5_242_880);
    assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(6));
    assertThat(config.describeStreamSummaryInterval()).isEqualTo(Duration.ofMinutes(5));
    assertThat(config.failIfThrottled()).isFalse();
    assertThat(config.kinesisEndpoint()).isEmpty();
    assertThat(config.kinesisEndpointUri()).isEmpty();
    assertThat(config.kinesisPort()).isEqualTo(443);
    assertThat(config.admissionPolicy()).isEqualTo(AdmissionPolicy.BLOCK);
    assertThat(config.maxBlockTime()).isEqualTo(Duration.ofSeconds(60));
    assertThat(config.maxWaitingAdmissions()).isEqualTo(10_000);
    assertThat(config.maxConnections()).isEqualTo(24);
    assertThat(config.maxInFlightBytes()).isEqualTo(heapBytes / 16);
    assertThat(config.maxInFlightRequests()).isEqualTo(24);
    assertThat(config.maxKinesisRecordSize()).isEqualTo(1_048_576);
    assertThat(config.maxUserRecordSize()).isEqualTo(1_048_576);
    assertThat(config.metricsGranularity()).isEqualTo(MetricsGranularity.STREAM);
    assertThat(config.metricsLevel()).isEqualTo(MetricsLevel.SUMMARY);
    assertThat(config.metricsNamespace()).isEqualTo("KinesisProducerLibrary");
    assertThat(config.metricsUploadDelay()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.proxyHost()).isEmpty();
    assertThat(config.proxyPassword()).isEmpty();
    assertThat(config.proxyPort()).isEqualTo(443);
    assertThat(config.proxyUserName()).isEmpty();
    assertThat(config.rateLimit()).isEqualTo(150);
    assertThat(config.recordDistributionStrategyDefault())
        .isEqualTo(RecordDistributionStrategy.UNSET);
    assertThat(config.recordMaxBufferedTime()).isEqualTo(Duration.ofMillis(100));
    assertThat(config.recordTtl()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.region()).isEmpty();
    assertThat(config.requestTimeout()).isEqualTo(Duration.ofSeconds(6));
    assertThat(config.retryBaseDelay()).isEqualTo(Duration.ofMillis(50));
    assertThat(config.retryMaxDelay()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.senderThreads()).isEqualTo(Math.max(1, processors / 2));
    assertThat(config.verifyCertificate()).isTrue();
  }

  @Test
  void build_everythingSet_isReadBackFromTheAccessorsAndAFile() {
    KinesisProducerConfig built =
        KinesisProducerConfig.builder()
            .admissionPolicy(AdmissionPolicy.ASYNC)
            .aggregationEnabled(false)
            .aggregationMaxCount(11)
            .aggregationMaxSize(2_000_000)
            .aggregationRecordMaxSize(13)
            .bufferMaxBytes(14_000_000)
            .bufferMaxRecords(15)
            .caCertFile(Path.of("ca.pem"))
            .closeTimeout(Duration.ofMillis(16))
            .cloudwatchEndpoint("metrics.example")
            .cloudwatchPort(17)
            .collectionMaxCount(18)
            .collectionMaxSize(60_019)
            .connectTimeout(Duration.ofMillis(120))
            .describeStreamSummaryInterval(Duration.ofMillis(21))
            .failIfThrottled(true)
            .kinesisEndpoint("records.example")
            .kinesisPort(22)
            .maxBlockTime(Duration.ofMillis(23))
            .maxConnections(124)
            .maxInFlightBytes(2_500)
            .maxInFlightRequests(26)
            .maxUserRecordSize(2_700_000)
            .maxWaitingAdmissions(27)
            .metricsGranularity(MetricsGranularity.SHARD)
            .metricsLevel(MetricsLevel.DETAILED)
            .metricsNamespace("Mine")
            .metricsUploadDelay(Duration.ofMillis(28))
            .proxyHost("proxy.example")
            .proxyPassword("hush")
            .proxyPort(29)
            .proxyUserName("me")
            .rateLimit(30)
            .recordDistributionStrategyDefault(RecordDistributionStrategy.USER_PARTITION_KEY)
            .recordMaxBufferedTime(Duration.ofMillis(31))
            .recordTtl(Duration.ofMillis(132))
            .region("eu-west-3")
            .requestTimeout(Duration.ofMillis(133))
            .retryBaseDelay(Duration.ofMillis(34))
            .retryMaxDelay(Duration.ofMillis(35))
            .senderThreads(36)
            .verifyCertificate(false)
            .build();

    KinesisProducerConfig read =
        KinesisProducerConfig.fromProperties(
            properties(
                "AdmissionPolicy", "async",
                "AggregationEnabled", "false",
                "AggregationMaxCount", "11",
                "AggregationMaxSize", "2000000",
                "AggregationRecordMaxSize", "13",
                "BufferMaxBytes", "14000000",
                "BufferMaxRecords", "15",
                "CaCertFile", "ca.pem",
                "CloseTimeout", "16",
                "CloudwatchEndpoint", "metrics.example",
                "CloudwatchPort", "17",
                "CollectionMaxCount", "18",
                "CollectionMaxSize", "60019",
                "ConnectTimeout", "120",
                "DescribeStreamSummaryIntervalMs", "21",
                "FailIfThrottled", "true",
                "KinesisEndpoint", "records.example",
                "KinesisPort", "22",
                "MaxBlockTime", "23",
                "MaxConnections", "124",
                "MaxInFlightBytes", "2500",
                "MaxInFlightRequests", "26",
                "MaxUserRecordSize", "2700000",
                "MaxWaitingAdmissions", "27",
                "MetricsGranularity", "shard",
                "MetricsLevel", "detailed",
                "MetricsNamespace", "Mine",
                "MetricsUploadDelay", "28",
                "ProxyHost", "proxy.example",
                "ProxyPassword", "hush",
                "ProxyPort", "29",
                "ProxyUserName", "me",
                "RateLimit", "30",
                "RecordDistributionStrategyDefault", "USER_PARTITION_KEY",
                "RecordMaxBufferedTime", "31",
                "RecordTtl", "132",
                "Region", "eu-west-3",
                "RequestTimeout", "133",
                "RetryBaseDelay", "34",
                "RetryMaxDelay", "35",
                "SenderThreads", "36",
                "VerifyCertificate", "false"));

    assertThat(read).isEqualTo(built).hasSameHashCodeAs(built).hasToString(built.toString());
    assertThat(built.toBuilder().build()).isEqualTo(built);
    assertAllSet(read);
  }

  private static void assertAllSet(KinesisProducerConfig config) {
    assertThat(config.admissionPolicy()).isEqualTo(AdmissionPolicy.ASYNC);
    assertThat(config.maxWaitingAdmissions()).isEqualTo(27);
    assertThat(config.aggregationEnabled()).isFalse();
    assertThat(config.aggregationMaxCount()).isEqualTo(11);
    assertThat(config.aggregationMaxSize()).isEqualTo(2_000_000);
    assertThat(config.aggregationRecordMaxSize()).isEqualTo(13);
    assertThat(config.bufferMaxBytes()).isEqualTo(14_000_000);
    assertThat(config.bufferMaxRecords()).isEqualTo(15);
    assertThat(config.caCertFile()).contains(Path.of("ca.pem"));
    assertThat(config.closeTimeout()).isEqualTo(Duration.ofMillis(16));
    assertThat(config.cloudwatchEndpoint()).contains("metrics.example");
    assertThat(config.cloudwatchEndpointUri()).contains(URI.create("https://metrics.example:17"));
    assertThat(config.cloudwatchPort()).isEqualTo(17);
    assertThat(config.collectionMaxCount()).isEqualTo(18);
    assertThat(config.collectionMaxSize()).isEqualTo(60_019);
    assertThat(config.connectTimeout()).isEqualTo(Duration.ofMillis(120));
    assertThat(config.describeStreamSummaryInterval()).isEqualTo(Duration.ofMillis(21));
    assertThat(config.failIfThrottled()).isTrue();
    assertThat(config.kinesisEndpoint()).contains("records.example");
    assertThat(config.kinesisEndpointUri()).contains(URI.create("https://records.example:22"));
    assertThat(config.kinesisPort()).isEqualTo(22);
    assertThat(config.maxBlockTime()).isEqualTo(Duration.ofMillis(23));
    assertThat(config.maxConnections()).isEqualTo(124);
    assertThat(config.maxInFlightBytes()).isEqualTo(2_500);
    assertThat(config.maxInFlightRequests()).isEqualTo(26);
    assertThat(config.maxKinesisRecordSize()).isEqualTo(2_700_000);
    assertThat(config.maxUserRecordSize()).isEqualTo(2_700_000);
    assertThat(config.metricsGranularity()).isEqualTo(MetricsGranularity.SHARD);
    assertThat(config.metricsLevel()).isEqualTo(MetricsLevel.DETAILED);
    assertThat(config.metricsNamespace()).isEqualTo("Mine");
    assertThat(config.metricsUploadDelay()).isEqualTo(Duration.ofMillis(28));
    assertThat(config.proxyHost()).contains("proxy.example");
    assertThat(config.proxyPassword()).contains("hush");
    assertThat(config.proxyPort()).isEqualTo(29);
    assertThat(config.proxyUserName()).contains("me");
    assertThat(config.rateLimit()).isEqualTo(30);
    assertThat(config.recordDistributionStrategyDefault())
        .isEqualTo(RecordDistributionStrategy.USER_PARTITION_KEY);
    assertThat(config.recordMaxBufferedTime()).isEqualTo(Duration.ofMillis(31));
    assertThat(config.recordTtl()).isEqualTo(Duration.ofMillis(132));
    assertThat(config.region()).contains("eu-west-3");
    assertThat(config.requestTimeout()).isEqualTo(Duration.ofMillis(133));
    assertThat(config.retryBaseDelay()).isEqualTo(Duration.ofMillis(34));
    assertThat(config.retryMaxDelay()).isEqualTo(Duration.ofMillis(35));
    assertThat(config.senderThreads()).isEqualTo(36);
    assertThat(config.verifyCertificate()).isFalse();
  }

  @Test
  void toString_withPassword_concealsIt() {
    KinesisProducerConfig config =
        KinesisProducerConfig.builder()
            .proxyHost("proxy")
            .proxyUserName("me")
            .proxyPassword("hush")
            .recordTtl(KinesisProducerConfig.FOREVER)
            .build();

    assertThat(config)
        .hasToString(
            "KinesisProducerConfig[RecordTtl=infinite, ProxyHost=proxy, ProxyPassword=***,"
                + " ProxyUserName=me]");
  }

  @Test
  void toBuilder_derivedDefault_followsItsSource() {
    KinesisProducerConfig config =
        KinesisProducerConfig.builder().build().toBuilder().maxConnections(7).build();

    assertThat(config.maxInFlightRequests()).isEqualTo(7);
    assertThat(config).isNotEqualTo(KinesisProducerConfig.builder().build());
  }

  @Test
  void build_wrongCombination_isRefusedThereOnly() {
    KinesisProducerConfigBuilder builder =
        KinesisProducerConfig.builder().recordTtl(Duration.ofMillis(100));

    assertThatThrownBy(builder::build).hasMessageContaining("does not go with RecordTtl=100");
    assertThat(builder.recordMaxBufferedTime(Duration.ofMillis(99)).build()).isNotNull();
  }

  @Test
  void setter_badValue_isRefusedAtOnce() {
    KinesisProducerConfigBuilder builder = KinesisProducerConfig.builder();

    assertThatThrownBy(() -> builder.collectionMaxCount(501))
        .hasMessage("CollectionMaxCount=501 is not allowed; allowed: 1 to 500");
    assertThatThrownBy(() -> builder.requestTimeout(Duration.ofNanos(1)))
        .hasMessage("RequestTimeout=PT0.000000001S is not allowed; allowed: 100 to 600000 ms");
    assertThat(builder.build()).isEqualTo(KinesisProducerConfig.builder().build());
  }

  @Test
  void kinesisEndpointUri_wholeUrl_isTakenAsItIs() {
    assertThat(endpoint("http://127.0.0.1:4566")).isEqualTo(URI.create("http://127.0.0.1:4566"));
    assertThat(endpoint("https://host/")).isEqualTo(URI.create("https://host"));
    assertThat(endpoint("http://[::1]:80")).isEqualTo(URI.create("http://[::1]:80"));
    assertThat(endpoint("localhost")).isEqualTo(URI.create("https://localhost:443"));
  }

  @Test
  void fromProperties_badFile_isNamedInTheMessage() throws IOException {
    Path file = Files.writeString(folder.resolve("bad.properties"), "RateLimit = fast\n");

    assertThatThrownBy(() -> KinesisProducerConfig.fromProperties(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("%s: RateLimit=fast is not allowed; allowed: 1 or more", file);
  }

  @Test
  void fromPropertiesLenient_unknownKey_isLoggedAndPassedOver() throws IOException {
    Path file = Files.writeString(folder.resolve("odd.properties"), "Ratelimit=1\nRateLimit=2\n");

    String log =
        Logs.of(
            () ->
                assertThat(KinesisProducerConfig.fromPropertiesLenient(file).rateLimit())
                    .isEqualTo(2));

    assertThat(log)
        .containsOnlyOnce("WARN")
        .contains("Passed over: unknown key Ratelimit, did you mean RateLimit?");
    assertThat(KinesisProducerConfig.fromPropertiesLenient(properties("Foo", "1"))).isNotNull();
    assertThatThrownBy(() -> KinesisProducerConfig.fromProperties(file))
        .hasMessageEndingWith("unknown key Ratelimit, did you mean RateLimit?");
  }

  private static URI endpoint(String text) {
    return KinesisProducerConfig.builder()
        .kinesisEndpoint(text)
        .build()
        .kinesisEndpointUri()
        .orElseThrow();
  }

  private static Properties properties(String... keysAndValues) {
    Properties properties = new Properties();
    for (int index = 0; index < keysAndValues.length; index += 2) {
      properties.setProperty(keysAndValues[index], keysAndValues[index + 1]);
    }
    return properties;
  }
}
