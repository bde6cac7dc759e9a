// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import static io.kpl4j.internal.config.ConfigKey.Group.ESSENTIAL;
import static io.kpl4j.internal.config.ConfigKey.Group.FREQUENT;
import static io.kpl4j.internal.config.ConfigKey.Group.RARE;
import static io.kpl4j.internal.config.ValueType.amount;
import static io.kpl4j.internal.config.ValueType.count;
import static io.kpl4j.internal.config.ValueType.flag;
import static io.kpl4j.internal.config.ValueType.longMillis;
import static io.kpl4j.internal.config.ValueType.longMillisOrForever;
import static io.kpl4j.internal.config.ValueType.lowerCase;
import static io.kpl4j.internal.config.ValueType.millis;
import static io.kpl4j.internal.config.ValueType.text;
import static io.kpl4j.internal.config.ValueType.upperCase;

import io.kpl4j.AdmissionPolicy;
import io.kpl4j.KeyOrder;
import io.kpl4j.MetricsDimension;
import io.kpl4j.MetricsGranularity;
import io.kpl4j.MetricsLevel;
import io.kpl4j.RecordDistributionStrategy;
import io.kpl4j.internal.config.ConfigKey.Default;
import io.kpl4j.internal.config.ConfigKey.Group;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The keys that mean something here, by name within their group. Immutable. */
public final class ConfigKeys {

  private static final List<ConfigKey<?>> DECLARED = new ArrayList<>();

  /** Of a record, an aggregate or a request: the service takes no more. */
  static final long TEN_MIB = 10L << 20;

  private static final String ENDPOINT = "a host name, or http(s)://host[:port]";
  private static final String ENDPOINT_PATTERN =
      "([A-Za-z0-9.-]+|https?://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?/?)?";

  // What every user should have seen.

  public static final ConfigKey<AdmissionPolicy> ADMISSION_POLICY =
      own(
          "AdmissionPolicy",
          lowerCase(AdmissionPolicy.class),
          AdmissionPolicy.BLOCK,
          ESSENTIAL,
          "What `put` does while the buffer is full: wait, throw at once, return a future of a"
              + " record that waits, or drop the record.");

  public static final ConfigKey<Long> BUFFER_MAX_BYTES =
      derived(
          "BufferMaxBytes",
          amount(1_024, Long.MAX_VALUE),
          new Default<>(
              "a quarter of the heap, at most 268435456",
              values -> Math.min(Machine.heapBytes() / 4, 256L << 20)),
          ESSENTIAL,
          "Bytes of memory that accepted records may hold; `AdmissionPolicy` says what becomes of"
              + " more. At least twice `MaxUserRecordSize` and 1024.");

  public static final ConfigKey<Duration> MAX_BLOCK_TIME =
      own(
          "MaxBlockTime",
          longMillis(0),
          Duration.ofSeconds(60),
          ESSENTIAL,
          "How long a record waits while the buffer is full, before it is refused; for the policies"
              + " `block` and `async`.");

  public static final ConfigKey<MetricsLevel> METRICS_LEVEL =
      own(
          "MetricsLevel",
          lowerCase(MetricsLevel.class),
          MetricsLevel.SUMMARY,
          ESSENTIAL,
          "How many metrics are published. The KPL's default is `detailed`.");

  public static final ConfigKey<Duration> RECORD_MAX_BUFFERED_TIME =
      own(
          "RecordMaxBufferedTime",
          longMillis(0),
          Duration.ofMillis(100),
          ESSENTIAL,
          "Linger: how long a record waits for company, over all stages. 0 sends at once while no"
              + " call of the stream is under way, else a call every 2 ms or as soon as one is full."
              + " Less than `RecordTtl`.");

  public static final ConfigKey<Duration> RECORD_TTL =
      own(
          "RecordTtl",
          longMillisOrForever(100),
          Duration.ofSeconds(30),
          ESSENTIAL,
          "Time to live: no attempt starts after it, and the record fails."
              + " 9223372036854775807 means infinite too.");

