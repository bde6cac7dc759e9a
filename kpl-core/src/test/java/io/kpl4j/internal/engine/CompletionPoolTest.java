// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CompletionPoolTest {

  private final CompletionPool pool = new CompletionPool(Executors.defaultThreadFactory());
  private final CountDownLatch released = new CountDownLatch(1);

  private void block() {
    try {
      released.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void busy(int threads) {
    await().atMost(60, SECONDS).until(() -> pool.getActiveCount() == threads);
  }

  @AfterEach
  void end() {
    released.countDown();
    pool.shutdownNow();
  }

  @Test
  void relieve_threadIsBlockedAndMoreWaits_addsAThread() throws Exception {
    CountDownLatch ran = new CountDownLatch(1);
    pool.execute(this::block);
    busy(1);
    pool.execute(ran::countDown);

    pool.relieve();
    assertThat(pool.getCorePoolSize()).as("seen for the first time").isEqualTo(1);
    pool.relieve();

    assertThat(ran.await(60, SECONDS)).isTrue();
    assertThat(pool.getCorePoolSize()).isEqualTo(2);
  }

  @Test
  void relieve_nothingWaits_addsNone() {
    pool.execute(this::block);
    busy(1);

    pool.relieve();
    pool.relieve();

    assertThat(pool.getCorePoolSize()).isEqualTo(1);
  }

  @Test
  void relieve_everyThreadBlocks_stopsAtTheMost() {
    for (int i = 0; i < 2 * CompletionPool.MOST_THREADS; i++) {
      pool.execute(this::block);
    }
    pool.relieve();
    for (int threads = 1; threads < CompletionPool.MOST_THREADS; threads++) {
      busy(threads);
      pool.relieve();
    }
    busy(CompletionPool.MOST_THREADS);
    pool.relieve();
    assertThat(pool.getMaximumPoolSize()).isEqualTo(CompletionPool.MOST_THREADS);
  }

  @Test
  void relieve_callbacksGoOnAgain_letsThreadsGo() {
    pool.execute(this::block);
    pool.execute(this::block);
    busy(1);
    pool.relieve();
    pool.relieve();
    busy(2);
    released.countDown();
    busy(0);

    pool.relieve();

    assertThat(pool.getCorePoolSize()).isEqualTo(1);
    await().atMost(60, SECONDS).until(() -> pool.getPoolSize() == 1);
  }
}
