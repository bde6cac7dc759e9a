// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricsGranularity;
import io.kpl4j.MetricsLevel;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.StreamEvents;
import io.kpl4j.metrics.Series.Place;
import io.micrometer.cloudwatch2.CloudWatchConfig;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * Publishes what happens in a producer to CloudWatch, under the KPL's names. Thread-safe. Recording
 * never waits for CloudWatch.
 */
final class CloudWatchEvents implements ProducerEvents {

  private static final Logger LOG = LoggerFactory.getLogger(CloudWatchEvents.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final Duration FAILURE_LOG_PERIOD = Duration.ofMinutes(1);

  private final MetricsLevel level;
  private final MetricsGranularity granularity;
  private final MeteredEvents events = new MeteredEvents(this::series);
  private final CloudWatchConnection connection;
  private final StatisticSetRegistry registry;
  private final UploadSchedule schedule;

  private CloudWatchEvents(KinesisProducerConfig config, CloudWatchConnection connection) {
    this.level = config.metricsLevel();
    this.granularity = config.metricsGranularity();
    this.connection = connection;
    this.registry =
        new StatisticSetRegistry(
            new RegistryConfig(config.metricsNamespace(), config.metricsUploadDelay()),
            connection.client(),
            new FailureLog(LOG, FAILURE_LOG_PERIOD, System::nanoTime));
    this.schedule = new UploadSchedule(registry::publish, threads("upload"));
  }

  /**
   * Begins to publish.
   *
   * @throws IllegalArgumentException if the certificates cannot be read
   */
  static CloudWatchEvents start(
      KinesisProducerConfig config, Region region, AwsCredentialsProvider credentials) {
    CloudWatchEvents events =
        new CloudWatchEvents(config, CloudWatchConnection.open(config, region, credentials));
    events.schedule.start(config.metricsUploadDelay());
    LOG.info(
        "Publishing metrics to CloudWatch: namespace {}, region {}, level {}, granularity {}, every"
            + " {} ms",
        config.metricsNamespace(),
        region,
        config.metricsLevel(),
        config.metricsGranularity(),
        config.metricsUploadDelay().toMillis());
    return events;
  }

  /** Daemon threads, of which there is one for each role. */
  static ThreadFactory threads(String role) {
    return body -> {
      Thread thread = new Thread(body, "kpl4j-cloudwatch-" + role);
      thread.setDaemon(true);
      return thread;
    };
  }

  @Override
  public StreamEvents stream(String streamName) {
    return events.stream(streamName);
  }

  @Override
  public void close() {
    schedule.close(CLOSE_LIMIT);
    registry.close();
    connection.close();
  }

  private Series series(Metric metric, Place place) {
    if (metric.level().compareTo(level) > 0) {
      return Series.NONE;
    }
    Measure measure = metric.measure();
    WindowSummary summary = registry.summary(metric, tags(metric, place));
    return (value, times) -> summary.record(measure.inUnit(value), times);
  }

  private Tags tags(Metric metric, Place place) {
    Tags tags = Tags.empty();
    if (granularity != MetricsGranularity.GLOBAL) {
      tags = tags.and(RollUp.STREAM_NAME, place.streamName());
    }
    String shardId = place.shardId();
    if (granularity == MetricsGranularity.SHARD && metric.perShard() && shardId != null) {
      tags = tags.and(RollUp.SHARD_ID, shardId);
    }
    String errorCode = place.errorCode();
    if (metric.perError() && errorCode != null) {
      tags = tags.and(RollUp.ERROR_CODE, errorCode);
    }
    return tags;
  }

  /**
   * What the registry must know. Immutable.
   *
   * @param namespace of all metrics
   * @param step how often they are sent
   */
  private record RegistryConfig(String namespace, Duration step) implements CloudWatchConfig {
    @Override
    public @Nullable String get(String key) {
      return null;
    }

    @Override
    public boolean enabled() {
      return false;
    }
  }
}
