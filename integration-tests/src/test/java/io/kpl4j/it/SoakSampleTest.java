// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.it.SoakSample.Bound;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SoakSampleTest {

  private static final long MIB = 1 << 20;

  private static List<SoakSample> heap(int samples, IntToLongFunction bytes) {
    return IntStream.range(0, samples)
        .mapToObj(i -> new SoakSample(i, 10, 9, 1, 0, 3, bytes.applyAsLong(i), 0, 20, 30))
        .toList();
  }

  @Test
  void heap_thatGrowsAMebibyteAMinute_isNotFlatAfterHalfAnHour() {
    assertThat(Bound.HEAP.holds(heap(30, i -> 40 * MIB + i * MIB))).isFalse();
  }

  @Test
  void heap_withASpikeInEachThird_isFlat() {
    assertThat(Bound.HEAP.holds(heap(30, i -> i % 9 == 8 ? 200 * MIB : 40 * MIB))).isTrue();
  }

  @Test
  void parse_ofALine_isTheSample() {
    SoakSample sample = new SoakSample(1, 20, 13, 7, 5, 6, 7, 8, 9, 10);

    assertThat(SoakSample.parse(sample.line())).isEqualTo(sample);
  }
}
