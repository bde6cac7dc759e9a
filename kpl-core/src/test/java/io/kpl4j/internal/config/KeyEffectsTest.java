// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every key that is said to have its effect has a test that shows it. */
class KeyEffectsTest {

  private static final String SETTINGS = "io.kpl4j.internal.engine.StreamSettingsTest#";
  private static final String PIPELINE = "io.kpl4j.internal.engine.ConfiguredPipelineTest#";
  private static final String PRODUCER = "io.kpl4j.ConfigEffectsTest#";
  private static final String PROXY = "io.kpl4j.ProxyTest#";
  private static final String SEND = "io.kpl4j.internal.send.";
  private static final String METRICS = "io.kpl4j.metrics.";

  private static final Map<String, String> SHOWN_BY =
      Map.ofEntries(
          entry("AdaptiveRateLimit", SETTINGS + "adaptiveRateLimit_ofOneStream_isItsOwn"),
          entry(
              "AdditionalMetricsDimensions",
              METRICS + "CloudWatchEventsTest#publish_withAdditionalDimensions_linksThemIn"),
          entry(
              "MetricsPercentiles",
              METRICS + "CloudWatchEventsTest#publish_withPercentiles_sendsValuesAndCounts"),
          entry("AdmissionPolicy", PRODUCER + "admissionPolicy_bufferFull_isWhatPutDoes"),
          entry("AggregationEnabled", SETTINGS + "aggregationEnabled_ofOneStream_isItsOwn"),
          entry("AggregationMaxCount", SETTINGS + "aggregationMaxCount_ofOneStream_isItsOwn"),
          entry("AggregationMaxSize", SETTINGS + "aggregationMaxSize_ofOneStream_isItsOwn"),
          entry(
              "AggregationRecordMaxSize",
              SETTINGS + "aggregationRecordMaxSize_ofOneStream_isItsOwnAndLessensThePermit"),
          entry("BufferMaxBytes", PRODUCER + "bufferMaxBytes_reached_refusesTheNext"),
          entry("BufferMaxRecords", PRODUCER + "bufferMaxRecords_reached_refusesTheNext"),
          entry("CaCertFile", SEND + "CertificatesTest#send_certificateInCaCertFile_isTrusted"),
          entry("CloseTimeout", PRODUCER + "closeTimeout_endpointStalled_isHowLongCloseDrains"),
          entry(
              "CloudwatchEndpoint",
              METRICS
                  + "CloudWatchConfigTest#cloudwatchEndpointAndPort_hostAndPort_areReachedOverTls"),
          entry(
              "CloudwatchPort",
              METRICS
                  + "CloudWatchConfigTest#cloudwatchEndpointAndPort_hostAndPort_areReachedOverTls"),
          entry("CollectionMaxCount", SETTINGS + "collectionMaxCount_ofOneStream_isItsOwn"),
          entry("CollectionMaxSize", SETTINGS + "collectionMaxSize_ofOneStream_isItsOwn"),
          entry(
              "ConnectTimeout",
              SEND
                  + "ConnectTimeoutTest#send_endpointThatNeverAnswersTheHandshake_failsAtConnectTimeout"),
          entry(
              "DescribeStreamSummaryIntervalMs",
              "io.kpl4j.internal.engine.DescriptionsTest#description_isAskedForAtMostOnceAnInterval"),
          entry("FailIfThrottled", SETTINGS + "failIfThrottled_ofOneStream_isItsOwn"),
          entry(
              "KeyOrder", "io.kpl4j.internal.engine.KeyOrderTest#lane_hasOneKinesisRecordInFlight"),
          entry(
              "KinesisEndpoint", PRODUCER + "kinesisEndpointAndPort_hostAndPort_areReachedOverTls"),
          entry("KinesisPort", PRODUCER + "kinesisEndpointAndPort_hostAndPort_areReachedOverTls"),
          entry("MaxBlockTime", PRODUCER + "maxBlockTime_bufferFull_isHowLongPutWaits"),
          entry(
              "MaxConnections",
              SEND + "KinesisConnectionTest#send_moreCallsThanConnections_waitForOneAndSucceed"),
          entry(
              "MaxInFlightBytes",
              PIPELINE + "maxInFlightBytes_underLoad_isNotPassedByCallsBesideOthers"),
          entry(
              "MaxInFlightRequests",
              PIPELINE + "maxInFlightRequests_underLoad_isReachedAndNotPassed"),
          entry("MaxWaitingAdmissions", PRODUCER + "maxWaitingAdmissions_reached_refusesTheNext"),
          entry("MaxUserRecordSize", SETTINGS + "maxUserRecordSize_ofOneStream_isItsOwn"),
          entry(
              "MetricsGranularity",
              METRICS + "CloudWatchEventsTest#publish_atEachGranularity_hasNoFinerDimension"),
          entry(
              "MetricsLevel",
              METRICS + "CloudWatchEventsTest#publish_atEachLevel_sendsItsMetricsOnly"),
          entry(
              "MetricsNamespace",
              METRICS + "CloudWatchEventsTest#publish_ofADatum_hasNamespaceUnitAndTime"),
          entry(
              "MetricsUploadDelay",
              METRICS + "CloudWatchEventsTest#upload_everyPeriod_sendsEachValueOnce"),
          entry("ProxyHost", PROXY + "put_throughAProxyToATlsEndpoint_isStored"),
          entry(
              "ProxyPassword",
              PROXY + "put_throughAProxyThatAsksWho_isStoredWithUserNameAndPassword"),
          entry("ProxyPort", PROXY + "put_throughAProxyToAPlainEndpoint_isStored"),
          entry(
              "ProxyUserName",
              PROXY + "put_throughAProxyThatAsksWho_isStoredWithUserNameAndPassword"),
          entry("RateLimit", SETTINGS + "rateLimit_ofOneStream_isItsOwn"),
          entry(
              "RecordDistributionStrategyDefault",
              "io.kpl4j.StreamKindsTest#put_toAStreamThatSpreadsRecords_goesWithoutKeyAndExplicitHashKey"),
          entry("RecordMaxBufferedTime", SETTINGS + "recordMaxBufferedTime_ofOneStream_isItsOwn"),
          entry("RecordTtl", SETTINGS + "recordTtl_ofOneStream_isItsOwn"),
          entry("Region", SEND + "SdkChainTest#send_regionConfigured_countsBeforeTheChain"),
          entry(
              "RequestTimeout",
              SEND + "SdkRecordSenderTest#send_neverAnswered_failsAtTheRequestTimeout"),
          entry("RetryBaseDelay", PIPELINE + "retryBaseDelay_afterAFailure_boundsTheFirstDelays"),
          entry("RetryMaxDelay", PIPELINE + "retryMaxDelay_afterManyFailures_boundsTheDelay"),
          entry("SenderThreads", PRODUCER + "senderThreads_allBusy_areAsManyAsConfigured"),
          entry(
              "VerifyCertificate",
              SEND + "CertificatesTest#send_verifyCertificateOff_trustsAnyCertificateOfAnyHost"));

