// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.Attempt;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptHistoryTest {

  private final AttemptHistory history = new AttemptHistory();

  private void add(int attempts) {
    for (int i = 0; i < attempts; i++) {
      history.add(new Attempt(Instant.EPOCH, Duration.ZERO, "" + history.count(), null), 100 + i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 5, 15, 16})
  void kept_upToSixteen_isAll(int attempts) {
    add(attempts);

    assertThat(history.count()).isEqualTo(attempts);
    assertThat(history.kept())
        .extracting(attempt -> attempt.errorCode().orElseThrow())
        .containsExactlyElementsOf(IntStream.range(0, attempts).mapToObj(i -> "" + i).toList());
  }

  @Test
  void kept_more_isTheFirstFourAndTheLastTwelve() {
    add(100);

    assertThat(history.count()).isEqualTo(100);
    assertThat(history.lastEndNanos()).isEqualTo(199);
    assertThat(history.kept())
        .extracting(attempt -> Integer.parseInt(attempt.errorCode().orElseThrow()))
        .containsExactly(0, 1, 2, 3, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99);
  }

  @Test
  void copy_goesItsOwnWay() {
    add(20);
    history.misplaced(5);

    AttemptHistory copy = history.copy();
    add(1);
    history.misplaced(6);

    assertThat(copy.count()).isEqualTo(20);
    assertThat(copy.kept()).hasSize(16);
    assertThat(copy.misplacedCount()).isEqualTo(1);
    assertThat(copy.misplacedNanos()).isEqualTo(5);
    assertThat(copy.mayBeDuplicated()).isTrue();
    assertThat(history.misplacedCount()).isEqualTo(2);
  }

  @Test
  void mayBeDuplicated_onlyAfterAnAmbiguousOrMisplacedAttempt() {
    add(3);
    assertThat(history.mayBeDuplicated()).isFalse();

    history.ambiguous();

    assertThat(history.mayBeDuplicated()).isTrue();
    assertThat(history.misplacedCount()).isZero();
  }
}
