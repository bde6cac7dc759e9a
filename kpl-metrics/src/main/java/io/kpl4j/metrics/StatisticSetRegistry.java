// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import io.micrometer.cloudwatch2.CloudWatchConfig;
import io.micrometer.cloudwatch2.CloudWatchMeterRegistry;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataResponse;

/**
 * Micrometer's registry for CloudWatch, but each summary becomes one datum with a StatisticSet,
 * where Micrometer sends four single values. Thread-safe.
 *
 * <p>Its schedule is off, as {@link CloudWatchConfig#enabled()} must say: Micrometer's waits at
 * {@code close} for as long as an upload takes. {@link UploadSchedule} calls {@link #publish()}.
 */
final class StatisticSetRegistry extends CloudWatchMeterRegistry {

  private final CloudWatchConfig config;
  private final CloudWatchAsyncClient client;
  private final FailureLog failures;

  StatisticSetRegistry(CloudWatchConfig config, CloudWatchAsyncClient client, FailureLog failures) {
    super(config, Clock.SYSTEM, client);
    this.config = config;
    this.client = client;
    this.failures = failures;
  }

  /** The summary of a metric at its finest dimensions, the same for the same arguments. */
  WindowSummary summary(Metric metric, Tags tags) {
    return (WindowSummary)
        DistributionSummary.builder(metric.cloudWatchName())
            .baseUnit(metric.measure().unit())
            .tags(tags)
            .register(this);
  }

  @Override
  protected DistributionSummary newDistributionSummary(
      Meter.Id id, DistributionStatisticConfig statistics, double scale) {
    return new WindowSummary(id);
  }

  /** Sends what has come since the last call, and waits for the replies or an interrupt. */
  @Override
  protected void publish() {
    List<MetricDatum> data = take();
    for (List<MetricDatum> batch : batches(data, config.batchSize())) {
      if (Thread.currentThread().isInterrupted()) {
        failures.add(new InterruptedException("the time to send it is over"));
        return;
      }
      send(batch);
    }
  }

  private List<MetricDatum> take() {
    RollUp rollUp = new RollUp();
    for (Meter meter : getMeters()) {
      if (meter instanceof WindowSummary summary) {
        Meter.Id id = summary.getId();
        rollUp.add(id, String.valueOf(id.getBaseUnit()), summary.take());
      }
    }
    return rollUp.data(Instant.ofEpochMilli(clock.wallTime()));
  }

  private static List<List<MetricDatum>> batches(List<MetricDatum> data, int size) {
    return IntStream.range(0, (data.size() + size - 1) / size)
        .mapToObj(i -> data.subList(i * size, Math.min(data.size(), (i + 1) * size)))
        .toList();
  }

  private void send(List<MetricDatum> batch) {
    PutMetricDataRequest request =
        PutMetricDataRequest.builder().namespace(config.namespace()).metricData(batch).build();
    CompletableFuture<PutMetricDataResponse> reply = null;
    try {
      reply = client.putMetricData(request);
      reply.get();
    } catch (InterruptedException e) {
      reply.cancel(true);
      Thread.currentThread().interrupt();
      failures.add(e);
    } catch (ExecutionException e) {
      failures.add(e.getCause());
    } catch (RuntimeException e) {
      failures.add(e);
    }
  }
}
