// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.ProducerMetrics;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.StreamEvents;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Keeps metrics for {@code KinesisProducer.metrics()} and publishes nothing. Thread-safe. */
final class LocalEvents implements ProducerEvents {

  private final LocalMetrics metrics;
  private final MeteredEvents events;

  LocalEvents(KinesisProducerConfig config) {
    this(config, System::nanoTime);
  }

  LocalEvents(KinesisProducerConfig config, LongSupplier nanoClock) {
    this.metrics = new LocalMetrics(config, new Nowhere(), nanoClock, LocalMetrics.MOST_SERIES);
    this.events = new MeteredEvents(metrics);
  }

  @Override
  public StreamEvents stream(String streamName) {
    return events.stream(streamName);
  }

  @Override
  public Optional<ProducerMetrics> metrics() {
    return Optional.of(metrics);
  }

  /** How many series there are. */
  int size() {
    return metrics.size();
  }

  /** No registry: the table of series keeps them. Stateless. */
  static final class Nowhere implements LocalMetrics.Home {
    @Override
    public WindowSummary add(Metric metric, Tags tags, Function<Meter.Id, WindowSummary> make) {
      return make.apply(
          new Meter.Id(
              metric.cloudWatchName(),
              tags,
              metric.measure().unit(),
              metric.meaning(),
              Meter.Type.DISTRIBUTION_SUMMARY));
    }

    @Override
    public void remove(WindowSummary summary) {}

    @Override
    public boolean takesAll() {
      return false;
    }
  }
}
