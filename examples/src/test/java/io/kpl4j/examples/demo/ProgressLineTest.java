// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the line of progress shows, and that it fits. */
class ProgressLineTest {

  private static final Tally TALLY =
      new Tally(123_456, 30_000_000, 221.4, new Tally.Latency(412_000_000L, 1_250_000_000L), 3, 4);
  private static final ProgressLine.Rate RATE = new ProgressLine.Rate(19_876.4, 4_210_000);

  @Test
  void bar_wideTerminal_showsEverything() {
    assertThat(ProgressLine.bar(TALLY, RATE, 0.5, 140))
        .isEqualTo(
            "[###############...............]  50%  19,876/s  4.2 MB/s  p50 412 ms  p99 1.25 s"
                + "  221 per Kinesis record  throttled 3  retried 4");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 20, 40, 79, 100, 140})
  void bar_anyWidth_fits(int width) {
    assertThat(ProgressLine.bar(TALLY, RATE, 0.5, width)).hasSizeLessThanOrEqualTo(width);
    assertThat(ProgressLine.bar(TALLY, RATE, Double.NaN, width)).hasSizeLessThanOrEqualTo(width);
  }

  @Test
  void plain_unknownLength_countsRecords() {
    assertThat(ProgressLine.plain(TALLY, RATE, Double.NaN))
        .isEqualTo(
            "123,456 records  19,876/s  4.2 MB/s  p50 412 ms  p99 1.25 s  221 per Kinesis record"
                + "  throttled 3  retried 4");
  }
}
