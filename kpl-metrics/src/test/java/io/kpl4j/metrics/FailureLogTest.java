// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

class FailureLogTest {

  private final Recorder log = new Recorder();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);
  private final FailureLog failures = new FailureLog(log, Duration.ofMinutes(1), nanos::get);

  @Test
  void add_manyInAPeriod_logsTheFirst() {
    for (int i = 0; i < 100; i++) {
      failures.add(new IllegalStateException("number " + i), false);
      nanos.addAndGet(1_000_000);
    }

    assertThat(log.warnings).singleElement().asString().contains("number 0");
  }

  @Test
  void add_inTheNextPeriod_saysHowManyWereQuiet() {
    failures.add(new IllegalStateException("a"), false);
    failures.add(new IllegalStateException("b"), false);
    failures.add(new IllegalStateException("c"), false);
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    failures.add(new IllegalStateException("d"), false);

    assertThat(log.warnings).hasSize(2);
    assertThat(log.warnings.get(1)).contains("d").contains("2 earlier");
  }

  private static final class Recorder extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1;

    private final transient List<String> warnings = new ArrayList<>();

    @Override
    protected void handleNormalizedLoggingCall(
        Level level,
        @Nullable Marker marker,
        String message,
        Object @Nullable [] arguments,
        @Nullable Throwable throwable) {
      warnings.add(MessageFormatter.basicArrayFormat(message, arguments));
    }

    @Override
    protected String getFullyQualifiedCallerName() {
      return Recorder.class.getName();
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public boolean isDebugEnabled() {
      return false;
    }

    @Override
    public boolean isInfoEnabled() {
      return true;
    }

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }
  }
}