  public static final ConfigKey<String> REGION =
      own(
          "Region",
          text("a region such as eu-central-1, or empty", "([a-z]+(-[a-z]+){1,3}-[0-9]{1,2})?"),
          "",
          ESSENTIAL,
          "AWS region of the streams and the metrics. Where it is empty, the default chain of the"
              + " AWS SDK finds it.");

  // What is often tuned.

  public static final ConfigKey<Boolean> ADAPTIVE_RATE_LIMIT =
      own(
          "AdaptiveRateLimit",
          flag(),
          true,
          FREQUENT,
          "Whether what is sent to a shard follows what it takes: from 100 % of its limits down to"
              + " 1 % where it throttles, up to `RateLimit` where it does not. Otherwise it is"
              + " always `RateLimit`.");

  public static final ConfigKey<Boolean> AGGREGATION_ENABLED =
      own(
          "AggregationEnabled",
          flag(),
          true,
          FREQUENT,
          "Whether small user records share a Kinesis record. Turn it off where a consumer cannot"
              + " open aggregates.");

  public static final ConfigKey<Long> AGGREGATION_MAX_SIZE =
      own(
          "AggregationMaxSize",
          amount(64, TEN_MIB),
          51_200L,
          FREQUENT,
          "Largest aggregate in bytes. At most the record limit of the streams: 1048576, or"
              + " `MaxUserRecordSize` if that is more.");

  public static final ConfigKey<Boolean> FAIL_IF_THROTTLED =
      own(
          "FailIfThrottled",
          flag(),
          false,
          FREQUENT,
          "Whether a throttled record fails at once instead of being sent again.");

  public static final ConfigKey<KeyOrder> KEY_ORDER =
      own(
          "KeyOrder",
          lowerCase(KeyOrder.class),
          KeyOrder.NONE,
          FREQUENT,
          "Whether the records of a key keep their order, and what a record that is given up means"
              + " to those behind it. Not with service-routed streams.");

  public static final ConfigKey<Integer> MAX_CONNECTIONS =
      own(
          "MaxConnections",
          count(1, 256),
          24,
          FREQUENT,
          "Most connections to Kinesis for requests with records. Up to six more are opened beside"
              + " them, for listings and for a request that begins when another has just been"
              + " answered.");

  public static final ConfigKey<Long> MAX_USER_RECORD_SIZE =
      own(
          "MaxUserRecordSize",
          amount(64, TEN_MIB),
          1L << 20,
          FREQUENT,
          "Largest data of a user record in bytes. Above 1048576 the streams must have been set to"
              + " take larger records.");

  public static final ConfigKey<MetricsGranularity> METRICS_GRANULARITY =
      own(
          "MetricsGranularity",
          lowerCase(MetricsGranularity.class),
          MetricsGranularity.STREAM,
          FREQUENT,
          "Finest dimension of the metrics. The KPL's default is `shard`, which is billed by"
              + " the shard.");

  public static final ConfigKey<String> METRICS_NAMESPACE =
      own(
          "MetricsNamespace",
          text(
              "1 to 255 printable ASCII characters, not beginning with AWS/ or a colon",
              "(?!AWS/|:)[ -~]{1,255}"),
          "KinesisProducerLibrary",
          FREQUENT,
          "CloudWatch namespace of the metrics.");

  public static final ConfigKey<Boolean> METRICS_PERCENTILES =
      own(
          "MetricsPercentiles",
          flag(),
          false,
          FREQUENT,
          "Whether times and sizes are sent with their spread, so that CloudWatch can tell"
              + " percentiles.");

  public static final ConfigKey<Long> RATE_LIMIT =
      own(
          "RateLimit",
          amount(1, Long.MAX_VALUE),
          150L,
          FREQUENT,
          "Ceiling of what is sent to one shard, in percent of its 1,000 records and 1 MiB a"
              + " second.");

  public static final ConfigKey<Duration> REQUEST_TIMEOUT =
      own(
          "RequestTimeout",
          millis(100, 600_000),
          Duration.ofSeconds(6),
          FREQUENT,
          "How long one request may take, from its start to the end of the reply.");

  // What is seldom tuned.

  public static final ConfigKey<List<MetricsDimension>> ADDITIONAL_METRICS_DIMENSIONS =
      own(
          "AdditionalMetricsDimensions",
          Dimensions.type(),
          List.of(),
          RARE,
          "Dimensions that published metrics have beside those of the library, such as"
              + " `Service=shop:global`.");

