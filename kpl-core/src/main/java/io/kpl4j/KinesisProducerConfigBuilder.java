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

import io.kpl4j.internal.config.ConfigKey;
import io.kpl4j.internal.config.ConfigValues;
import io.kpl4j.internal.config.StreamSettings;
import io.kpl4j.internal.config.SystemSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds a {@link KinesisProducerConfig}. For one thread. A setter refuses a value that is not
 * allowed with {@link IllegalArgumentException}; what does not go together is refused by {@link
 * #build()}.
 */
public final class KinesisProducerConfigBuilder {

  private static final Logger LOG = LoggerFactory.getLogger(KinesisProducerConfigBuilder.class);

  private final Map<ConfigKey<?>, Object> explicit;
  private final StreamSettings ofStreams;

  KinesisProducerConfigBuilder(
      Map<ConfigKey<?>, Object> explicit, Map<String, Map<ConfigKey<?>, Object>> ofStreams) {
    this.explicit = new HashMap<>(explicit);
    this.ofStreams = new StreamSettings(ofStreams);
  }

  /**
   * Takes in what the system properties and environment variables of this process say, in place of
   * what this builder was given before; what it is given afterwards counts more. A key is the
   * system property {@code kpl4j.RecordTtl} or, where there is none, the environment variable
   * {@code KPL4J_RECORD_TTL}; for one stream the system property {@code
   * kpl4j.stream.<name>.RecordTtl}.
   *
   * @return this
   * @throws IllegalArgumentException if a name with that prefix is unknown, or a value is not
   *     allowed; names the property or variable
   */
  public KinesisProducerConfigBuilder applySystemSettings() {
    return applySystemSettings(System.getenv(), System.getProperties());
  }

  KinesisProducerConfigBuilder applySystemSettings(
      Map<String, String> environment, Properties properties) {
    SystemSettings found = SystemSettings.read(environment, properties, LOG::warn);
    explicit.putAll(found.explicit());
    ofStreams.setAll(found.ofStreams());
    return this;
  }

  /**
   * Sets {@code AdaptiveRateLimit}. Whether what is sent to a shard follows what it takes: lower
   * where it throttles, up to {@code RateLimit} where it does not.
   *
   * @param adaptive whether it does; otherwise it is always {@code RateLimit}
   * @return this
   */
  public KinesisProducerConfigBuilder adaptiveRateLimit(boolean adaptive) {
    return set(ADAPTIVE_RATE_LIMIT, adaptive);
  }

  /**
   * Sets {@code AdmissionPolicy}. What {@code put} does while the buffer is full.
   *
   * @param policy what it does
   * @return this
   */
  public KinesisProducerConfigBuilder admissionPolicy(AdmissionPolicy policy) {
    return set(ADMISSION_POLICY, policy);
  }

  /**
   * Sets {@code AggregationEnabled}. Whether small user records share a Kinesis record.
   *
   * @param enabled whether they do
   * @return this
   */
  public KinesisProducerConfigBuilder aggregationEnabled(boolean enabled) {
    return set(AGGREGATION_ENABLED, enabled);
  }

  /**
   * Sets {@code AggregationMaxCount}. Most user records in an aggregate.
   *
   * @param userRecords 1 or more
   * @return this
   */
  public KinesisProducerConfigBuilder aggregationMaxCount(long userRecords) {
    return set(AGGREGATION_MAX_COUNT, userRecords);
  }

  /**
   * Sets {@code AggregationMaxSize}. Largest aggregate in bytes.
   *
   * @param bytes 64 to 10,485,760, at most {@link KinesisProducerConfig#maxKinesisRecordSize}
   * @return this
   */
  public KinesisProducerConfigBuilder aggregationMaxSize(long bytes) {
    return set(AGGREGATION_MAX_SIZE, bytes);
  }

  /**
   * Sets {@code AggregationRecordMaxSize}. User records of more bytes are sent alone.
   *
   * @param bytes 1 to {@code AggregationMaxSize}, which is the default
   * @return this
   */
  public KinesisProducerConfigBuilder aggregationRecordMaxSize(long bytes) {
    return set(AGGREGATION_RECORD_MAX_SIZE, bytes);
  }

  /**
   * Sets {@code BufferMaxBytes}. Bytes of memory that accepted records may hold.
   *
   * @param bytes at least twice {@code MaxUserRecordSize} and 1,024
   * @return this
   */
  public KinesisProducerConfigBuilder bufferMaxBytes(long bytes) {
    return set(BUFFER_MAX_BYTES, bytes);
  }

  /**
   * Sets {@code BufferMaxRecords}. Most accepted records that have not completed.
   *
   * @param userRecords 1 or more
   * @return this
   */
  public KinesisProducerConfigBuilder bufferMaxRecords(long userRecords) {
    return set(BUFFER_MAX_RECORDS, userRecords);
  }

  /**
   * Sets {@code CaCertFile}. Certificates to trust instead of those of the Java runtime.
   *
   * @param pemFile a PEM file
   * @return this
   */
  public KinesisProducerConfigBuilder caCertFile(Path pemFile) {
    return set(CA_CERT_FILE, pemFile.toString());
  }

  /**
   * Sets {@code CloseTimeout}. How long {@link KinesisProducer#close()} drains.
   *
   * @param timeout 0 to 36,500 days
   * @return this
   */
  public KinesisProducerConfigBuilder closeTimeout(Duration timeout) {
    return set(CLOSE_TIMEOUT, timeout);
  }

  /**
   * Sets {@code CloudwatchEndpoint}. Where metrics go: a host name or a whole URL.
   *
   * @param hostOrUrl {@code host}, or {@code http(s)://host[:port]}; empty for the region's
   * @return this
   */
  public KinesisProducerConfigBuilder cloudwatchEndpoint(String hostOrUrl) {
    return set(CLOUDWATCH_ENDPOINT, hostOrUrl);
  }

  /**
   * Sets {@code CloudwatchPort}. Port of the CloudWatch host, unless that is a whole URL.
   *
   * @param port 1 to 65,535
   * @return this
   */
  public KinesisProducerConfigBuilder cloudwatchPort(int port) {
    return set(CLOUDWATCH_PORT, port);
  }

  /**
   * Sets {@code CollectionMaxCount}. Most Kinesis records in a request.
   *
   * @param kinesisRecords 1 to 500
   * @return this
   */
  public KinesisProducerConfigBuilder collectionMaxCount(int kinesisRecords) {
    return set(COLLECTION_MAX_COUNT, kinesisRecords);
  }

  /**
   * Sets {@code CollectionMaxSize}. Most bytes of data and keys in a request.
   *
   * @param bytes 52,224 to 10,485,760
   * @return this
   */
  public KinesisProducerConfigBuilder collectionMaxSize(long bytes) {
    return set(COLLECTION_MAX_SIZE, bytes);
  }

  /**
   * Sets {@code ConnectTimeout}. How long the opening of a connection may take.
   *
   * @param timeout 100 ms to 300 s
   * @return this
   */
  public KinesisProducerConfigBuilder connectTimeout(Duration timeout) {
    return set(CONNECT_TIMEOUT, timeout);
  }

  /**
   * Sets {@code DescribeStreamSummaryIntervalMs}. How often a stream's own settings are looked up.
   *
   * @param interval 1 ms to 36,500 days
   * @return this
   */
  public KinesisProducerConfigBuilder describeStreamSummaryInterval(Duration interval) {
    return set(DESCRIBE_STREAM_SUMMARY_INTERVAL, interval);
  }

  /**
   * Sets {@code FailIfThrottled}. Whether a throttled record fails at once.
   *
   * @param fail whether it does
   * @return this
   */
  public KinesisProducerConfigBuilder failIfThrottled(boolean fail) {
    return set(FAIL_IF_THROTTLED, fail);
  }

  /**
   * Sets {@code KinesisEndpoint}. Where records go: a host name or a whole URL.
   *
   * @param hostOrUrl {@code host}, or {@code http(s)://host[:port]}; empty for the region's
   * @return this
   */
  public KinesisProducerConfigBuilder kinesisEndpoint(String hostOrUrl) {
    return set(KINESIS_ENDPOINT, hostOrUrl);
  }

  /**
   * Sets {@code KinesisPort}. Port of the Kinesis host, unless that is a whole URL.
   *
   * @param port 1 to 65,535
   * @return this
   */
  public KinesisProducerConfigBuilder kinesisPort(int port) {
    return set(KINESIS_PORT, port);
  }

  /**
   * Sets {@code KeyOrder}. Whether the records of a key keep their order, and what a record that is
   * given up means to those behind it.
   *
   * @param order anything but {@code NONE} does not go with service-routed streams
   * @return this
   */
  public KinesisProducerConfigBuilder keyOrder(KeyOrder order) {
    return set(KEY_ORDER, order);
  }

  /**
   * Sets {@code MaxBlockTime}. How long a record waits while the buffer is full.
   *
   * @param timeout 0 to 36,500 days
   * @return this
   */
  public KinesisProducerConfigBuilder maxBlockTime(Duration timeout) {
    return set(MAX_BLOCK_TIME, timeout);
  }

  /**
   * Sets {@code MaxConnections}. Most connections to Kinesis for requests with records.
   *
   * @param connections 1 to 256
   * @return this
   */
  public KinesisProducerConfigBuilder maxConnections(int connections) {
    return set(MAX_CONNECTIONS, connections);
  }

  /**
   * Sets {@code MaxInFlightBytes}. Most bytes in requests that are under way.
   *
   * @param bytes 1,024 or more
   * @return this
   */
  public KinesisProducerConfigBuilder maxInFlightBytes(long bytes) {
    return set(MAX_IN_FLIGHT_BYTES, bytes);
  }

  /**
   * Sets {@code MaxInFlightRequests}. Most requests under way.
   *
   * @param requests 1 to {@code MaxConnections}, which is the default
   * @return this
   */
  public KinesisProducerConfigBuilder maxInFlightRequests(int requests) {
    return set(MAX_IN_FLIGHT_REQUESTS, requests);
  }

  /**
   * Sets {@code MaxUserRecordSize}. Largest data of a user record in bytes.
   *
   * @param bytes 64 to 10,485,760
   * @return this
   */
  public KinesisProducerConfigBuilder maxUserRecordSize(long bytes) {
    return set(MAX_USER_RECORD_SIZE, bytes);
  }

  /**
   * Sets {@code MaxWaitingAdmissions}. Most records that wait for room under {@link
   * AdmissionPolicy#ASYNC}.
   *
   * @param records 1 to 10,000,000
   * @return this
   */
  public KinesisProducerConfigBuilder maxWaitingAdmissions(int records) {
    return set(MAX_WAITING_ADMISSIONS, records);
  }

  /**
   * Sets {@code MetricsGranularity}. Finest dimension of the metrics.
   *
   * @param granularity the finest
   * @return this
   */
  public KinesisProducerConfigBuilder metricsGranularity(MetricsGranularity granularity) {
    return set(METRICS_GRANULARITY, granularity);
  }

  /**
   * Sets {@code MetricsLevel}. How many metrics are published.
   *
   * @param level how many
   * @return this
   */
  public KinesisProducerConfigBuilder metricsLevel(MetricsLevel level) {
    return set(METRICS_LEVEL, level);
  }

  /**
   * Sets {@code MetricsNamespace}. CloudWatch namespace of the metrics.
   *
   * @param namespace 1 to 255 printable ASCII characters, not beginning with {@code AWS/} or a
   *     colon (PutMetricData API reference)
   * @return this
   */
  public KinesisProducerConfigBuilder metricsNamespace(String namespace) {
    return set(METRICS_NAMESPACE, namespace);
  }

  /**
   * Sets {@code MetricsPercentiles}. Whether times and sizes are sent with their spread, so that
   * CloudWatch can tell percentiles.
   *
   * @param spread whether they are; by default not
   * @return this
   */
  public KinesisProducerConfigBuilder metricsPercentiles(boolean spread) {
    return set(METRICS_PERCENTILES, spread);
  }

  /**
   * Sets {@code AdditionalMetricsDimensions}. Dimensions that published metrics have beside those
   * of the library.
   *
   * @param dimensions at most 27, each name once
   * @return this
   */
  public KinesisProducerConfigBuilder additionalMetricsDimensions(MetricsDimension... dimensions) {
    return set(ADDITIONAL_METRICS_DIMENSIONS, List.of(dimensions));
  }

  /**
   * Sets {@code MetricsUploadDelay}. How often metrics are sent.
   *
   * @param delay 1 ms to 60 s
   * @return this
   */
  public KinesisProducerConfigBuilder metricsUploadDelay(Duration delay) {
    return set(METRICS_UPLOAD_DELAY, delay);
  }

  /**
   * Sets {@code ProxyHost}. HTTP proxy through which Kinesis and CloudWatch are reached.
   *
   * @param host a host name; empty for none
   * @return this
   */
  public KinesisProducerConfigBuilder proxyHost(String host) {
    return set(PROXY_HOST, host);
  }

  /**
   * Sets {@code ProxyPassword}. Password for the proxy.
   *
   * @param password any text; empty for none
   * @return this
   */
  public KinesisProducerConfigBuilder proxyPassword(String password) {
    return set(PROXY_PASSWORD, password);
  }

  /**
   * Sets {@code ProxyPort}. Port of the proxy.
   *
   * @param port 1 to 65,535
   * @return this
   */
  public KinesisProducerConfigBuilder proxyPort(int port) {
    return set(PROXY_PORT, port);
  }

  /**
   * Sets {@code ProxyUserName}. User name for the proxy.
   *
   * @param userName any text; empty for none
   * @return this
   */
  public KinesisProducerConfigBuilder proxyUserName(String userName) {
    return set(PROXY_USER_NAME, userName);
  }

  /**
   * Sets {@code RateLimit}. Ceiling of what is sent to one shard, in percent of its limits.
   *
   * @param percent 1 or more
   * @return this
   */
  public KinesisProducerConfigBuilder rateLimit(long percent) {
    return set(RATE_LIMIT, percent);
  }

  /**
   * Sets {@code RecordDistributionStrategyDefault}. Who places the records of a stream.
   *
   * @param strategy {@code AUTO} where the service spreads the records itself
   * @return this
   */
  public KinesisProducerConfigBuilder recordDistributionStrategyDefault(
      RecordDistributionStrategy strategy) {
    return set(RECORD_DISTRIBUTION_STRATEGY_DEFAULT, strategy);
  }

  /**
   * Sets {@code RecordMaxBufferedTime}. How long a record waits for company, over all stages.
   *
   * @param linger 0 to 36,500 days and less than {@code RecordTtl}
   * @return this
   */
  public KinesisProducerConfigBuilder recordMaxBufferedTime(Duration linger) {
    return set(RECORD_MAX_BUFFERED_TIME, linger);
  }

  /**
   * Sets {@code RecordTtl}. Time after which no attempt starts; {@link
   * KinesisProducerConfig#FOREVER} for no end.
   *
   * @param ttl 100 ms to 36,500 days, or {@link KinesisProducerConfig#FOREVER}
   * @return this
   */
  public KinesisProducerConfigBuilder recordTtl(Duration ttl) {
    return set(RECORD_TTL, ttl);
  }

  /**
   * Sets {@code Region}. AWS region; where empty, the default chain of the AWS SDK finds it.
   *
   * @param name such as {@code eu-central-1}; empty for the default chain
   * @return this
   */
  public KinesisProducerConfigBuilder region(String name) {
    return set(REGION, name);
  }

  /**
   * Sets {@code RequestTimeout}. How long one request may take, to the end of the reply.
   *
   * @param timeout 100 ms to 600 s
   * @return this
   */
  public KinesisProducerConfigBuilder requestTimeout(Duration timeout) {
    return set(REQUEST_TIMEOUT, timeout);
  }

  /**
   * Sets {@code RetryBaseDelay}. Bound of the first delay before a shard is tried again.
   *
   * @param delay 1 ms to 60 s
   * @return this
   */
  public KinesisProducerConfigBuilder retryBaseDelay(Duration delay) {
    return set(RETRY_BASE_DELAY, delay);
  }

  /**
   * Sets {@code RetryMaxDelay}. Where the bound of the delay stops growing.
   *
   * @param delay 1 ms to 600 s, at least {@code RetryBaseDelay}
   * @return this
   */
  public KinesisProducerConfigBuilder retryMaxDelay(Duration delay) {
    return set(RETRY_MAX_DELAY, delay);
  }

  /**
   * Sets {@code SenderThreads}. Threads that serialize, hash and sign requests.
   *
   * @param threads 1 to 256
   * @return this
   */
  public KinesisProducerConfigBuilder senderThreads(int threads) {
    return set(SENDER_THREADS, threads);
  }

  /**
   * Sets what differs for one stream; in a file {@code stream.<name>.Key}. May be called again for
   * the same stream.
   *
   * @param name the stream's name, or an alias with {@link StreamConfigBuilder#arn}, as records are
   *     put to; 1 to 128 letters, digits, underscores, dots and hyphens
   * @param settings sets it
   * @return this
   */
  public KinesisProducerConfigBuilder stream(String name, Consumer<StreamConfigBuilder> settings) {
    settings.accept(new StreamConfigBuilder(StreamSettings.checkName(name), ofStreams));
    return this;
  }

  /**
   * Sets {@code VerifyCertificate}. Whether the endpoints' certificates are checked.
   *
   * @param verify false in tests only
   * @return this
   */
  public KinesisProducerConfigBuilder verifyCertificate(boolean verify) {
    return set(VERIFY_CERTIFICATE, verify);
  }

  /**
   * Builds the configuration. The builder may be used on.
   *
   * @return the configuration
   * @throws IllegalArgumentException if values do not go together
   */
  public KinesisProducerConfig build() {
    return new KinesisProducerConfig(ConfigValues.of(explicit, ofStreams.byStream()));
  }

  private <T> KinesisProducerConfigBuilder set(ConfigKey<T> key, T value) {
    explicit.put(key, key.check(value));
    return this;
  }
}
