// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SealedAggregateTest {

  @Test
  void join_loneRecord_isItsDataAlone() {
    Put put = Put.of("käse", "5", "data");
    SealedAggregate sealed = Put.seal(List.of(put));
    assertThat(sealed.count()).isEqualTo(1);
    assertThat(sealed.sizeBytes()).isEqualTo(4);
    assertThat(sealed.join()).isEqualTo(put.bytes());
    assertThat(sealed.lonePartitionKeyUtf8()).isEqualTo(put.partitionKeyUtf8());
    assertThat(sealed.loneExplicitHashKeyAscii()).isEqualTo(put.explicitHashKeyAscii());
    assertThat(sealed.firstHashKey()).isEqualTo(HashKey.of(0, 5));
    assertThat(Put.of(sealed.records())).containsExactly(put);
  }

  @Test
  void join_loneRecordWithoutData_isEmpty() {
    SealedAggregate sealed = Put.seal(List.of(Put.of("k", null, "")));
    assertThat(sealed.join()).isEmpty();
    assertThat(sealed.loneExplicitHashKeyAscii()).isNull();
    assertThat(sealed.firstHashKey()).isEqualTo(HashKey.ofPartitionKey("k"));
  }

  @Test
  void firstHashKey_onlyTheSecondHasAnExplicitOne_isThatOfTheFirstPartitionKey() {
    SealedAggregate sealed =
        Put.seal(List.of(Put.of("k", null, "x"), Put.of("k", "7", "y"), Put.of("l", "8", "z")));
    assertThat(sealed.firstHashKey()).isEqualTo(HashKey.ofPartitionKey("k"));
  }

  @Test
  void loneKeys_ofAnAggregate_areRefused() {
    SealedAggregate sealed = Put.seal(List.of(Put.of("k", null, "x"), Put.of("k", null, "y")));
    assertThatIllegalStateException().isThrownBy(sealed::lonePartitionKeyUtf8);
    assertThatIllegalStateException().isThrownBy(sealed::loneExplicitHashKeyAscii);
  }

  @Test
  void join_twice_isTheSame() {
    SealedAggregate sealed = Put.seal(Put.random(new SplittableRandom(3), 100, 500));
    assertThat(sealed.join()).isEqualTo(sealed.join()).isNotSameAs(sealed.join());
  }

  @Test
  void release_once_givesEveryChunkBackAndClosesTheParts() {
    ChunkPool pool = new ChunkPool(1 << 20);
    AggregateEncoder encoder = new AggregateEncoder(1 << 20, 1_000, pool);
    Put.of("k", null, "x".repeat(100_000)).addTo(encoder);
    Put.of("k", null, "y").addTo(encoder);
    SealedAggregate sealed = encoder.seal();
    List<AggregatedRecord> records = sealed.records();
    assertThat(pool.keptBytes()).isZero();
    sealed.release();
    long kept = pool.keptBytes();
    assertThat(kept).isGreaterThan(100_000).isLessThan(200_000);
    sealed.release();
    assertThat(pool.keptBytes()).isEqualTo(kept);
    assertThatIllegalStateException().isThrownBy(sealed::join);
    assertThatIllegalStateException().isThrownBy(sealed::records);
    assertThat(sealed.count()).isEqualTo(2);
    assertThat(sealed.firstHashKey()).isEqualTo(HashKey.ofPartitionKey("k"));
    // What was read before the release is in memory of its own.
    byte[] reused = pool.take(ChunkPool.MIN_CHUNK_BYTES);
    Arrays.fill(reused, (byte) '!');
    assertThat(Put.of(records))
        .containsExactly(Put.of("k", null, "x".repeat(100_000)), Put.of("k", null, "y"));
  }

  /** A join that raced the release either gave the right bytes or was refused. */
  @Test
  void release_whileOthersJoin_neverMixesAggregates() throws Exception {
    ChunkPool pool = new ChunkPool(1 << 20);
    List<List<Put>> contents =
        IntStream.range(0, 4).mapToObj(i -> Put.random(new SplittableRandom(i), 40, 200)).toList();
    List<byte[]> expected = contents.stream().map(puts -> Put.seal(puts).join()).toList();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 2_000; round++) {
        int which = ThreadLocalRandom.current().nextInt(contents.size());
        AggregateEncoder encoder = new AggregateEncoder(1 << 20, 1_000, pool);
        contents.get(which).forEach(put -> put.addTo(encoder));
        SealedAggregate sealed = encoder.seal();
        List<Future<byte[]>> joins = new ArrayList<>();
        joins.add(threads.submit(sealed::join));
        joins.add(threads.submit(sealed::join));
        sealed.release();
        for (Future<byte[]> join : joins) {
          assertRightOrRefused(join, expected.get(which));
        }
        assertThat(pool.keptBytes()).isPositive();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void assertRightOrRefused(Future<byte[]> join, byte[] expected)
      throws InterruptedException {
    try {
      assertThat(join.get()).isEqualTo(expected);
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(IllegalStateException.class);
    }
  }
}
