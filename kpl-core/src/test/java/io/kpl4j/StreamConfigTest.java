// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** Settings for single streams. */
class StreamConfigTest {

  private static final String ARN = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders";

  @Test
  void forStream_everythingSet_isReadBackFromTheBuilderAndAFile() {
    KinesisProducerConfig built =
        KinesisProducerConfig.builder().stream(
                "s",
                own ->
                    own.aggregationEnabled(false)
                        .aggregationMaxCount(11)
                        .aggregationMaxSize(2_000_000)
                        .aggregationRecordMaxSize(13)
                        .arn(ARN)
                        .collectionMaxCount(18)
                        .collectionMaxSize(60_019)
                        .failIfThrottled(true)
                        .maxUserRecordSize(2_700_000)
                        .rateLimit(30)
                        .recordDistributionStrategyDefault(
                            RecordDistributionStrategy.USER_PARTITION_KEY)
                        .recordMaxBufferedTime(Duration.ofMillis(31))
                        .recordTtl(Duration.ofMillis(132)))
            .build();
    Properties file = new Properties();
    file.setProperty("stream.s.AggregationEnabled", "false");
    file.setProperty("stream.s.AggregationMaxCount", "11");
    file.setProperty("stream.s.AggregationMaxSize", "2000000");
    file.setProperty("stream.s.AggregationRecordMaxSize", "13");
    file.setProperty("stream.s.Arn", ARN);
    file.setProperty("stream.s.CollectionMaxCount", "18");
    file.setProperty("stream.s.CollectionMaxSize", "60019");
    file.setProperty("stream.s.FailIfThrottled", "true");
    file.setProperty("stream.s.MaxUserRecordSize", "2700000");
    file.setProperty("stream.s.RateLimit", "30");
    file.setProperty("stream.s.RecordDistributionStrategyDefault", "USER_PARTITION_KEY");
    file.setProperty("stream.s.RecordMaxBufferedTime", "31");
    file.setProperty("stream.s.RecordTtl", "132");

    KinesisProducerConfig read = KinesisProducerConfig.fromProperties(file);

    assertThat(read).isEqualTo(built).hasSameHashCodeAs(built).hasToString(built.toString());
    assertThat(built.toBuilder().build()).isEqualTo(built);
    assertAllSet(read.forStream("s"));
    assertThat(read.streamArn("s")).contains(ARN);
    assertThat(read.streamNames()).containsExactly("s");
  }

  private static void assertAllSet(KinesisProducerConfig own) {
    assertThat(own.aggregationEnabled()).isFalse();
    assertThat(own.aggregationMaxCount()).isEqualTo(11);
    assertThat(own.aggregationMaxSize()).isEqualTo(2_000_000);
    assertThat(own.aggregationRecordMaxSize()).isEqualTo(13);
    assertThat(own.collectionMaxCount()).isEqualTo(18);
    assertThat(own.collectionMaxSize()).isEqualTo(60_019);
    assertThat(own.failIfThrottled()).isTrue();
    assertThat(own.maxKinesisRecordSize()).isEqualTo(2_700_000);
    assertThat(own.maxUserRecordSize()).isEqualTo(2_700_000);
    assertThat(own.rateLimit()).isEqualTo(30);
    assertThat(own.recordDistributionStrategyDefault())
        .isEqualTo(RecordDistributionStrategy.USER_PARTITION_KEY);
    assertThat(own.recordMaxBufferedTime()).isEqualTo(Duration.ofMillis(31));
    assertThat(own.recordTtl()).isEqualTo(Duration.ofMillis(132));
  }

  @Test
  void forStream_whatItDoesNotSet_isThatOfAllStreams() {
    KinesisProducerConfig config =
        KinesisProducerConfig.builder().rateLimit(70).maxConnections(3).stream(
                "s", own -> own.recordTtl(Duration.ofSeconds(1)))
            .build();

    assertThat(config.forStream("s").rateLimit()).isEqualTo(70);
    assertThat(config.forStream("s").maxConnections()).isEqualTo(3);
    assertThat(config.forStream("s").recordTtl()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.recordTtl()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void forStream_withoutSettingsOfItsOwn_isTheConfigItself() {
    KinesisProducerConfig config =
        KinesisProducerConfig.builder().stream("s", own -> own.rateLimit(1)).build();

    assertThat(config.forStream("other")).isSameAs(config);
    assertThat(config.forStream("s")).isSameAs(config.forStream("s")).isNotSameAs(config);
    assertThat(config.forStream("s").forStream("s")).isSameAs(config.forStream("s"));
    assertThat(config.streamArn("s")).isEmpty();
    assertThat(config.streamArn("other")).isEmpty();
  }

  @Test
  void forStream_derivedDefault_followsTheStreamsOwnSetting() {
    KinesisProducerConfig config =
        KinesisProducerConfig.builder().stream("s", own -> own.aggregationMaxSize(5_000)).build();

    assertThat(config.forStream("s").aggregationRecordMaxSize()).isEqualTo(5_000);
  }

  @Test
  void stream_twiceForOne_addsToWhatWasSet() {
    KinesisProducerConfig config =
        KinesisProducerConfig.builder().stream("s", own -> own.rateLimit(1).failIfThrottled(true))
            .stream("s", own -> own.rateLimit(2))
            .build();

    assertThat(config)
        .hasToString("KinesisProducerConfig[stream.s.FailIfThrottled=true, stream.s.RateLimit=2]");
  }

  @Test
  void stream_nameThatNoneCanHave_isRefused() {
    KinesisProducerConfigBuilder builder = KinesisProducerConfig.builder();

    assertThatThrownBy(() -> builder.stream("a b", own -> {}))
        .hasMessageStartingWith("stream name a b is not allowed; allowed: 1 to 128 letters");
    assertThatThrownBy(() -> builder.stream("", own -> {})).hasMessageContaining("1 to 128");
    assertThatThrownBy(() -> builder.stream("x".repeat(129), own -> {}))
        .hasMessageContaining("1 to 128");
  }

  @Test
  void stream_badValue_isRefusedAtOnce() {
    KinesisProducerConfigBuilder builder = KinesisProducerConfig.builder();

    assertThatThrownBy(() -> builder.stream("s", own -> own.rateLimit(0)))
        .hasMessage("RateLimit=0 is not allowed; allowed: 1 or more");
    assertThatThrownBy(() -> builder.stream("s", own -> own.arn("orders")))
        .hasMessage("Arn=orders is not allowed; allowed: the ARN of a Kinesis stream");
  }

  @Test
  void build_settingsOfOneStreamThatDoNotGoTogether_areRefusedByItsName() {
    KinesisProducerConfigBuilder builder =
        KinesisProducerConfig.builder().stream("s", own -> own.maxUserRecordSize(10 << 20))
            .bufferMaxBytes(5 << 20);

    assertThatThrownBy(builder::build)
        .hasMessageStartingWith("stream.s: BufferMaxBytes=5242880 does not go with");
  }
}
