// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static java.util.Objects.requireNonNull;

import io.kpl4j.MetricsGranularity;
import io.kpl4j.MetricsLevel;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StoredRecords;
import io.kpl4j.event.StreamEvents;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A course of events on two streams and three shards, with retries, throttles, an expiry and a
 * failure, and beside it, value by value, what each metric has to show. The values are written down
 * from docs/metrics.md, not from the code. Confined to one thread.
 */
public final class KnownWorkload {

  static final String CLICKS = "clicks";
  static final String VIEWS = "views";
  private static final String SHARD_0 = "shardId-000000000000";
  private static final String SHARD_1 = "shardId-000000000001";
  private static final String SHARD_2 = "shardId-000000000002";
  private static final String THROTTLED = "ProvisionedThroughputExceededException";
  private static final String BROKEN = "SdkClientException";
  private static final long MILLI = 1_000_000;

  /**
   * What has one number of each statistic.
   *
   * @param metric its name
   * @param dimensions by name
   */
  public record Named(String metric, Map<String, String> dimensions) {}

  /** One value of one metric. */
  record Value(
      String metric, String stream, @Nullable String shard, @Nullable String error, double value) {}

  private final ProducerEvents events;
  private final Map<String, StreamEvents> streams = new HashMap<>();
  private final Map<String, ShardEvents> shards = new HashMap<>();
  private final List<Value> values = new ArrayList<>();
  private long requests;

  /** A workload that is driven through these. */
  public KnownWorkload(ProducerEvents events) {
    this.events = events;
  }

  /** Does it all, once. */
  public KnownWorkload drive() {
    received(CLICKS, 9);
    received(VIEWS, 8);
    dropped(CLICKS, 7);
    dropped(VIEWS, 1);

    // Stored at once, and throttled.
    request(CLICKS, 2, 7, 2_000, 100, null);
    attempt(CLICKS, SHARD_0, 3, 650, 40, null);
    stored(CLICKS, SHARD_0, 1, new int[] {100, 200, 300}, new long[] {110, 120, 130});
    attempt(CLICKS, SHARD_1, 4, 900, 60, THROTTLED);
    throttled(CLICKS, SHARD_1, 4);
    rate(CLICKS, SHARD_1, 0.8);

    // The call breaks: who knows what was stored.
    request(CLICKS, 2, 6, 1_500, 200, BROKEN);
    attemptInBrokenCall(CLICKS, SHARD_1, 4, 900, 5);
    unknown(CLICKS, SHARD_1, 4);
    attemptInBrokenCall(CLICKS, SHARD_0, 2, 300, 15);
    unknown(CLICKS, SHARD_0, 2);

    // One aggregate comes through at the third attempt, the other one's time is over.
    sent(CLICKS, SHARD_1, 30, 4);
    request(CLICKS, 1, 4, 950, 50, null);
    attempt(CLICKS, SHARD_1, 4, 900, 7, null);
    stored(CLICKS, SHARD_1, 3, new int[] {1, 2, 3, 4}, new long[] {400, 410, 420, 430});
    rate(CLICKS, SHARD_1, 0.9);
    failed(CLICKS, SHARD_0, "Expired", 2, 1);

    // A reshard, a denial before anything is known of shards, and a second throttle.
    sent(VIEWS, SHARD_2, 0, 0);
    request(VIEWS, 2, 7, 700, 30, null);
    attempt(VIEWS, SHARD_2, 5, 500, 20, null);
    misplaced(VIEWS, SHARD_2, 5, 500);
    attempt(VIEWS, SHARD_2, 2, 120, 25, THROTTLED);
    throttled(VIEWS, SHARD_2, 2);
    request(VIEWS, 2, 7, 710, 35, null);
    attempt(VIEWS, SHARD_2, 5, 500, 6, null);
    stored(VIEWS, SHARD_2, 2, new int[] {10, 10, 10, 10, 50}, new long[] {5, 6, 7, 8, 9});
    attempt(VIEWS, SHARD_2, 2, 120, 9, null);
    stored(VIEWS, SHARD_2, 2, new int[] {60, 60}, new long[] {1_000, 2_000});
    failed(VIEWS, null, "AccessDeniedException", 1, 1);
    return this;
  }

