// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CombinationsTest {

  @Test
  void read_lingerNotBelowTtl_isRefused() {
    assertThatThrownBy(() -> read("RecordMaxBufferedTime=200", "RecordTtl=200"))
        .hasMessage(
            "RecordMaxBufferedTime=200 does not go with RecordTtl=200: records would expire while"
                + " they wait for company; the first must be less");
    assertThat(read("RecordMaxBufferedTime=199", "RecordTtl=200")).isNotNull();
    assertThat(read("RecordMaxBufferedTime=3153600000000", "RecordTtl=infinite")).isNotNull();
  }

  @Test
  void read_baseDelayAboveMaximum_isRefused() {
    assertThatThrownBy(() -> read("RetryMaxDelay=49"))
        .hasMessage(
            "RetryBaseDelay=50 does not go with RetryMaxDelay=49: the first must not be more than"
                + " the second");
    assertThat(read("RetryMaxDelay=50")).isNotNull();
  }

  @Test
  void read_recordLimitOfAggregationAboveAggregate_isRefused() {
    assertThatThrownBy(() -> read("AggregationRecordMaxSize=51201"))
        .hasMessageStartingWith(
            "AggregationRecordMaxSize=51201 does not go with AggregationMaxSize=51200");
    assertThat(read("AggregationRecordMaxSize=51200")).isNotNull();
  }

  @Test
  void read_aggregateAboveRecordLimit_isRefused() {
    assertThatThrownBy(() -> read("AggregationMaxSize=1048577", "MaxUserRecordSize=1048576"))
        .hasMessage(
            "AggregationMaxSize=1048577 is above the record limit of the streams, 1048576; if they"
                + " take larger records, set MaxUserRecordSize as high");
    assertThat(read("AggregationMaxSize=1048576", "MaxUserRecordSize=64")).isNotNull();
    assertThat(
            read(
                "AggregationMaxSize=10485760",
                "MaxUserRecordSize=10485760",
                "BufferMaxBytes=20972544"))
        .isNotNull();
  }

  @Test
  void read_aggregateAboveRecordLimitThatTheStreamMaySay_isAccepted() {
    assertThat(read("AggregationMaxSize=2097152")).isNotNull();
  }

  @Test
  void read_bufferThatNeverTakesTheLargestRecord_isRefused() {
    assertThatThrownBy(() -> read("BufferMaxBytes=2098175"))
        .hasMessage(
            "BufferMaxBytes=2098175 does not go with MaxUserRecordSize=1048576: the largest record"
                + " would never be accepted; BufferMaxBytes must be at least 2098176");
    assertThat(read("BufferMaxBytes=2098176")).isNotNull();
    assertThat(read("BufferMaxBytes=1152", "MaxUserRecordSize=64")).isNotNull();
  }

  @Test
  void read_userRecordLargerThanCollection_isAccepted() {
    assertThat(read("MaxUserRecordSize=10485760", "BufferMaxBytes=20972544")).isNotNull();
  }

  @Test
  void read_moreRequestsThanConnections_isRefused() {
    assertThatThrownBy(() -> read("MaxInFlightRequests=25"))
        .hasMessageStartingWith("MaxInFlightRequests=25 does not go with MaxConnections=24");
    assertThat(read("MaxConnections=1").get(ConfigKeys.MAX_IN_FLIGHT_REQUESTS)).isEqualTo(1);
  }

  @Test
  void read_autoStrategy_isAcceptedBesideAggregation() {
    assertThat(read("RecordDistributionStrategyDefault=AUTO", "AggregationEnabled=true"))
        .isNotNull();
  }

  @Test
  void read_proxySettingsWithoutProxy_areRefusedWithoutThePassword() {
    assertThatThrownBy(() -> read("ProxyPort=3128"))
        .hasMessage("ProxyPort=3128 has no effect without ProxyHost");
    assertThatThrownBy(() -> read("ProxyUserName=me"))
        .hasMessage("ProxyUserName=me has no effect without ProxyHost");
    assertThatThrownBy(() -> read("ProxyHost=proxy", "ProxyPassword=hush"))
        .hasMessage("ProxyPassword=*** has no effect without ProxyUserName");
    assertThat(read("ProxyPort=443", "ProxyHost=")).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Kinesis", "Cloudwatch"})
  void read_endpointAndPort_mustGoTogether(String service) {
    assertThatThrownBy(() -> read(service + "Port=4567"))
        .hasMessage("%1$sPort=4567 has no effect without %1$sEndpoint", service);
    assertThatThrownBy(() -> read(service + "Endpoint=http://localhost:4567", service + "Port=443"))
        .hasMessage(
            "%1$sEndpoint=http://localhost:4567 is a whole URL, so %1$sPort must not be set",
            service);
    assertThat(read(service + "Endpoint=localhost", service + "Port=4567")).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:4567",
        "http://localhost:65536",
        "http://localhost:0",
        "http://",
        "http://host/path",
        "http://host?query",
        "ftp://host",
        "..",
        "-host-",
        "http://[::1"
      })
  void read_malformedEndpoint_isRefused(String endpoint) {
    assertThatThrownBy(() -> read("KinesisEndpoint=" + endpoint))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "KinesisEndpoint=%s is not allowed; allowed: a host name, or http(s)://host[:port], or"
                + " empty",
            endpoint);
  }

  private static ConfigValues read(String... lines) {
    Properties properties = new Properties();
    for (String line : lines) {
      int equals = line.indexOf('=');
      properties.setProperty(line.substring(0, equals), line.substring(equals + 1));
    }
    return PropertiesReader.read(properties, false, warning -> {});
  }
}
