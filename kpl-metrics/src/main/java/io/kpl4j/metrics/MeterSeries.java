// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.atomic.AtomicReference;

/** A series whose values go to a Micrometer meter. Thread-safe. */
interface MeterSeries extends Series {

  /** The meter. */
  Meter meter();

  /** Adds up. */
  record Adding(Counter meter) implements MeterSeries, Series.Summed {
    @Override
    public void record(double value, long times) {
      meter.increment(value * times);
    }

    @Override
    public void record(Statistics values) {
      meter.increment(values.sum());
    }

    @Override
    public Summed summed() {
      return this;
    }
  }

  /** Keeps the spread of numbers, and so must see each. */
  record Spreading(DistributionSummary meter) implements MeterSeries {
    @Override
    public void record(double value, long times) {
      for (long i = 0; i < times; i++) {
        meter.record(value);
      }
    }
  }

  /** Keeps the spread of times in nanoseconds, and so must see each. */
  record Timing(Timer meter) implements MeterSeries {
    @Override
    public void record(double value, long times) {
      for (long i = 0; i < times; i++) {
        meter.record((long) value, NANOSECONDS);
      }
    }
  }

  /** Shows the last value. */
  record Latest(Gauge meter, AtomicReference<Double> last) implements MeterSeries {
    @Override
    public void record(double value, long times) {
      last.set(value);
    }
  }
}
