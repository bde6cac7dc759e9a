// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.RecordDistributionStrategy;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PropertiesReaderTest {

  private final List<String> warnings = new ArrayList<>();

  @Test
  void read_nothing_warnsOfNothing() {
    read("");

    assertThat(warnings).isEmpty();
  }

  @Test
  void read_blanksAroundValue_areTrimmed() {
    Properties properties = new Properties();
    properties.setProperty("RateLimit", " \t200 \n");

    assertThat(PropertiesReader.read(properties, false, warnings::add).get(ConfigKeys.RATE_LIMIT))
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "connectTimeout, ConnectTimeout",
    "RECORDTTL, RecordTtl",
    "AggregationMaxsize, AggregationMaxSize",
    "RecordMaxBufferTime, RecordMaxBufferedTime",
    "MaxConection, MaxConnections",
    "ThreadModel, ThreadingModel",
    "KinessPort, KinesisPort",
  })
  void read_misspeltKey_isRefusedWithTheNearest(String misspelt, String meant) {
    assertThatThrownBy(() -> read(misspelt + " = 1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("unknown key %s, did you mean %s?", misspelt, meant);
  }

  @Test
  void read_keyNearNone_isRefusedWithoutAHint() {
    assertThatThrownBy(() -> read("AwsSecretKey = hush")).hasMessage("unknown key AwsSecretKey");
  }

  @Test
  void read_misspeltPassword_isNotRepeated() {
    assertThatThrownBy(() -> read("ProxyPasword = hush"))
        .hasMessage("unknown key ProxyPasword, did you mean ProxyPassword?");
  }

  @Test
  void readLenient_unknownKeys_areNamedInOneWarning() {
    ConfigValues values =
        PropertiesReader.read(
            properties("ratelimit=9\nFoo=1\nstream.x.Foo=1\nstream.y=1\nRateLimit=8"),
            true,
            warnings::add);

    assertThat(values.get(ConfigKeys.RATE_LIMIT)).isEqualTo(8);
    assertThat(warnings)
        .containsExactly(
            "Passed over: unknown key Foo; unknown key ratelimit, did you mean RateLimit?;"
                + " stream.x.Foo: unknown key Foo; malformed key stream.y, expected"
                + " stream.<name>.<key>");
  }

  @Test
  void readLenient_badValue_isRefusedAllTheSame() {
    assertThatThrownBy(() -> PropertiesReader.read(properties("RateLimit=0"), true, warnings::add))
        .hasMessage("RateLimit=0 is not allowed; allowed: 1 or more");
  }

  @Test
  void read_ignoredKeyWithBadValue_isRefused() {
    assertThatThrownBy(() -> read("ThreadingModel = SOME"))
        .hasMessage("ThreadingModel=SOME is not allowed; allowed: PER_REQUEST, POOLED");
  }

  @Test
  void read_refusedKey_saysWhy() {
    assertThatThrownBy(() -> read("GlueSchemaRegistryPropertiesFilePath = glue.properties"))
        .hasMessage(
            "GlueSchemaRegistryPropertiesFilePath=glue.properties is refused. The Glue schema"
                + " registry is not supported: records would be written that its consumers cannot"
                + " read.");
    assertThatThrownBy(() -> read("CaCertPath = /etc/ssl"))
        .hasMessageStartingWith("CaCertPath=/etc/ssl is refused. ")
        .hasMessageEndingWith("name it with CaCertFile.");
  }

  @Test
  void read_valueThatIsNoString_isRefused() {
    Properties properties = new Properties();
    properties.put("RateLimit", 100);

    assertThatThrownBy(() -> PropertiesReader.read(properties, false, warnings::add))
        .hasMessage("the value of RateLimit must be a string, but is a java.lang.Integer");
  }

  @Test
  void read_defaultsBehindProperties_count() {
    Properties properties = new Properties(properties("RateLimit=42"));

    assertThat(PropertiesReader.read(properties, false, warnings::add).get(ConfigKeys.RATE_LIMIT))
        .isEqualTo(42);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "stream.x.RateLimit=0 | stream.x.RateLimit: RateLimit=0 is not allowed; allowed: 1 or more",
        "stream.x.rateLimit=1 | stream.x.rateLimit: unknown key rateLimit, did you mean RateLimit?",
        "stream.x.MaxConnections=1 | stream.x.MaxConnections is refused: MaxConnections holds for all streams",
        "stream.x!.RateLimit=1 | malformed key stream.x!.RateLimit, expected stream.<name>.<key>",
        "stream..RateLimit=1 | malformed key stream..RateLimit, expected stream.<name>.<key>",
      })
  void read_wrongSettingForOneStream_isRefused(String line, String message) {
    assertThatThrownBy(() -> read(line)).hasMessage(message);
  }

  @Test
  void read_settingsForOneStreamThatContradictOthers_areRefused() {
    assertThatThrownBy(() -> read("stream.x.RecordTtl=100"))
        .hasMessageStartingWith(
            "stream.x: RecordMaxBufferedTime=100 does not go with RecordTtl=100");
    assertThat(read("stream.x.RecordTtl=100\nstream.x.RecordMaxBufferedTime=10")).isNotNull();
  }

  @Test
  void read_settingForOneStream_isSplitAtTheLastDot() {
    ConfigValues values = read("RateLimit=70\nstream.orders.v2.RateLimit=80");

    assertThat(values.ofStreams()).containsOnlyKeys("orders.v2");
    assertThat(requireNonNull(values.ofStreams().get("orders.v2")).get(ConfigKeys.RATE_LIMIT))
        .isEqualTo(80);
    assertThat(values.get(ConfigKeys.RATE_LIMIT)).isEqualTo(70);
    assertThat(values).hasToString("[RateLimit=70, stream.orders.v2.RateLimit=80]");
    assertThat(warnings).isEmpty();
  }

  @Test
  void read_autoStrategyOfOneStream_isTaken() {
    ConfigValues values = read("stream.x.RecordDistributionStrategyDefault=AUTO");

    assertThat(
            requireNonNull(values.ofStreams().get("x"))
                .get(ConfigKeys.RECORD_DISTRIBUTION_STRATEGY_DEFAULT))
        .isEqualTo(RecordDistributionStrategy.AUTO);
  }

  @Test
  void read_idOfAStream_isTaken() {
    ConfigValues values = read("stream.x.Id=abcdefghij0123456789-abc");

    assertThat(requireNonNull(values.ofStreams().get("x")).get(StreamSettings.ID))
        .isEqualTo("abcdefghij0123456789-abc");
    assertThatThrownBy(() -> read("stream.x.Id=a:b")).hasMessageStartingWith("stream.x.Id");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arn:aws:kinesis:eu-west-1:123456789012:stream/orders.v2",
        "arn:aws-us-gov:kinesis:us-gov-west-1:123456789012:stream/o",
        "arn:aws-cn:kinesis:cn-north-1:000000000000:stream/A_b-9",
      })
  void read_arnOfAnAlias_isTaken(String arn) {
    assertThat(
            requireNonNull(read("stream.orders.Arn=" + arn).ofStreams().get("orders"))
                .get(StreamSettings.ARN))
        .isEqualTo(arn);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "orders",
        "arn:aws:firehose:eu-west-1:123456789012:stream/x",
        "arn:aws:kinesis:eu-west-1:12345678901:stream/x",
        "arn:aws:kinesis:eu-west-1:123456789012:stream/",
        "arn:aws:kinesis:eu-west-1:123456789012:stream/x/consumer/c:1",
        "arn:aws:kinesis:eu-west-1:123456789012:table/x",
      })
  void read_malformedArn_isRefused(String arn) {
    assertThatThrownBy(() -> read("stream.orders.Arn=" + arn))
        .hasMessage(
            "stream.orders.Arn: Arn=%s is not allowed; allowed: the ARN of a Kinesis stream", arn);
  }

  @Test
  void read_misspeltArn_isRefusedWithTheNearest() {
    Properties file = new Properties();
    file.setProperty("stream.orders.v2.ARN", "arn:aws:kinesis:eu-west-1:123456789012:stream/s");
    assertThatThrownBy(() -> PropertiesReader.read(file, false, warning -> {}))
        .hasMessage("stream.orders.v2.ARN: unknown key ARN, did you mean Arn?");
  }

  @Test
  void read_arnForAllStreams_isUnknown() {
    assertThatThrownBy(() -> read("Arn=arn:aws:kinesis:eu-west-1:123456789012:stream/x"))
        .hasMessage("unknown key Arn");
  }

  private ConfigValues read(String text) {
    return PropertiesReader.read(properties(text), false, warnings::add);
  }

  private static Properties properties(String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return properties;
  }
}
