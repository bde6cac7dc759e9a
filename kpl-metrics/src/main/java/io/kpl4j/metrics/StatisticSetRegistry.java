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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;

/**
 * Micrometer's registry for CloudWatch, but each summary becomes one datum with a StatisticSet or
 * with values and their counts, where Micrometer sends four single values. Thread-safe, but for
 * {@link #publish}, which one thread calls.
 *
 * <p>Its schedule is off, as {@link CloudWatchConfig#enabled()} must say: Micrometer's waits at
 * {@code close} for as long as an upload takes. {@link UploadSchedule} calls {@link #publish()}.
 *
 * <p>What could not be uploaded goes with the next upload, added to what came since and under its
 * time, so that nothing is lost and no time is too old for the service. It is added series by
 * series, so an outage of days takes no more memory than one of minutes.
 */
final class StatisticSetRegistry extends CloudWatchMeterRegistry implements LocalMetrics.Home {

  /** So many series wait for the next upload at most, whatever comes and goes. */
  static final int MOST_CARRIED = 4 * LocalMetrics.MOST_SERIES;

  private final CloudWatchConfig config;
  private final CloudWatchAsyncClient client;
  private final FailureLog failures;
  private @Nullable Supplier<Map<RollUp.Key, Statistics>> source;
  private @Nullable Function<Meter.Id, WindowSummary> making;

  /** Of the thread that publishes. */
  private Map<RollUp.Key, Statistics> carried = new LinkedHashMap<>();

  StatisticSetRegistry(CloudWatchConfig config, CloudWatchAsyncClient client, FailureLog failures) {
    super(config, Clock.SYSTEM, client);
    this.config = config;
    this.client = client;
    this.failures = failures;
  }

  /** Says where what is to be published comes from. To be called once, before the first upload. */
  void source(Supplier<Map<RollUp.Key, Statistics>> taken) {
    source = taken;
  }

  @Override
  public synchronized WindowSummary add(
      Metric metric, Tags tags, Function<Meter.Id, WindowSummary> make) {
    making = make;
    try {
      return (WindowSummary)
          DistributionSummary.builder(metric.cloudWatchName())
              .baseUnit(metric.measure().unit())
              .tags(tags)
              .register(this);
    } finally {
      making = null;
    }
  }

  @Override
  public void remove(WindowSummary summary) {
    remove((Meter) summary);
  }

  @Override
  public boolean takesAll() {
    return true;
  }

  @Override
  protected DistributionSummary newDistributionSummary(
      Meter.Id id, DistributionStatisticConfig statistics, double scale) {
    Function<Meter.Id, WindowSummary> make = making;
    if (make == null) {
      throw new IllegalStateException("this registry is for the producer's own metrics");
    }
    return make.apply(id);
  }

  /** Sends what is new and what failed before, and waits for the replies or an interrupt. */
  @Override
  protected void publish() {
    Supplier<Map<RollUp.Key, Statistics>> taken = source;
    if (taken == null) {
      return;
    }
    taken.get().forEach((key, sum) -> carried.merge(key, sum, Statistics::plus));
    List<Map<RollUp.Key, Statistics>> calls = Datums.calls(carried, config.batchSize());
    // Not before there are calls of it: what fails until here goes with the next upload.
    carried = new LinkedHashMap<>();
    Instant now = Instant.ofEpochMilli(clock.wallTime());
    new Upload(client, config.namespace(), now, this::carry, failures).send(calls);
  }

  /** Keeps it for the next upload; answers how many series there was no room for. */
  private int carry(Map<RollUp.Key, Statistics> part) {
    int lost = 0;
    for (Map.Entry<RollUp.Key, Statistics> each : part.entrySet()) {
      if (carried.size() < MOST_CARRIED) {
        carried.put(each.getKey(), each.getValue());
      } else {
        lost++;
      }
    }
    return lost;
  }
}
