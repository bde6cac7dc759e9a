// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BenchOptionsTest {

  @ParameterizedTest
  @CsvSource({
    "--fast, there is no option --fast",
    "--seconds, --seconds needs a value",
    "--seconds 0, '--seconds takes 1 to 600, not 0'",
    "--warm-up 601, '--warm-up takes 1 to 600, not 601'",
    "--repetitions many, '--repetitions takes 1 to 100, not many'",
    "--only (, --only takes a regular expression: Unclosed group",
  })
  void parse_somethingWrong_namesIt(String line, String message) {
    assertThatThrownBy(() -> BenchOptions.parse(line.split(" ")))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  @Test
  void plan_everything_takesNoMoreThan25Minutes() {
    assertThat(Plan.of(BenchOptions.parse()).seconds()).isLessThanOrEqualTo(25 * 60);
  }

  @Test
  void plan_quick_takesNoMoreThan4Minutes() {
    assertThat(Plan.of(BenchOptions.parse("--quick")).seconds()).isLessThanOrEqualTo(4 * 60);
  }

  @Test
  void plan_repeated_letsProducersTakeTurns() {
    Plan plan = Plan.of(BenchOptions.parse("--repetitions", "2", "--only", "^1k-20000/kpl"));

    assertThat(plan.runs())
        .extracting(run -> run.contender().id())
        .containsExactly("kpl4j", "kpl", "kpl4j-eager", "kpl4j", "kpl", "kpl4j-eager");
  }

  @Test
  void plan_full_hasEveryWorkload() {
    assertThat(Plan.of(BenchOptions.parse()).runs())
        .extracting(Plan.Run::workload)
        .containsAll(Workloads.ALL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--no-localstack", "--quick"})
  void plan_withoutLocalStack_hasNoneOfIt(String option) {
    assertThat(Plan.of(BenchOptions.parse(option)).runs())
        .extracting(Plan.Run::workload)
        .isNotEmpty()
        .noneMatch(Workload::isForLocalStack);
  }

  @Test
  void plan_lastRunOfAProducerThatStays_isMarked() {
    Plan plan = Plan.of(BenchOptions.parse("--only", "/(kpl4j|kpl4j-plain)$"));

    assertThat(plan.runs())
        .filteredOn(Plan.Run::isLast)
        .extracting(run -> run.workload().id() + "/" + run.contender().id())
        .containsExactly("1k/kpl4j-plain", "localstack-100/kpl4j");
  }
}
