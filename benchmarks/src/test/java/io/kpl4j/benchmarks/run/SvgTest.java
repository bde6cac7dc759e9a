// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SvgTest {

  @ParameterizedTest
  @CsvSource({
    "208, 0 50 100 150 200 250",
    "395, 0 100 200 300 400",
    "100, 0 20 40 60 80 100",
    "7.3, 0 2 4 6 8",
    "1.7, 0 0.500 1 1.50 2",
    "0.09, 0 0.020 0.040 0.060 0.080 0.100"
  })
  void round_anyGreatestValue_coversItInRoundSteps(double most, String places) {
    List<Svg.Tick> ticks = Svg.round(most);

    assertThat(ticks.stream().map(Svg.Tick::label)).containsExactly(places.split(" "));
    assertThat(ticks)
        .allSatisfy(
            tick ->
                assertThat(tick.at()).isCloseTo(Double.parseDouble(tick.label()), within(1e-9)));
  }
}
