// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricsLevel;
import io.kpl4j.ProducerMetrics;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ProducerState;
import io.kpl4j.event.StreamEvents;
import io.micrometer.cloudwatch2.CloudWatchConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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

  /** How often what is pending is looked at; the KPL's figure. */
  private static final long SAMPLE_MILLIS = 200;

  private static final Duration FAILURE_LOG_PERIOD = Duration.ofMinutes(1);

  private final MetricsLevel level;
  private final CloudWatchConnection connection;
  private final StatisticSetRegistry registry;
  private final LocalMetrics metrics;
  private final MeteredEvents events;
  private final UploadSchedule schedule;

  private CloudWatchEvents(KinesisProducerConfig config, CloudWatchConnection connection) {
    this.level = config.metricsLevel();
    this.connection = connection;
    this.registry =
        new StatisticSetRegistry(
            new RegistryConfig(config.metricsNamespace(), config.metricsUploadDelay()),
            connection.client(),
            new FailureLog(LOG, FAILURE_LOG_PERIOD, System::nanoTime));
    this.metrics = new LocalMetrics(config, registry, System::nanoTime, LocalMetrics.MOST_SERIES);
    registry.source(metrics::take);
    this.events = new MeteredEvents(metrics);
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
    Duration period = config.metricsUploadDelay();
    events.schedule.start(firstUpload(period), period);
    LOG.info(
        "Publishing metrics to CloudWatch: namespace {}, region {}, level {}, granularity {}, every"
            + " {} ms",
        config.metricsNamespace(),
        region,
        config.metricsLevel(),
        config.metricsGranularity(),
        period.toMillis());
    return events;
  }

  /** Half the period to the whole. */
  private static Duration firstUpload(Duration period) {
    long half = period.toNanos() / 2;
    return Duration.ofNanos(half + ThreadLocalRandom.current().nextLong(half + 1));
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
  public Optional<ProducerMetrics> metrics() {
    return Optional.of(metrics);
  }

  @Override
  public void started(ProducerState state) {
    if (Metric.USER_RECORDS_PENDING.level().compareTo(level) <= 0) {
      Runnable sampler =
          new Repeated("The count of pending records", new PendingSampler(state, metrics));
      var unused =
          connection
              .timer()
              .scheduleAtFixedRate(sampler, SAMPLE_MILLIS, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void close() {
    schedule.close(CLOSE_LIMIT);
    registry.close();
    connection.close();
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
