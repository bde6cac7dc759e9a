// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import io.kpl4j.event.ProducerState;
import io.kpl4j.event.ProducerState.StreamState;
import io.kpl4j.metrics.Series.Place;

/** Records how many records of each stream are pending, each time it is run. Thread-safe. */
final class PendingSampler implements Runnable {

  private final ProducerState state;
  private final Series.Source source;

  PendingSampler(ProducerState state, Series.Source source) {
    this.state = state;
    this.source = source;
  }

  @Override
  public void run() {
    source.tick();
    for (StreamState stream : state.streams()) {
      Series series =
          source.acquire(Metric.USER_RECORDS_PENDING, new Place(stream.streamName(), null, null));
      series.one(stream.pendingRecords());
      source.release(series);
    }
  }
}
