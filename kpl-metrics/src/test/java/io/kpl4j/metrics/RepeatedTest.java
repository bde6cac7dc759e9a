// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RepeatedTest {

  @Test
  void run_taskThrows_throwsNothing() {
    Repeated poor =
        new Repeated(
            "the test",
            () -> {
              throw new OutOfMemoryError("thrown by the test");
            });
    assertThatNoException().isThrownBy(poor::run);
  }

  @Test
  void run_taskThrowsEachTime_saysSoOnceAMinute() {
    LoggedWarnings log = new LoggedWarnings();
    AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);
    Repeated poor =
        new Repeated(
            "the test",
            () -> {
              throw new IllegalStateException("thrown by the test");
            },
            log,
            nanos::get);
    for (int i = 0; i < 300; i++) {
      poor.run();
      nanos.addAndGet(200_000_000);
    }
    assertThat(log.all()).singleElement().asString().contains("the test", "0 more");

    poor.run();
    assertThat(log.all()).hasSize(2);
    assertThat(log.all().get(1)).contains("299 more");
  }

  @Test
  void schedule_taskThrowsEachTime_goesOn() throws Exception {
    CountDownLatch ran = new CountDownLatch(3);
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try {
      Repeated poor =
          new Repeated(
              "the test",
              () -> {
                ran.countDown();
                throw new IllegalStateException("thrown by the test");
              });
      var unused = timer.scheduleAtFixedRate(poor, 1, 1, TimeUnit.MILLISECONDS);
      assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      timer.shutdownNow();
    }
  }
}