  public static final ConfigKey<Long> AGGREGATION_MAX_COUNT =
      own(
          "AggregationMaxCount",
          amount(1, Long.MAX_VALUE),
          4_294_967_295L,
          RARE,
          "Most user records in an aggregate.");

  public static final ConfigKey<Long> AGGREGATION_RECORD_MAX_SIZE =
      derived(
          "AggregationRecordMaxSize",
          amount(1, TEN_MIB),
          new Default<>("`AggregationMaxSize`", values -> values.get(AGGREGATION_MAX_SIZE)),
          RARE,
          "User records of more bytes are sent alone at once. At most `AggregationMaxSize`.");

  public static final ConfigKey<Long> BUFFER_MAX_RECORDS =
      own(
          "BufferMaxRecords",
          amount(1, Long.MAX_VALUE),
          1_000_000L,
          RARE,
          "Most accepted records that have no outcome; `AdmissionPolicy` says what becomes of more.");

  public static final ConfigKey<String> CA_CERT_FILE =
      own(
          "CaCertFile",
          text("path of a PEM file, or empty", "\\P{Cntrl}*"),
          "",
          RARE,
          "Certificates to trust instead of those of the Java runtime.");

  public static final ConfigKey<Duration> CLOSE_TIMEOUT =
      own(
          "CloseTimeout",
          longMillis(0),
          Duration.ofSeconds(30),
          RARE,
          "How long `close()` waits for what is buffered and in flight.");

  public static final ConfigKey<String> CLOUDWATCH_ENDPOINT =
      own(
          "CloudwatchEndpoint",
          text(ENDPOINT + ", or empty", ENDPOINT_PATTERN),
          "",
          RARE,
          "Where the metrics go, instead of the region's endpoint. A host name alone means TLS.");

  public static final ConfigKey<Integer> CLOUDWATCH_PORT =
      own(
          "CloudwatchPort",
          count(1, 65_535),
          443,
          RARE,
          "Port of the host that `CloudwatchEndpoint` names. Not beside a whole URL.");

  public static final ConfigKey<Integer> COLLECTION_MAX_COUNT =
      own(
          "CollectionMaxCount",
          count(1, 500),
          500,
          RARE,
          "Most Kinesis records in a PutRecords request.");

  public static final ConfigKey<Long> COLLECTION_MAX_SIZE =
      own(
          "CollectionMaxSize",
          amount(52_224, TEN_MIB),
          5_242_880L,
          RARE,
          "Most bytes of data and keys in a PutRecords request; a larger record goes alone.");

  public static final ConfigKey<Duration> CONNECT_TIMEOUT =
      own(
          "ConnectTimeout",
          millis(100, 300_000),
          Duration.ofSeconds(6),
          RARE,
          "How long the opening of a connection may take.");

  public static final ConfigKey<Duration> DESCRIBE_STREAM_SUMMARY_INTERVAL =
      own(
          "DescribeStreamSummaryIntervalMs",
          longMillis(1),
          Duration.ofMinutes(5),
          RARE,
          "Least time between two looks at a stream's own settings: when it was made, how large its"
              + " records may be. Needs `kinesis:DescribeStreamSummary`, and does without.");

  public static final ConfigKey<String> KINESIS_ENDPOINT =
      own(
          "KinesisEndpoint",
          text(ENDPOINT + ", or empty", ENDPOINT_PATTERN),
          "",
          RARE,
          "Where the records go, instead of the region's endpoint. A host name alone means TLS.");

  public static final ConfigKey<Integer> KINESIS_PORT =
      own(
          "KinesisPort",
          count(1, 65_535),
          443,
          RARE,
          "Port of the host that `KinesisEndpoint` names. Not beside a whole URL.");

  public static final ConfigKey<Long> MAX_IN_FLIGHT_BYTES =
      derived(
          "MaxInFlightBytes",
          amount(1_024, Long.MAX_VALUE),
          new Default<>("a sixteenth of the heap", values -> Machine.heapBytes() / 16),
          RARE,
          "Most bytes in requests that are under way; a larger request goes alone. A request needs"
              + " some four times its bytes on the heap.");

