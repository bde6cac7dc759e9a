// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static io.kpl4j.internal.config.ConfigKeys.ADAPTIVE_RATE_LIMIT;
import static io.kpl4j.internal.config.ConfigKeys.ADDITIONAL_METRICS_DIMENSIONS;
import static io.kpl4j.internal.config.ConfigKeys.ADMISSION_POLICY;
import static io.kpl4j.internal.config.ConfigKeys.AGGREGATION_ENABLED;
import static io.kpl4j.internal.config.ConfigKeys.AGGREGATION_MAX_COUNT;
import static io.kpl4j.internal.config.ConfigKeys.AGGREGATION_MAX_SIZE;
import static io.kpl4j.internal.config.ConfigKeys.AGGREGATION_RECORD_MAX_SIZE;
import static io.kpl4j.internal.config.ConfigKeys.BUFFER_MAX_BYTES;
import static io.kpl4j.internal.config.ConfigKeys.BUFFER_MAX_RECORDS;
import static io.kpl4j.internal.config.ConfigKeys.CA_CERT_FILE;
import static io.kpl4j.internal.config.ConfigKeys.CLOSE_TIMEOUT;
import static io.kpl4j.internal.config.ConfigKeys.CLOUDWATCH_ENDPOINT;
import static io.kpl4j.internal.config.ConfigKeys.CLOUDWATCH_PORT;
import static io.kpl4j.internal.config.ConfigKeys.COLLECTION_MAX_COUNT;
import static io.kpl4j.internal.config.ConfigKeys.COLLECTION_MAX_SIZE;
import static io.kpl4j.internal.config.ConfigKeys.CONNECT_TIMEOUT;
import static io.kpl4j.internal.config.ConfigKeys.DESCRIBE_STREAM_SUMMARY_INTERVAL;
import static io.kpl4j.internal.config.ConfigKeys.FAIL_IF_THROTTLED;
import static io.kpl4j.internal.config.ConfigKeys.KEY_ORDER;
import static io.kpl4j.internal.config.ConfigKeys.KINESIS_ENDPOINT;
import static io.kpl4j.internal.config.ConfigKeys.KINESIS_PORT;
import static io.kpl4j.internal.config.ConfigKeys.MAX_BLOCK_TIME;
import static io.kpl4j.internal.config.ConfigKeys.MAX_CONNECTIONS;
import static io.kpl4j.internal.config.ConfigKeys.MAX_IN_FLIGHT_BYTES;
import static io.kpl4j.internal.config.ConfigKeys.MAX_IN_FLIGHT_REQUESTS;
import static io.kpl4j.internal.config.ConfigKeys.MAX_USER_RECORD_SIZE;
import static io.kpl4j.internal.config.ConfigKeys.MAX_WAITING_ADMISSIONS;
import static io.kpl4j.internal.config.ConfigKeys.METRICS_GRANULARITY;
import static io.kpl4j.internal.config.ConfigKeys.METRICS_LEVEL;
import static io.kpl4j.internal.config.ConfigKeys.METRICS_NAMESPACE;
import static io.kpl4j.internal.config.ConfigKeys.METRICS_PERCENTILES;
import static io.kpl4j.internal.config.ConfigKeys.METRICS_UPLOAD_DELAY;
import static io.kpl4j.internal.config.ConfigKeys.PROXY_HOST;
import static io.kpl4j.internal.config.ConfigKeys.PROXY_PASSWORD;
import static io.kpl4j.internal.config.ConfigKeys.PROXY_PORT;
import static io.kpl4j.internal.config.ConfigKeys.PROXY_USER_NAME;
import static io.kpl4j.internal.config.ConfigKeys.RATE_LIMIT;
import static io.kpl4j.internal.config.ConfigKeys.RECORD_DISTRIBUTION_STRATEGY_DEFAULT;
import static io.kpl4j.internal.config.ConfigKeys.RECORD_MAX_BUFFERED_TIME;
import static io.kpl4j.internal.config.ConfigKeys.RECORD_TTL;
import static io.kpl4j.internal.config.ConfigKeys.REGION;
import static io.kpl4j.internal.config.ConfigKeys.REQUEST_TIMEOUT;
import static io.kpl4j.internal.config.ConfigKeys.RETRY_BASE_DELAY;
import static io.kpl4j.internal.config.ConfigKeys.RETRY_MAX_DELAY;
import static io.kpl4j.internal.config.ConfigKeys.SENDER_THREADS;
import static io.kpl4j.internal.config.ConfigKeys.VERIFY_CERTIFICATE;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toUnmodifiableMap;