  static Stream<String> shown() {
    return SHOWN_BY.keySet().stream().sorted();
  }

  @Test
  void keys_withFullEffect_areAllShown() {
    List<String> full =
        KnownKeys.all().stream()
            .filter(key -> key.effect() == ConfigKey.Effect.FULL)
            .map(ConfigKey::name)
            .toList();

    assertThat(SHOWN_BY.keySet()).containsExactlyInAnyOrderElementsOf(full);
  }

  @ParameterizedTest
  @MethodSource("shown")
  void test_thatShowsAKey_isThere(String key) throws IOException {
    String test = SHOWN_BY.getOrDefault(key, "");
    int method = test.indexOf('#') + 1;

    assertThat(source(test.substring(0, method - 1)))
        .contains("@Test\n  void " + test.substring(method) + "(");
  }

  private static String source(String className) throws IOException {
    String module = className.startsWith(METRICS) ? "kpl-metrics" : "kpl-core";
    return Files.readString(
        Path.of("..", module, "src/test/java", className.replace('.', '/') + ".java"));
  }

  @Test
  void show_ofAnyKeyThatSoundsSecret_concealsTheValue() {
    List<ConfigKey<?>> secret =
        KnownKeys.all().stream().filter(KeyEffectsTest::soundsSecret).toList();

    assertThat(secret).isNotEmpty();
    for (ConfigKey<?> key : secret) {
      assertThat(shown(key, "hush")).as(key.name()).isEqualTo("***");
    }
  }

  private static boolean soundsSecret(ConfigKey<?> key) {
    String name = key.name().toLowerCase(Locale.ROOT);
    return Stream.of("password", "secret", "token", "passphrase").anyMatch(name::contains);
  }

  private static <T> String shown(ConfigKey<T> key, String text) {
    return key.show(key.parse(text));
  }
}
