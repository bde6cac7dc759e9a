// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AggregateEncoderTest {

  private static final String GOLDEN_VECTOR =
      "f3899ac20a04706b2d310a04706b2d321201351a0508001a01781a08080110001a0279791a0408001a00"
          + "816264d5d6cc34a7209af5dbe3b92354";

  @Test
  void join_goldenVector_isByteIdentical() {
    SealedAggregate sealed =
        Put.seal(
            List.of(
                Put.of("pk-1", null, "x"), Put.of("pk-2", "5", "yy"), Put.of("pk-1", null, "")));
    assertThat(HexFormat.of().formatHex(sealed.join())).isEqualTo(GOLDEN_VECTOR);
    assertThat(sealed.sizeBytes()).isEqualTo(58);
    assertThat(sealed.firstHashKey()).isEqualTo(HashKey.ofPartitionKey("pk-1"));
  }

  /** Sizes pass every boundary of a varint and of a chunk. */
  @ParameterizedTest
  @CsvSource({"1,300,40", "2,60,3000", "3,20,70000", "4,3000,3", "5,2,200000"})
  void tryAdd_randomRecords_sizeIsThatOfTheJoinedBytesAtEveryStep(
      long seed, int count, int maxDataBytes) {
    List<Put> puts = Put.random(new SplittableRandom(seed), count, maxDataBytes);
    AggregateEncoder encoder =
        new AggregateEncoder(Integer.MAX_VALUE, Integer.MAX_VALUE, ChunkPool.unpooled());
    for (int i = 0; i < puts.size(); i++) {
      assertThat(puts.get(i).addTo(encoder)).isTrue();
      assertThat(encoder.count()).isEqualTo(i + 1);
      if (i % (1 + count / 50) == 0) {
        byte[] joined = Put.seal(puts.subList(0, i + 1)).join();
        assertThat(encoder.sizeBytes()).isEqualTo(joined.length);
      }
    }
    SealedAggregate sealed = encoder.seal();
    assertThat(sealed.count()).isEqualTo(count);
    assertThat(sealed.join()).hasSize(sealed.sizeBytes()).isEqualTo(protobufs(puts));
    assertThat(Put.of(sealed.records())).isEqualTo(puts);
    assertThat(Put.of(AggregateDecoder.decode(ByteBuffer.wrap(sealed.join())).orElseThrow()))
        .isEqualTo(puts);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void join_randomRecords_equalsProtobufsOwnEncoding(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      List<Put> puts = Put.random(random, random.nextInt(2, 100), random.nextInt(1, 400));
      assertThat(Put.seal(puts).join()).isEqualTo(protobufs(puts));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {127, 128, 129, 16_383, 16_384, 16_385})
  void join_lengthsAroundVarintBounds_equalsProtobufsOwnEncoding(int length) {
    for (int less = 0; less < 12; less++) {
      List<Put> puts =
          List.of(
              Put.of("k".repeat(length - less), "1", ""),
              Put.of("l", null, "d".repeat(length - less)),
              Put.of("m", "2", "d".repeat(length - less)));
      SealedAggregate sealed = Put.seal(puts);
      assertThat(sealed.join()).hasSize(sealed.sizeBytes()).isEqualTo(protobufs(puts));
    }
  }

  @Test
  void tryAdd_aByteTooMany_isRefusedAndChangesNothing() {
    List<Put> puts = Put.random(new SplittableRandom(7), 20, 50);
    int exact = Put.seal(puts).sizeBytes();
    AggregateEncoder fitting = new AggregateEncoder(exact, 100, ChunkPool.unpooled());
    assertThat(puts).allMatch(put -> put.addTo(fitting));
    assertThat(Put.of("z", null, "").addTo(fitting)).isFalse();

    AggregateEncoder tight = new AggregateEncoder(exact - 1, 100, ChunkPool.unpooled());
    List<Put> allButLast = puts.subList(0, 19);
    assertThat(allButLast).allMatch(put -> put.addTo(tight));
    assertThat(puts.get(19).addTo(tight)).isFalse();
    assertThat(Put.of("new key", "77", "x".repeat(exact)).addTo(tight)).isFalse();
    assertThat(tight.count()).isEqualTo(19);
    assertThat(tight.seal().join()).isEqualTo(Put.seal(allButLast).join());
  }

  @Test
  void tryAdd_oneTooMany_isRefused() {
    AggregateEncoder encoder = new AggregateEncoder(50_000, 2, ChunkPool.unpooled());
    Put put = Put.of("k", null, "x");
    assertThat(put.addTo(encoder)).isTrue();
    assertThat(put.addTo(encoder)).isTrue();
    assertThat(put.addTo(encoder)).isFalse();
    assertThat(encoder.count()).isEqualTo(2);
  }

  @Test
  void tryAdd_firstRecordOverTheLimit_fitsAndLeavesNoRoom() {
    AggregateEncoder encoder = new AggregateEncoder(10, 5, ChunkPool.unpooled());
    assertThat(Put.of("k", null, "x".repeat(100_000)).addTo(encoder)).isTrue();
    assertThat(encoder.sizeBytes()).isEqualTo(100_000);
    assertThat(Put.of("k", null, "").addTo(encoder)).isFalse();
    assertThat(encoder.seal().join()).hasSize(100_000).containsOnly('x');
  }

  @Test
  void tryAdd_anyKindOfBuffer_copiesFromPositionToLimitAndMovesNothing() {
    byte[] bytes = "..payload..".getBytes(US_ASCII);
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    for (ByteBuffer data :
        List.of(ByteBuffer.wrap(bytes), ByteBuffer.wrap(bytes).asReadOnlyBuffer(), direct)) {
      data.position(2).limit(9);
      AggregateEncoder encoder = new AggregateEncoder(1_000, 5, ChunkPool.unpooled());
      assertThat(encoder.tryAdd(new byte[] {'k'}, null, data)).isTrue();
      assertThat(data.position()).isEqualTo(2);
      assertThat(data.limit()).isEqualTo(9);
      assertThat(encoder.seal().join()).asString(US_ASCII).isEqualTo("payload");
    }
  }

  /** Memory ends at every possible allocation of an append that needs a new chunk, or several. */
  @ParameterizedTest
  @ValueSource(ints = {0, 500, 511, 2_000, 300_000})
  void tryAdd_outOfMemoryHalfWay_leavesAllAsItWasAndGivesChunksBack(int dataBytes) {
    Put first = Put.of("k", "1", "x".repeat(400));
    Put failing = Put.of("new", "2", "y".repeat(dataBytes + 20));
    int failures = 0;
    // The first record has three: its data and both of its keys.
    for (int allowed = 3; allowed < 20; allowed++) {
      int[] left = {allowed};
      List<byte[]> handedOut = new ArrayList<>();
      ChunkPool pool =
          new ChunkPool(
              1 << 20,
              size -> {
                if (left[0]-- == 0) {
                  throw new OutOfMemoryError("by order of the test");
                }
                byte[] chunk = new byte[size];
                handedOut.add(chunk);
                return chunk;
              });
      AggregateEncoder encoder = new AggregateEncoder(1 << 20, 10, pool);
      assertThat(first.addTo(encoder)).isTrue();
      int sizeBefore = encoder.sizeBytes();
      try {
        assertThat(failing.addTo(encoder)).isTrue();
        encoder.seal().release();
      } catch (OutOfMemoryError e) {
        failures++;
        assertThat(encoder.count()).isEqualTo(1);
        assertThat(encoder.sizeBytes()).isEqualTo(sizeBefore);
        assertThat(pool.keptBytes())
            .isEqualTo(handedOut.stream().skip(3).mapToLong(chunk -> chunk.length).sum());
        left[0] = Integer.MAX_VALUE;
        Put after = Put.of("after", "3", "z");
        assertThat(after.addTo(encoder)).isTrue();
        assertThat(encoder.seal().join()).isEqualTo(Put.seal(List.of(first, after)).join());
      }
    }
    // Only what fits beside the first record in its chunk needs no memory.
    assertThat(failures > 0).isEqualTo(dataBytes > 0);
  }

  /** The table of keys grows, or lacks memory to. */
  @Test
  void tryAdd_outOfMemoryForAKey_leavesAllAsItWas() {
    Put first = Put.of("k", "1", "x");
    Put failing = Put.of("long".repeat(500), "1", "y".repeat(3_000));
    int failures = 0;
    for (int allowed = 3; allowed < 8; allowed++) {
      int[] left = {allowed};
      ChunkPool pool =
          new ChunkPool(
              1 << 20,
              size -> {
                if (left[0]-- == 0) {
                  throw new OutOfMemoryError("by order of the test");
                }
                return new byte[size];
              });
      AggregateEncoder encoder = new AggregateEncoder(1 << 20, 10, pool);
      assertThat(first.addTo(encoder)).isTrue();
      try {
        assertThat(failing.addTo(encoder)).isTrue();
      } catch (OutOfMemoryError e) {
        failures++;
        left[0] = Integer.MAX_VALUE;
        assertThat(failing.addTo(encoder)).isTrue();
      }
      SealedAggregate sealed = encoder.seal();
      assertThat(sealed.partitionKeys()).isEqualTo(2);
      assertThat(sealed.join()).isEqualTo(Put.seal(List.of(first, failing)).join());
    }
    assertThat(failures).isBetween(2, 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "x", " 5", "340282366920938463463374607431768211456"})
  void tryAdd_explicitHashKeyThatConsumersWouldDrop_isRefusedAndChangesNothing(String number) {
    for (int before = 0; before < 3; before++) {
      List<Put> puts = new ArrayList<>(Put.random(new SplittableRandom(before), before, 30));
      AggregateEncoder encoder = new AggregateEncoder(50_000, 100, ChunkPool.unpooled());
      puts.forEach(put -> put.addTo(encoder));
      byte[] key = "new".getBytes(UTF_8);
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> encoder.tryAdd(key, number.getBytes(UTF_8), ByteBuffer.allocate(1_000)));
      assertThat(encoder.count()).isEqualTo(before);
      puts.add(Put.of("good", "5", "data"));
      puts.add(Put.of("new", null, "more"));
      puts.subList(before, before + 2).forEach(put -> put.addTo(encoder));
      assertThat(encoder.seal().join()).isEqualTo(Put.seal(puts).join());
    }
  }

  @Test
  void tryAdd_nullData_isRefusedAndChangesNothing() {
    AggregateEncoder encoder = new AggregateEncoder(50_000, 100, ChunkPool.unpooled());
    assertThatThrownBy(() -> encoder.tryAdd(new byte[1], null, nothing()))
        .isInstanceOf(NullPointerException.class);
    assertThat(encoder.count()).isZero();
  }

  @Test
  void seal_emptyOrTwice_isRefused() {
    AggregateEncoder encoder = new AggregateEncoder(50_000, 100, ChunkPool.unpooled());
    assertThatIllegalStateException().isThrownBy(encoder::seal);
    Put.of("k", null, "x").addTo(encoder);
    assertThat(encoder.seal().count()).isEqualTo(1);
    assertThatIllegalStateException().isThrownBy(encoder::seal);
    assertThatIllegalStateException().isThrownBy(() -> Put.of("k", null, "x").addTo(encoder));
  }

  @ParameterizedTest
  @CsvSource({"0,1", "1,0", "-5,5"})
  void constructor_limitBelowOne_isRefused(int maxSizeBytes, int maxCount) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AggregateEncoder(maxSizeBytes, maxCount, ChunkPool.unpooled()));
  }

  @Test
  void constructor_noKeysExpected_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AggregateEncoder(1, 1, ChunkPool.unpooled(), 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 100, 1_000, (1 << 27) + 1, Integer.MAX_VALUE})
  void tryAdd_moreKeysThanExpectedOrFewer_givesTheSameBytes(int expectedKeys) {
    List<Put> puts = new ArrayList<>(Put.random(new SplittableRandom(expectedKeys), 300, 200));
    AggregateEncoder encoder =
        new AggregateEncoder(1 << 20, 1_000, ChunkPool.unpooled(), expectedKeys);
    puts.forEach(put -> assertThat(put.addTo(encoder)).isTrue());
    assertThat(encoder.seal().join()).isEqualTo(Put.seal(puts).join());
  }

  /** What an earlier aggregate left in them must not be taken for keys. */
  @Test
  void tryAdd_chunksThatWereUsedBefore_givesTheSameBytes() {
    ChunkPool pool = new ChunkPool(1 << 20);
    for (int seed = 0; seed < 20; seed++) {
      List<Put> puts = Put.random(new SplittableRandom(seed), 1 + 40 * seed, 50);
      AggregateEncoder encoder = new AggregateEncoder(1 << 20, 1_000, pool, 1 + seed);
      puts.forEach(put -> assertThat(put.addTo(encoder)).isTrue());
      SealedAggregate sealed = encoder.seal();
      assertThat(sealed.join()).isEqualTo(Put.seal(puts).join());
      sealed.release();
    }
    assertThat(pool.keptBytes()).isPositive();
  }

  /** A caller may encode all its keys in one array. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void tryAdd_arraysAreUsedAgainAfterwards_keepsWhatWasInThem(int records) {
    AggregateEncoder encoder = new AggregateEncoder(1_000, 5, ChunkPool.unpooled());
    byte[] key = "first".getBytes(US_ASCII);
    byte[] number = "77".getBytes(US_ASCII);
    byte[] data = "data".getBytes(US_ASCII);
    for (int i = 0; i < records; i++) {
      encoder.tryAdd(key, number, data);
    }
    List.of(key, number, data).forEach(array -> Arrays.fill(array, (byte) '9'));

    SealedAggregate sealed = encoder.seal();
    assertThat(sealed.firstHashKey()).isEqualTo(HashKey.parse("77"));
    List<Put> puts = Collections.nCopies(records, Put.of("first", "77", "data"));
    assertThat(sealed.join()).isEqualTo(Put.seal(puts).join());
    if (records == 1) {
      assertThat(sealed.lonePartitionKeyUtf8()).asString(US_ASCII).isEqualTo("first");
      assertThat(sealed.loneExplicitHashKeyAscii()).asString(US_ASCII).isEqualTo("77");
    }
  }

  private static byte[] protobufs(List<Put> puts) {
    return Envelopes.around(Envelopes.message(puts));
  }

  /** A null that the compiler does not see. */
  private static ByteBuffer nothing() {
    return (new ByteBuffer[1])[0];
  }
}