import io.kpl4j.internal.config.ConfigKey;
import io.kpl4j.internal.config.ConfigValues;
import io.kpl4j.internal.config.Endpoint;
import io.kpl4j.internal.config.PropertiesFile;
import io.kpl4j.internal.config.PropertiesReader;
import io.kpl4j.internal.config.StreamSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of a producer. Immutable and thread-safe.
 *
 * <p>Each accessor is named as its key in a properties file, whose table is {@code docs/tuning.md}.
 * Keys, meanings and defaults are those of the KPL, but for the defaults of {@code MetricsLevel}
 * and {@code MetricsGranularity}. Nothing is repaired in silence: a bad value, an unknown key or
 * settings that do not go together are refused.
 */
public final class KinesisProducerConfig {

  /**
   * A {@code RecordTtl} that never ends; {@code infinite} in a file. Every other duration of a
   * configuration fits in a long as nanoseconds; this one does not.
   */
  public static final Duration FOREVER = Duration.ofMillis(Long.MAX_VALUE);

  private static final Logger LOG = LoggerFactory.getLogger(KinesisProducerConfig.class);

  private final ConfigValues values;
  private final Map<String, KinesisProducerConfig> ofStreams;

  KinesisProducerConfig(ConfigValues values) {
    this.values = values;
    this.ofStreams =
        values.ofStreams().entrySet().stream()
            .collect(
                toUnmodifiableMap(
                    Map.Entry::getKey, own -> new KinesisProducerConfig(own.getValue())));
  }

  /** {@return a builder that begins with the defaults} */
  public static KinesisProducerConfigBuilder builder() {
    return new KinesisProducerConfigBuilder(Map.of(), Map.of());
  }

  /**
   * Reads a configuration from the system properties and environment variables of this process, as
   * {@link KinesisProducerConfigBuilder#applySystemSettings()}.
   *
   * @return the configuration
   * @throws IllegalArgumentException as for {@link #fromProperties(Properties)}
   */
  public static KinesisProducerConfig fromSystemSettings() {
    return builder().applySystemSettings().build();
  }

  /**
   * Reads a configuration. Keys without meaning here are accepted and named in a warning.
   *
   * @param properties keys and values, the latter trimmed
   * @return the configuration
   * @throws IllegalArgumentException if a key is unknown, a value is not allowed, or values do not
   *     go together; names the key, the value, what is allowed, and the nearest known key
   */
  public static KinesisProducerConfig fromProperties(Properties properties) {
    return read(properties, false);
  }

  /**
   * As {@link #fromProperties(Properties)}, from a file in UTF-8.
   *
   * @param file the file
   * @return the configuration
   * @throws IllegalArgumentException also if the file cannot be read; names it in any case
   */
  public static KinesisProducerConfig fromProperties(Path file) {
    return read(file, false);
  }

  /**
   * As {@link #fromProperties(Properties)}, but warns of unknown keys instead of refusing them.
   *
   * @param properties keys and values
   * @return the configuration
   */
  public static KinesisProducerConfig fromPropertiesLenient(Properties properties) {
    return read(properties, true);
  }

  /**
   * As {@link #fromProperties(Path)}, but warns of unknown keys instead of refusing them.
   *
   * @param file the file
   * @return the configuration
   */
  public static KinesisProducerConfig fromPropertiesLenient(Path file) {
    return read(file, true);
  }

  private static KinesisProducerConfig read(Properties properties, boolean lenient) {
    return new KinesisProducerConfig(PropertiesReader.read(properties, lenient, LOG::warn));
  }

  private static KinesisProducerConfig read(Path file, boolean lenient) {
    Properties properties = PropertiesFile.read(file);
    try {
      return read(properties, lenient);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(file + ": " + wrong.getMessage(), wrong);
    }
  }

  /** {@return a builder that begins with these settings} */
  public KinesisProducerConfigBuilder toBuilder() {
    return new KinesisProducerConfigBuilder(values.explicit(), values.explicitOfStreams());
  }

  /** {@return the names of the streams that have settings of their own} */
  public Set<String> streamNames() {
    return ofStreams.keySet();
  }

  /**
   * Returns the settings for one stream.
   *
   * @param name its name or alias, as records are put to
   * @return these settings with those of the stream in their place; these where it has none
   */
  public KinesisProducerConfig forStream(String name) {
    return ofStreams.getOrDefault(requireNonNull(name, "name"), this);
  }

  /**
   * Returns the ARN behind an alias.
   *
   * @param name the name or alias, as records are put to
   * @return what {@code stream.<alias>.Arn} says; empty if the name is the stream's own
   */
  public Optional<String> streamArn(String name) {
    return forStream(name).nonEmpty(StreamSettings.ARN);
  }

