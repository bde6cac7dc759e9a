// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkPoolTest {

  @ParameterizedTest
  @CsvSource({
    "0,128",
    "1,128",
    "127,128",
    "128,128",
    "129,256",
    "512,512",
    "513,1024",
    "1024,1024",
    "1025,2048",
    "32769,65536",
    "65536,65536"
  })
  void take_anySize_isTheLeastThatHoldsIt(int wanted, int size) {
    assertThat(new ChunkPool(0).take(wanted)).hasSize(size);
  }

  @Test
  void take_outsideTheSizes_isRefused() {
    ChunkPool pool = ChunkPool.unpooled();
    assertThatIllegalArgumentException().isThrownBy(() -> pool.take(65_537));
    assertThatIllegalArgumentException().isThrownBy(() -> pool.take(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> new ChunkPool(-1));
  }

  @Test
  void give_withinTheBound_isHandedOutAgain() {
    ChunkPool pool = new ChunkPool(2_048);
    byte[] chunk = pool.take(1_024);
    pool.give(chunk);
    assertThat(pool.keptBytes()).isEqualTo(1_024);
    assertThat(pool.take(512)).isNotSameAs(chunk);
    assertThat(pool.take(1_000)).isSameAs(chunk);
    assertThat(pool.take(1_000)).isNotSameAs(chunk);
    assertThat(pool.keptBytes()).isZero();
  }

  @Test
  void give_overTheBound_isDropped() {
    ChunkPool pool = new ChunkPool(1_536);
    pool.give(new byte[1_024]);
    pool.give(new byte[1_024]);
    assertThat(pool.keptBytes()).isEqualTo(1_024);
    pool.give(new byte[512]);
    assertThat(pool.keptBytes()).isEqualTo(1_536);
    ChunkPool unpooled = ChunkPool.unpooled();
    unpooled.give(new byte[512]);
    assertThat(unpooled.keptBytes()).isZero();
  }

  @Test
  void give_arraysOfOtherSizes_areDropped() {
    ChunkPool pool = new ChunkPool(1 << 20);
    for (int size : new int[] {0, 1, 64, 513, 1_000, 65_537, 131_072}) {
      pool.give(new byte[size]);
    }
    assertThat(pool.keptBytes()).isZero();
  }

  @Test
  void takeAndGive_fromManyThreads_neverHandsOutAChunkTwice() throws Exception {
    ChunkPool pool = new ChunkPool(64 * 512);
    Set<byte[]> out =
        Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Boolean>> results = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Callable<Boolean> user = () -> useManyTimes(pool, out);
        results.add(threads.submit(user));
      }
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(pool.keptBytes()).isBetween(512L, 64L * 512);
  }

  private static boolean useManyTimes(ChunkPool pool, Set<byte[]> out) {
    boolean alone = true;
    for (int i = 0; i < 20_000; i++) {
      byte[] chunk = pool.take(512);
      alone &= out.add(chunk);
      out.remove(chunk);
      pool.give(chunk);
    }
    return alone;
  }
}