  private StreamEvents stream(String name) {
    return streams.computeIfAbsent(name, events::stream);
  }

  private ShardEvents shard(String stream, @Nullable String shard) {
    return shards.computeIfAbsent(stream + shard, key -> stream(stream).shard(shard));
  }

  private void expect(
      String metric, String stream, @Nullable String shard, @Nullable String error, double value) {
    values.add(new Value(metric, stream, shard, error, value));
  }

  private void expect(String metric, String stream, @Nullable String shard, double value) {
    expect(metric, stream, shard, null, value);
  }

  private void expectOnes(String metric, String stream, @Nullable String shard, int count) {
    for (int i = 0; i < count; i++) {
      expect(metric, stream, shard, 1);
    }
  }

  private void received(String stream, int count) {
    stream(stream).recordsReceived(count, 100L * count);
    expectOnes("UserRecordsReceived", stream, null, count);
  }

  private void dropped(String stream, int count) {
    stream(stream).recordsDropped(count);
    expectOnes("UserRecordsDropped", stream, null, count);
  }

  private void request(
      String stream, int kinesis, int users, long bytes, long millis, @Nullable String error) {
    long id = ++requests;
    stream(stream).requestStarted(id, kinesis, users, bytes);
    stream(stream).requestFinished(id, kinesis, users, bytes, millis * MILLI, error);
    expect("RequestTime", stream, null, (double) millis);
    expect("KinesisRecordsPerPutRecordsRequest", stream, null, kinesis);
    expect("UserRecordsPerPutRecordsRequest", stream, null, users);
    expect("DataPerPutRecordsRequest", stream, null, (double) bytes);
    if (error != null) {
      expect("AllErrors", stream, null, 1);
      expect("ErrorsByCode", stream, null, error, 1);
    }
  }

  private void attempt(
      String stream, String shard, int users, int bytes, long bufferedMillis, @Nullable String e) {
    shard(stream, shard).kinesisRecordAttempted(users, bytes, bufferedMillis * MILLI, e);
    expectAttempt(stream, shard, users, bufferedMillis);
    expect("KinesisRecordsPut", stream, shard, e == null ? 1 : 0);
    expect("AllErrors", stream, shard, e == null ? 0 : 1);
    if (e == null) {
      expect("KinesisRecordsDataPut", stream, shard, bytes);
    } else {
      expect("ErrorsByCode", stream, shard, e, 1);
    }
  }

  private void attemptInBrokenCall(
      String stream, String shard, int users, int bytes, long bufferedMillis) {
    shard(stream, shard).kinesisRecordAttempted(users, bytes, bufferedMillis * MILLI, BROKEN);
    expectAttempt(stream, shard, users, bufferedMillis);
    expect("KinesisRecordsPut", stream, shard, 0);
  }

  private void expectAttempt(String stream, String shard, int users, long bufferedMillis) {
    expect("BufferingTime", stream, shard, (double) bufferedMillis);
    expect("UserRecordsPerKinesisRecord", stream, shard, users);
  }

  private void sent(String stream, String shard, long tokenMillis, long slotMillis) {
    shard(stream, shard).kinesisRecordSent(tokenMillis * MILLI, slotMillis * MILLI);
    expect("TokenWaitTime", stream, shard, (double) tokenMillis);
    expect("SlotWaitTime", stream, shard, (double) slotMillis);
  }

  private void throttled(String stream, String shard, int users) {
    shard(stream, shard).throttled(users);
    expectOnes("UserRecordsThrottled", stream, shard, users);
  }

  private void unknown(String stream, String shard, int users) {
    shard(stream, shard).outcomeUnknown(users);
    expectOnes("UserRecordsOutcomeUnknown", stream, shard, users);
  }

  private void misplaced(String stream, String shard, int users, int bytes) {
    shard(stream, shard).misplaced(users, bytes);
    expectOnes("UserRecordsMisplaced", stream, shard, users);
    expect("KinesisRecordsDataMisplaced", stream, shard, bytes);
  }