  /**
   * Returns the id of a stream.
   *
   * @param name the name or alias, as records are put to
   * @return what {@code stream.<name>.Id} says; empty if nothing
   */
  public Optional<String> streamId(String name) {
    return forStream(name).nonEmpty(StreamSettings.ID);
  }

  /** {@return whether what is sent to a shard follows what it takes} */
  public boolean adaptiveRateLimit() {
    return values.get(ADAPTIVE_RATE_LIMIT);
  }

  /** {@return what {@code put} does while the buffer is full} */
  public AdmissionPolicy admissionPolicy() {
    return values.get(ADMISSION_POLICY);
  }

  /** {@return whether small user records share a Kinesis record} */
  public boolean aggregationEnabled() {
    return values.get(AGGREGATION_ENABLED);
  }

  /** {@return the most user records in an aggregate} */
  public long aggregationMaxCount() {
    return values.get(AGGREGATION_MAX_COUNT);
  }

  /** {@return the largest aggregate in bytes} */
  public long aggregationMaxSize() {
    return values.get(AGGREGATION_MAX_SIZE);
  }

  /** {@return the size in bytes above which user records are sent alone} */
  public long aggregationRecordMaxSize() {
    return values.get(AGGREGATION_RECORD_MAX_SIZE);
  }

  /** {@return the bytes of memory that accepted records may hold} */
  public long bufferMaxBytes() {
    return values.get(BUFFER_MAX_BYTES);
  }

  /** {@return the most accepted records that have not completed} */
  public long bufferMaxRecords() {
    return values.get(BUFFER_MAX_RECORDS);
  }

  /** {@return the certificates to trust instead of those of the Java runtime} */
  public Optional<Path> caCertFile() {
    return nonEmpty(CA_CERT_FILE).map(Path::of);
  }

  /** {@return how long {@link KinesisProducer#close()} drains} */
  public Duration closeTimeout() {
    return values.get(CLOSE_TIMEOUT);
  }

  /** {@return where metrics go: a host name or a whole URL} */
  public Optional<String> cloudwatchEndpoint() {
    return nonEmpty(CLOUDWATCH_ENDPOINT);
  }

  /** {@return where metrics go, of endpoint and port; empty for the region's endpoint} */
  public Optional<URI> cloudwatchEndpointUri() {
    return Endpoint.uri(values, CLOUDWATCH_ENDPOINT, CLOUDWATCH_PORT);
  }

  /** {@return the port of the CloudWatch host, unless that is a whole URL} */
  public int cloudwatchPort() {
    return values.get(CLOUDWATCH_PORT);
  }

  /** {@return the most Kinesis records in a request} */
  public int collectionMaxCount() {
    return values.get(COLLECTION_MAX_COUNT);
  }

  /** {@return the most bytes of data and keys in a request} */
  public long collectionMaxSize() {
    return values.get(COLLECTION_MAX_SIZE);
  }

  /** {@return how long the opening of a connection may take} */
  public Duration connectTimeout() {
    return values.get(CONNECT_TIMEOUT);
  }

  /** {@return the least time between two looks at a stream's own settings} */
  public Duration describeStreamSummaryInterval() {
    return values.get(DESCRIBE_STREAM_SUMMARY_INTERVAL);
  }

  /** {@return whether a throttled record fails at once} */
  public boolean failIfThrottled() {
    return values.get(FAIL_IF_THROTTLED);
  }

  /** {@return where records go: a host name or a whole URL} */
  public Optional<String> kinesisEndpoint() {
    return nonEmpty(KINESIS_ENDPOINT);
  }

  /** {@return where records go, of endpoint and port; empty for the region's endpoint} */
  public Optional<URI> kinesisEndpointUri() {
    return Endpoint.uri(values, KINESIS_ENDPOINT, KINESIS_PORT);
  }

  /** {@return the port of the Kinesis host, unless that is a whole URL} */
  public int kinesisPort() {
    return values.get(KINESIS_PORT);
  }

  /** {@return whether the records of a key keep their order} */
  public KeyOrder keyOrder() {
    return values.get(KEY_ORDER);
  }

  /** {@return how long a record waits while the buffer is full} */
  public Duration maxBlockTime() {
    return values.get(MAX_BLOCK_TIME);
  }

  /** {@return the most connections to Kinesis for requests with records} */
  public int maxConnections() {
    return values.get(MAX_CONNECTIONS);
  }

  /** {@return the most bytes in requests that are under way} */
  public long maxInFlightBytes() {
    return values.get(MAX_IN_FLIGHT_BYTES);
  }

