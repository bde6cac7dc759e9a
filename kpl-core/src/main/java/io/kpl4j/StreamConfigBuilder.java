// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static io.kpl4j.internal.config.ConfigKeys.ADAPTIVE_RATE_LIMIT;
import static io.kpl4j.internal.config.ConfigKeys.AGGREGATION_ENABLED;
import static io.kpl4j.internal.config.ConfigKeys.AGGREGATION_MAX_COUNT;
import static io.kpl4j.internal.config.ConfigKeys.AGGREGATION_MAX_SIZE;
import static io.kpl4j.internal.config.ConfigKeys.AGGREGATION_RECORD_MAX_SIZE;
import static io.kpl4j.internal.config.ConfigKeys.COLLECTION_MAX_COUNT;
import static io.kpl4j.internal.config.ConfigKeys.COLLECTION_MAX_SIZE;
import static io.kpl4j.internal.config.ConfigKeys.FAIL_IF_THROTTLED;
import static io.kpl4j.internal.config.ConfigKeys.KEY_ORDER;
import static io.kpl4j.internal.config.ConfigKeys.MAX_USER_RECORD_SIZE;
import static io.kpl4j.internal.config.ConfigKeys.RATE_LIMIT;
import static io.kpl4j.internal.config.ConfigKeys.RECORD_DISTRIBUTION_STRATEGY_DEFAULT;
import static io.kpl4j.internal.config.ConfigKeys.RECORD_MAX_BUFFERED_TIME;
import static io.kpl4j.internal.config.ConfigKeys.RECORD_TTL;

import io.kpl4j.internal.config.ConfigKey;
import io.kpl4j.internal.config.StreamSettings;
import java.time.Duration;

/**
 * Sets what differs for one stream, within {@link KinesisProducerConfigBuilder#stream}. For one
 * thread. A setter refuses a value that is not allowed with {@link IllegalArgumentException}. What
 * has no setter here holds for all streams.
 */
public final class StreamConfigBuilder {

  private final String name;
  private final StreamSettings settings;

  StreamConfigBuilder(String name, StreamSettings settings) {
    this.name = name;
    this.settings = settings;
  }

  /**
   * Sets {@code AdaptiveRateLimit}. Whether what is sent to a shard follows what it takes.
   *
   * @param adaptive whether it does
   * @return this
   */
  public StreamConfigBuilder adaptiveRateLimit(boolean adaptive) {
    return set(ADAPTIVE_RATE_LIMIT, adaptive);
  }

  /**
   * Sets {@code AggregationEnabled}. Whether small user records share a Kinesis record.
   *
   * @param enabled whether they do
   * @return this
   */
  public StreamConfigBuilder aggregationEnabled(boolean enabled) {
    return set(AGGREGATION_ENABLED, enabled);
  }

  /**
   * Sets {@code AggregationMaxCount}. Most user records in an aggregate.
   *
   * @param userRecords 1 or more
   * @return this
   */
  public StreamConfigBuilder aggregationMaxCount(long userRecords) {
    return set(AGGREGATION_MAX_COUNT, userRecords);
  }

  /**
   * Sets {@code AggregationMaxSize}. Largest aggregate in bytes.
   *
   * @param bytes 64 to 10,485,760
   * @return this
   */
  public StreamConfigBuilder aggregationMaxSize(long bytes) {
    return set(AGGREGATION_MAX_SIZE, bytes);
  }

  /**
   * Sets {@code AggregationRecordMaxSize}. User records with more data are sent alone.
   *
   * @param bytes 1 to {@code AggregationMaxSize}, which is the default
   * @return this
   */
  public StreamConfigBuilder aggregationRecordMaxSize(long bytes) {
    return set(AGGREGATION_RECORD_MAX_SIZE, bytes);
  }

  /**
   * Sets {@code Arn}. The stream that records put to this alias go to.
   *
   * @param arn {@code arn:aws:kinesis:<region>:<account>:stream/<name>}
   * @return this
   */
  public StreamConfigBuilder arn(String arn) {
    return set(StreamSettings.ARN, arn);
  }

  /**
   * Sets {@code CollectionMaxCount}. Most Kinesis records in a request.
   *
   * @param kinesisRecords 1 to 500
   * @return this
   */
  public StreamConfigBuilder collectionMaxCount(int kinesisRecords) {
    return set(COLLECTION_MAX_COUNT, kinesisRecords);
  }

  /**
   * Sets {@code CollectionMaxSize}. Most bytes of data and keys in a request.
   *
   * @param bytes 52,224 to 10,485,760
   * @return this
   */
  public StreamConfigBuilder collectionMaxSize(long bytes) {
    return set(COLLECTION_MAX_SIZE, bytes);
  }

  /**
   * Sets {@code FailIfThrottled}. Whether a throttled record fails at once.
   *
   * @param fail whether it does
   * @return this
   */
  public StreamConfigBuilder failIfThrottled(boolean fail) {
    return set(FAIL_IF_THROTTLED, fail);
  }

  /**
   * Sets {@code Id}. The stream's id, sent beside its name or ARN. The service has reserved it for
   * future use; whoever does not know better leaves it unset.
   *
   * @param id the id
   * @return this
   */
  public StreamConfigBuilder id(String id) {
    return set(StreamSettings.ID, id);
  }

  /**
   * Sets {@code KeyOrder}. Whether the records of a key keep their order, and what a record that is
   * given up means to those behind it.
   *
   * @param order anything but {@code NONE} does not go with service-routed streams
   * @return this
   */
  public StreamConfigBuilder keyOrder(KeyOrder order) {
    return set(KEY_ORDER, order);
  }

  /**
   * Sets {@code MaxUserRecordSize}. Largest data of a user record in bytes.
   *
   * @param bytes 64 to 10,485,760
   * @return this
   */
  public StreamConfigBuilder maxUserRecordSize(long bytes) {
    return set(MAX_USER_RECORD_SIZE, bytes);
  }

  /**
   * Sets {@code RateLimit}. Ceiling of what is sent to one shard, in percent of its limits.
   *
   * @param percent 1 or more
   * @return this
   */
  public StreamConfigBuilder rateLimit(long percent) {
    return set(RATE_LIMIT, percent);
  }

  /**
   * Sets {@code RecordDistributionStrategyDefault}. Who places the records of the stream.
   *
   * @param strategy {@code AUTO} for a stream whose records the service spreads itself
   * @return this
   */
  public StreamConfigBuilder recordDistributionStrategyDefault(
      RecordDistributionStrategy strategy) {
    return set(RECORD_DISTRIBUTION_STRATEGY_DEFAULT, strategy);
  }

  /**
   * Sets {@code RecordMaxBufferedTime}. How long a record waits for company, over all stages.
   *
   * @param linger 0 to 36,500 days and less than {@code RecordTtl}
   * @return this
   */
  public StreamConfigBuilder recordMaxBufferedTime(Duration linger) {
    return set(RECORD_MAX_BUFFERED_TIME, linger);
  }

  /**
   * Sets {@code RecordTtl}. Time after which no attempt starts; {@link
   * KinesisProducerConfig#FOREVER} for no end.
   *
   * @param ttl 100 ms to 36,500 days, or {@link KinesisProducerConfig#FOREVER}
   * @return this
   */
  public StreamConfigBuilder recordTtl(Duration ttl) {
    return set(RECORD_TTL, ttl);
  }

  private <T> StreamConfigBuilder set(ConfigKey<T> key, T value) {
    settings.set(name, key, key.check(value));
    return this;
  }
}
