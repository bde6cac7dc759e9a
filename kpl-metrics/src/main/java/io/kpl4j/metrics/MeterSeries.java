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
  record Adding(Counter meter) implements MeterSeries {
    @Override
    public void record(double value, long times) {
      meter.increment(value * times);
    }

    @Override
    public void record(Statistics values) {
      meter.increment(values.sum());
    }
  }

  /** Keeps the spread of numbers. */
  record Spreading(DistributionSummary meter) implements MeterSeries {
    @Override
    public void record(double value, long times) {
      for (long i = 0; i < times; i++) {
        meter.record(value);
      }
    }

    @Override
    public void record(Statistics values) {
      throw new UnsupportedOperationException("it must see each");
    }

    @Override
    public boolean wantsEach() {
      return true;
    }
  }

  /** Keeps the spread of times in nanoseconds. */
  record Timing(Timer meter) implements MeterSeries {
    @Override
    public void record(double value, long times) {
      for (long i = 0; i < times; i++) {
        meter.record((long) value, NANOSECONDS);
      }
    }

    @Override
    public void record(Statistics values) {
      throw new UnsupportedOperationException("it must see each");
    }

    @Override
    public boolean wantsEach() {
      return true;
    }
  }

  /** Shows the last value. */
  record Latest(Gauge meter, AtomicReference<Double> last) implements MeterSeries {
    @Override
    public void record(double value, long times) {
      last.set(value);
    }

    @Override
    public void record(Statistics values) {
      last.set(values.maximum());
    }
  }
}