  /** {@return the most requests under way} */
  public int maxInFlightRequests() {
    return values.get(MAX_IN_FLIGHT_REQUESTS);
  }

  /**
   * {@return the record limit of the streams: largest data and partition key together} 1 MiB, or
   * {@code MaxUserRecordSize} if that is more.
   */
  public long maxKinesisRecordSize() {
    return values.recordLimitBytes();
  }

  /**
   * {@return {@code MaxUserRecordSize} where it was set; empty where a stream's own record limit is
   * the only bound}
   */
  public OptionalLong maxUserRecordSizeIfSet() {
    return values.isSet(MAX_USER_RECORD_SIZE)
        ? OptionalLong.of(maxUserRecordSize())
        : OptionalLong.empty();
  }

  /** {@return the largest data of a user record in bytes} */
  public long maxUserRecordSize() {
    return values.get(MAX_USER_RECORD_SIZE);
  }

  /** {@return the most records that wait for room under {@link AdmissionPolicy#ASYNC}} */
  public int maxWaitingAdmissions() {
    return values.get(MAX_WAITING_ADMISSIONS);
  }

  /** {@return the finest dimension of the metrics} */
  public MetricsGranularity metricsGranularity() {
    return values.get(METRICS_GRANULARITY);
  }

  /** {@return how many metrics are published} */
  public MetricsLevel metricsLevel() {
    return values.get(METRICS_LEVEL);
  }

  /** {@return the CloudWatch namespace of the metrics} */
  public String metricsNamespace() {
    return values.get(METRICS_NAMESPACE);
  }

  /** {@return whether times and sizes are sent with their spread} */
  public boolean metricsPercentiles() {
    return values.get(METRICS_PERCENTILES);
  }

  /** {@return the dimensions that published metrics have beside those of the library} */
  public List<MetricsDimension> additionalMetricsDimensions() {
    return values.get(ADDITIONAL_METRICS_DIMENSIONS);
  }

  /** {@return how often metrics are sent} */
  public Duration metricsUploadDelay() {
    return values.get(METRICS_UPLOAD_DELAY);
  }

  /** {@return the HTTP proxy through which Kinesis and CloudWatch are reached} */
  public Optional<String> proxyHost() {
    return nonEmpty(PROXY_HOST);
  }

  /** {@return the password for the proxy} */
  public Optional<String> proxyPassword() {
    return nonEmpty(PROXY_PASSWORD);
  }

  /** {@return the port of the proxy} */
  public int proxyPort() {
    return values.get(PROXY_PORT);
  }

  /** {@return the user name for the proxy} */
  public Optional<String> proxyUserName() {
    return nonEmpty(PROXY_USER_NAME);
  }

  /** {@return the ceiling of what is sent to one shard, in percent of its limits} */
  public long rateLimit() {
    return values.get(RATE_LIMIT);
  }

  /** {@return who places the records of a stream} */
  public RecordDistributionStrategy recordDistributionStrategyDefault() {
    return values.get(RECORD_DISTRIBUTION_STRATEGY_DEFAULT);
  }

  /** {@return how long a record waits for company, over all stages} */
  public Duration recordMaxBufferedTime() {
    return values.get(RECORD_MAX_BUFFERED_TIME);
  }

  /** {@return the time after which no attempt starts; {@link #FOREVER} for no end} */
  public Duration recordTtl() {
    return values.get(RECORD_TTL);
  }

  /** {@return the AWS region; where empty, the default chain of the AWS SDK finds it} */
  public Optional<String> region() {
    return nonEmpty(REGION);
  }

  /** {@return how long one request may take, to the end of the reply} */
  public Duration requestTimeout() {
    return values.get(REQUEST_TIMEOUT);
  }

  /** {@return the bound of the first delay before a shard is tried again} */
  public Duration retryBaseDelay() {
    return values.get(RETRY_BASE_DELAY);
  }

  /** {@return where the bound of the delay stops growing} */
  public Duration retryMaxDelay() {
    return values.get(RETRY_MAX_DELAY);
  }

  /** {@return how many threads serialize, hash and sign requests} */
  public int senderThreads() {
    return values.get(SENDER_THREADS);
  }

  /** {@return whether the endpoints' certificates are checked} */
  public boolean verifyCertificate() {
    return values.get(VERIFY_CERTIFICATE);
  }

  private Optional<String> nonEmpty(ConfigKey<String> key) {
    return Optional.of(values.get(key)).filter(text -> !text.isEmpty());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KinesisProducerConfig that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** {@return what differs from the defaults, with passwords concealed} */
  @Override
  public String toString() {
    return "KinesisProducerConfig" + values;
  }
}
