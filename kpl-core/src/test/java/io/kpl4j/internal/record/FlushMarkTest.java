// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FlushMarkTest {

  private final AtomicInteger done = new AtomicInteger();
  private final FlushMark mark = new FlushMark(done::incrementAndGet);

  @Test
  void release_noHolderButTheFlush_isDone() {
    mark.release();

    assertThat(done).hasValue(1);
  }

  @Test
  void release_holdersLeft_isNotDoneUntilTheLastLetsGo() {
    mark.hold();
    mark.hold();
    mark.release();
    mark.release();
    assertThat(done).hasValue(0);

    mark.release();

    assertThat(done).hasValue(1);
  }
}
