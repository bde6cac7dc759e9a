// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.retry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamPauseTest {

  private static final long NOW = 1_000;

  private final StreamPause pause = new StreamPause(rounds -> rounds * 100L);

  @Test
  void allows_nothingFailed_always() {
    assertThat(pause.allows(100, NOW)).isTrue();
    assertThat(pause.credentialsWrongNanos(NOW)).isZero();
  }

  @Test
  void failed_once_holdsNothingBack() {
    pause.failed(NOW - 10, NOW);

    assertThat(pause.allows(5, NOW)).isTrue();
  }

  @Test
  void failed_twiceInARow_pausesThenProbesOneAtATime() {
    pause.failed(NOW - 10, NOW);
    pause.failed(NOW - 10, NOW);

    assertThat(pause.untilNanos()).isEqualTo(NOW + 100);
    assertThat(pause.allows(0, NOW + 99)).isFalse();
    assertThat(pause.allows(0, NOW + 100)).isTrue();
    assertThat(pause.allows(1, NOW + 100)).isFalse();
  }

  @Test
  void failed_aVolleyOfCalls_isOneRound() {
    for (int i = 0; i < 20; i++) {
      pause.failed(NOW - 10, NOW + i);
    }

    assertThat(pause.untilNanos()).isEqualTo(NOW + 1 + 100);
  }

  @Test
  void failed_probeFailsToo_pausesLonger() {
    pause.failed(NOW - 10, NOW);
    pause.failed(NOW - 10, NOW);

    pause.failed(NOW + 100, NOW + 150);
    assertThat(pause.untilNanos()).isEqualTo(NOW + 350);
    pause.failed(NOW + 350, NOW + 400);
    assertThat(pause.untilNanos()).isEqualTo(NOW + 700);
  }

  @Test
  void answered_inBetween_startsAfresh() {
    pause.failed(NOW, NOW);
    pause.answered();
    pause.failed(NOW, NOW);
    assertThat(pause.allows(3, NOW)).isTrue();

    pause.failed(NOW, NOW);
    pause.answered();

    assertThat(pause.allows(3, NOW)).isTrue();
    pause.failed(NOW + 1, NOW + 1);
    pause.failed(NOW + 1, NOW + 1);
    assertThat(pause.untilNanos()).as("the first round again").isEqualTo(NOW + 101);
  }

  @Test
  void probe_sendsOneAtATimeUntilAnswered() {
    pause.probe();

    assertThat(pause.allows(0, NOW)).isTrue();
    assertThat(pause.allows(1, NOW)).isFalse();
    pause.answered();
    assertThat(pause.allows(1, NOW)).isTrue();
  }

  @Test
  void credentialsWrong_pausesAtOnceAndCountsFromTheFirst() {
    pause.credentialsWrong(NOW, NOW);
    assertThat(pause.allows(0, NOW)).isFalse();
    assertThat(pause.credentialsWrongNanos(NOW)).isZero();

    pause.credentialsWrong(NOW + 200, NOW + 300);

    assertThat(pause.credentialsWrongNanos(NOW + 300)).isEqualTo(300);
    pause.answered();
    assertThat(pause.credentialsWrongNanos(NOW + 900)).isZero();
  }

  @Test
  void credentialsWrong_againAfterAnIdleHour_startsAfresh() {
    long hour = 3_600_000_000_000L;
    pause.credentialsWrong(NOW, NOW);

    pause.credentialsWrong(NOW + hour, NOW + hour);

    assertThat(pause.credentialsWrongNanos(NOW + hour)).isZero();
    assertThat(pause.credentialsWrongNanos(NOW + hour + 5)).isEqualTo(5);
  }
}