  public static final ConfigKey<Integer> MAX_IN_FLIGHT_REQUESTS =
      derived(
          "MaxInFlightRequests",
          count(1, 256),
          new Default<>("`MaxConnections`", values -> values.get(MAX_CONNECTIONS)),
          RARE,
          "Most requests under way. At most `MaxConnections`.");

  public static final ConfigKey<Integer> MAX_WAITING_ADMISSIONS =
      own(
          "MaxWaitingAdmissions",
          count(1, 10_000_000),
          10_000,
          RARE,
          "Most records that wait for room under the policy `async`; more are refused at once."
              + " Together they weigh at most a quarter of `BufferMaxBytes`, beside the buffer.");

  public static final ConfigKey<Duration> METRICS_UPLOAD_DELAY =
      own(
          "MetricsUploadDelay",
          millis(1, 60_000),
          Duration.ofMinutes(1),
          RARE,
          "How often the metrics are sent.");

  public static final ConfigKey<String> PROXY_HOST =
      own(
          "ProxyHost",
          text("a host name, or empty", "[A-Za-z0-9._-]*"),
          "",
          RARE,
          "HTTP proxy through which Kinesis and CloudWatch are reached.");

  public static final ConfigKey<String> PROXY_PASSWORD =
      own(
          "ProxyPassword",
          text("any text", "\\P{Cntrl}*"),
          "",
          RARE,
          "Password for the proxy. Never logged.");

  public static final ConfigKey<Integer> PROXY_PORT =
      own("ProxyPort", count(1, 65_535), 443, RARE, "Port of the proxy.");

  public static final ConfigKey<String> PROXY_USER_NAME =
      own("ProxyUserName", text("any text", "\\P{Cntrl}*"), "", RARE, "User name for the proxy.");

  public static final ConfigKey<RecordDistributionStrategy> RECORD_DISTRIBUTION_STRATEGY_DEFAULT =
      own(
          "RecordDistributionStrategyDefault",
          upperCase(RecordDistributionStrategy.class),
          RecordDistributionStrategy.UNSET,
          RARE,
          "Who places the records of a stream. `AUTO`: the service itself, whatever their keys; nothing"
              + " is aggregated, and records need no partition key. `UNSET` is taken for"
              + " `USER_PARTITION_KEY`.");

  public static final ConfigKey<Duration> RETRY_BASE_DELAY =
      own(
          "RetryBaseDelay",
          millis(1, 60_000),
          Duration.ofMillis(50),
          RARE,
          "Bound of the first delay before a shard is tried again; it doubles with each"
              + " failure.");

  public static final ConfigKey<Duration> RETRY_MAX_DELAY =
      own(
          "RetryMaxDelay",
          millis(1, 600_000),
          Duration.ofSeconds(1),
          RARE,
          "Where the bound of the delay stops growing. At least `RetryBaseDelay`.");

  public static final ConfigKey<Integer> SENDER_THREADS =
      derived(
          "SenderThreads",
          count(1, 256),
          new Default<>(
              "half the processors, at least 1", values -> Math.max(1, Machine.processors() / 2)),
          RARE,
          "Threads that serialize, hash and sign requests.");

  public static final ConfigKey<Boolean> VERIFY_CERTIFICATE =
      own(
          "VerifyCertificate",
          flag(),
          true,
          RARE,
          "Whether the endpoints' certificates are checked. Turn it off in tests only.");

  /** All of the above. */
  static final List<ConfigKey<?>> ALL = List.copyOf(DECLARED);

  private ConfigKeys() {}

  private static <T> ConfigKey<T> own(
      String name, ValueType<T> type, T fallback, Group group, String meaning) {
    return declared(ConfigKey.key(name, type, fallback, group, meaning));
  }

  private static <T> ConfigKey<T> derived(
      String name, ValueType<T> type, Default<T> fallback, Group group, String meaning) {
    return declared(ConfigKey.derivedKey(name, type, fallback, group, meaning));
  }

  private static <T> ConfigKey<T> declared(ConfigKey<T> key) {
    DECLARED.add(key);
    return key;
  }
}