  private void rate(String stream, String shard, double share) {
    shard(stream, shard).rateChanged(share);
    expect("ShardRate", stream, shard, share * 100);
  }

  private void failed(
      String stream, @Nullable String shard, String error, int users, int attempts) {
    for (int i = 0; i < users; i++) {
      shard(stream, shard).userRecordFailed(error, attempts);
      expect("UserRecordsPut", stream, shard, 0);
      expect("UserRecordsFailed", stream, shard, error, 1);
      expect("RetriesPerRecord", stream, shard, attempts - 1);
      if (error.equals("Expired")) {
        expect("UserRecordExpired", stream, shard, 1);
      }
    }
  }

  private void stored(String stream, String shard, int attempts, int[] bytes, long[] millis) {
    shard(stream, shard)
        .userRecordsPut(
            new StoredRecords() {
              @Override
              public int count() {
                return bytes.length;
              }

              @Override
              public int dataBytes(int index) {
                return bytes[index];
              }

              @Override
              public long latencyNanos(int index) {
                return millis[index] * MILLI;
              }

              @Override
              public int attempts() {
                return attempts;
              }
            });
    for (int i = 0; i < bytes.length; i++) {
      expect("UserRecordsPut", stream, shard, 1);
      expect("UserRecordsDataPut", stream, shard, bytes[i]);
      expect("UserRecordLatency", stream, shard, (double) millis[i]);
      expect("RetriesPerRecord", stream, shard, attempts - 1);
    }
  }

  /** All values there were. */
  List<Value> values() {
    return values;
  }

  /** Count, sum, minimum and maximum, as must be published. */
  public Map<Named, List<Double>> expected(MetricsLevel level, MetricsGranularity granularity) {
    Map<Named, List<Double>> lists = new HashMap<>();
    for (Value value : values) {
      if (metric(value.metric()).level().compareTo(level) <= 0) {
        for (Map<String, String> dimensions : chain(value, granularity)) {
          lists
              .computeIfAbsent(new Named(value.metric(), dimensions), key -> new ArrayList<>())
              .add(value.value());
        }
      }
    }
    Map<Named, List<Double>> expected = new HashMap<>();
    lists.forEach((key, list) -> expected.put(key, summed(list)));
    return expected;
  }

  private static List<Double> summed(List<Double> list) {
    return Stream.of(
            (double) list.size(),
            list.stream().mapToDouble(v -> v).sum(),
            list.stream().mapToDouble(v -> v).min().orElseThrow(),
            list.stream().mapToDouble(v -> v).max().orElseThrow())
        .map(KnownWorkload::rounded)
        .toList();
  }

  /** The unit that goes with its values, as CloudWatch names it. */
  public static String unit(String metric) {
    if (metric.endsWith("Time") || metric.endsWith("Latency")) {
      return "Milliseconds";
    }
    if (metric.contains("Data")) {
      return "Bytes";
    }
    return metric.equals("ShardRate") ? "Percent" : "Count";
  }

  /** Sums of doubles differ in the last bits by the order of adding. */
  public static double rounded(double value) {
    return Math.round(value * 1e6) / 1e6;
  }

  private static List<Map<String, String>> chain(Value value, MetricsGranularity granularity) {
    List<Map<String, String>> chain = new ArrayList<>();
    Map<String, String> dimensions = new HashMap<>();
    if (value.error() != null) {
      dimensions.put("ErrorCode", requireNonNull(value.error()));
    }
    chain.add(Map.copyOf(dimensions));
    if (granularity != MetricsGranularity.GLOBAL) {
      dimensions.put("StreamName", value.stream());
      chain.add(Map.copyOf(dimensions));
    }
    if (granularity == MetricsGranularity.SHARD && value.shard() != null) {
      dimensions.put("ShardId", requireNonNull(value.shard()));
      chain.add(Map.copyOf(dimensions));
    }
    return chain;
  }

  static Metric metric(String name) {
    return Arrays.stream(Metric.values())
        .filter(metric -> metric.cloudWatchName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name));
  }
}
