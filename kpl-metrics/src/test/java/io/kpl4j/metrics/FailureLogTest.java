// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailureLogTest {

  private final LoggedWarnings log = new LoggedWarnings();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);
  private final FailureLog failures = new FailureLog(log, Duration.ofMinutes(1), nanos::get);

  @Test
  void delayed_manyInAPeriod_logsTheFirst() {
    for (int i = 0; i < 100; i++) {
      failures.delayed(new IllegalStateException("number " + i));
      nanos.addAndGet(1_000_000);
    }

    assertThat(log.all()).singleElement().asString().contains("number 0", "next upload");
  }

  @Test
  void delayed_inTheNextPeriod_saysHowManyWereQuiet() {
    failures.delayed(new IllegalStateException("a"));
    failures.delayed(new IllegalStateException("b"));
    failures.delayed(new IllegalStateException("c"));
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    failures.delayed(new IllegalStateException("d"));

    assertThat(log.all()).hasSize(2);
    assertThat(log.all().get(1)).contains("d", "2 earlier");
  }

  @Test
  void lost_afterOthersWereDelayed_isLoggedAllTheSame() {
    failures.delayed(new IllegalStateException("a"));
    failures.lost(3, new IllegalStateException("b"));
    failures.refused(
        new RollUp.Key(Metric.USER_RECORDS_PUT, Map.of("StreamName", "clicks")),
        new IllegalStateException("c"));

    assertThat(log.all()).hasSize(3);
    assertThat(log.all().get(1)).contains("3 series").contains("lost");
    assertThat(log.all().get(2)).contains("UserRecordsPut{StreamName=clicks}").contains("lost");
  }
}
