// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WindowSummaryTest {

  private final WindowSummary summary =
      new WindowSummary(
          new Meter.Id("m", Tags.empty(), null, null, Meter.Type.DISTRIBUTION_SUMMARY),
          Measure.SIZES,
          new Seconds(() -> 0),
          false);

  @Test
  void take_afterValues_hasThemAll() {
    summary.record(7);
    summary.record(3, 4);
    summary.record(5, 0);

    assertThat(summary.take()).isEqualTo(new Statistics(5, 19, 3, 7));
  }

  @Test
  void take_theSecondTime_isEmpty() {
    summary.record(-2);
    summary.take();

    assertThat(summary.take()).isEqualTo(Statistics.NONE);
    assertThat(summary.count()).isZero();
  }

  @Test
  void take_whileOthersRecord_losesAndRepeatsNothing() throws InterruptedException {
    int each = 50_000;
    Thread[] writers =
        IntStream.range(0, 3)
            .mapToObj(
                n ->
                    new Thread(
                        () -> {
                          for (int i = 0; i < each; i++) {
                            summary.record(1);
                          }
                        }))
            .toArray(Thread[]::new);
    for (Thread writer : writers) {
      writer.start();
    }
    Statistics total = Statistics.NONE;
    while (IntStream.range(0, 3).anyMatch(n -> writers[n].isAlive())) {
      total = total.plus(summary.take());
    }
    for (Thread writer : writers) {
      writer.join();
    }
    total = total.plus(summary.take());

    assertThat(total).isEqualTo(new Statistics(3L * each, 3. * each, 1, 1));
  }
}
