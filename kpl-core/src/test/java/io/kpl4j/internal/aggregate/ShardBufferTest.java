// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.deadline.DeadlineHeap;
import io.kpl4j.internal.record.FlushMark;
import io.kpl4j.internal.record.PendingRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardBufferTest {

  private final List<String> told = new ArrayList<>();
  private final ShardBuffer.Listener listener =
      new ShardBuffer.Listener() {
        @Override
        public void opened(long admittedNanos) {
          told.add("opened " + admittedNanos);
        }

        @Override
        public void sealed() {
          told.add("sealed");
        }
      };
  private final List<KinesisRecord> drained = new ArrayList<>();

  private ShardBuffer buffer(AggregationLimits limits) {
    return new ShardBuffer("shard", limits, new AtomicLong(), listener);
  }

  @Test
  void append_first_tellsOfTheDeadlineOnce() {
    ShardBuffer buffer = buffer(Fixtures.LIMITS);

    buffer.append(Fixtures.member(5), Fixtures.user("a", 10));
    buffer.append(Fixtures.member(6), Fixtures.user("a", 10));

    assertThat(told).containsExactly("opened 5");
    ShardBuffer.Open open = buffer.drainTo(drained);
    assertThat(drained).isEmpty();
    assertThat(open.count()).isEqualTo(2);
    assertThat(open.firstAdmittedNanos()).isEqualTo(5);
    assertThat(open.marked()).isFalse();
  }

  @Test
  void append_countReached_sealsAndTellsOnceUntilDrained() {
    ShardBuffer buffer = buffer(Fixtures.limits(10_000, 2));

    for (int i = 1; i <= 7; i++) {
      buffer.append(Fixtures.member(i), Fixtures.user("a", 10));
    }

    assertThat(told).containsExactly("opened 1", "sealed");
    ShardBuffer.Open open = buffer.drainTo(drained);
    assertThat(drained).extracting(KinesisRecord::count).containsExactly(2, 2, 2);
    assertThat(drained).isSortedAccordingTo(KinesisRecord.SEALING_ORDER);
    assertThat(open.firstAdmittedNanos()).isEqualTo(7);
    buffer.append(Fixtures.member(8), Fixtures.user("a", 10));
    buffer.append(Fixtures.member(9), Fixtures.user("a", 10));
    assertThat(told).containsExactly("opened 1", "sealed", "sealed");
  }

  /** What the next record would make of the aggregate is known before it is added. */
  @Test
  void append_sizeLimit_isExact() {
    int exact = sizeOfTwo(100);

    ShardBuffer fits = buffer(Fixtures.limits(exact, 10));
    appendTwo(fits, 100);
    assertThat(Fixtures.sealed(fits)).extracting(KinesisRecord::count).containsExactly(2);

    ShardBuffer tooSmall = buffer(Fixtures.limits(exact - 1, 10));
    appendTwo(tooSmall, 100);
    assertThat(Fixtures.sealed(tooSmall)).extracting(KinesisRecord::count).containsExactly(1, 1);
  }

  private static void appendTwo(ShardBuffer buffer, int dataBytes) {
    buffer.append(Fixtures.member(1), Fixtures.user("a", dataBytes));
    buffer.append(Fixtures.member(2), Fixtures.user("bb", dataBytes));
  }

  private int sizeOfTwo(int dataBytes) {
    ShardBuffer ample = buffer(Fixtures.limits(10_000, 10));
    appendTwo(ample, dataBytes);
    KinesisRecord sealed = Fixtures.sealed(ample).get(0);
    told.clear();
    return sealed.data().length;
  }

  @ParameterizedTest
  @ValueSource(ints = {101, 2_000, AggregationLimits.LARGE_BYTES + 1})
  void append_moreThanMayBeAggregated_goesAloneAndAtOnce(int dataBytes) {
    AggregationLimits limits =
        new AggregationLimits(true, 200_000, 10, 100, Fixtures.LIMITS.pool());
    ShardBuffer buffer = buffer(limits);
    buffer.append(Fixtures.member(1), Fixtures.user("small", 100));

    buffer.append(Fixtures.member(2), Fixtures.user("large", dataBytes));

    assertThat(told).containsExactly("opened 1", "sealed");
    ShardBuffer.Open open = buffer.drainTo(drained);
    assertThat(open.count()).as("the open part stays open").isEqualTo(1);
    assertThat(drained).hasSize(1);
    assertThat(drained.get(0).raw()).isTrue();
    assertThat(drained.get(0).partitionKey()).isEqualTo("large");
    assertThat(drained.get(0).explicitHashKey()).isNull();
    assertThat(drained.get(0).sizeBytes()).isEqualTo(dataBytes + 5);
    assertThat(drained.get(0).data()).hasSize(dataBytes);
  }

  /** The thread that puts encodes its next key in the same array. */
  @ParameterizedTest
  @ValueSource(ints = {10, 101})
  void append_arraysAreUsedAgainAfterwards_keepsWhatWasInThem(int dataBytes) {
    ShardBuffer buffer =
        buffer(new AggregationLimits(true, 200_000, 10, 100, Fixtures.LIMITS.pool()));
    byte[] key = "first".getBytes(UTF_8);
    byte[] data = new byte[dataBytes];
    buffer.append(
        Fixtures.member(1),
        new UserContent(key, null, ByteBuffer.wrap(data), HashKey.ofPartitionKey(key)));
    Arrays.fill(key, (byte) 'x');
    Arrays.fill(data, (byte) 'x');

    KinesisRecord sealed = Fixtures.sealed(buffer).get(0);

    assertThat(sealed.partitionKey()).isEqualTo("first");
    assertThat(sealed.data()).containsOnly(0);
    assertThat(sealed.contents().get(0).partitionKey()).isEqualTo("first".getBytes(UTF_8));
  }

  @Test
  void append_noShardKnown_everythingGoesAlone() {
    ShardBuffer buffer = new ShardBuffer(null, Fixtures.LIMITS, new AtomicLong(), listener);

    buffer.append(Fixtures.member(1), Fixtures.user("a", 10));
    buffer.append(Fixtures.member(2), Fixtures.user("b", 10));

    buffer.drainTo(drained);
    assertThat(drained).hasSize(2).allMatch(KinesisRecord::raw);
  }

  @Test
  void sealed_loneRecord_goesRawUnderItsOwnKeys() {
    ShardBuffer buffer = buffer(Fixtures.LIMITS);
    byte[] data = "payload".getBytes(UTF_8);
    buffer.append(
        Fixtures.member(1),
        new UserContent(
            "key".getBytes(UTF_8),
            "77".getBytes(UTF_8),
            ByteBuffer.wrap(data),
            HashKey.parse("77")));

    KinesisRecord sealed = Fixtures.sealed(buffer).get(0);

    assertThat(sealed.raw()).isTrue();
    assertThat(sealed.partitionKey()).isEqualTo("key");
    assertThat(sealed.explicitHashKey()).isEqualTo("77");
    assertThat(sealed.sizeBytes()).isEqualTo(data.length + 3);
    assertThat(sealed.data()).isEqualTo(data);
    assertThat(sealed.contents()).hasSize(1);
  }

  @Test
  void sealed_aggregate_remembersLeastGreatestAndFirstHashKey() {
    ShardBuffer buffer = buffer(Fixtures.LIMITS);
    for (long low : new long[] {50, -1, 7}) {
      buffer.append(Fixtures.member(1), Fixtures.at(HashKey.of(0, low), 10));
    }

    KinesisRecord sealed = Fixtures.sealed(buffer).get(0);

    assertThat(sealed.leastHashKey()).isEqualTo(HashKey.of(0, 7));
    assertThat(sealed.greatestHashKey()).as("compared without sign").isEqualTo(HashKey.of(0, -1));
    assertThat(sealed.routingHashKey()).isEqualTo(HashKey.of(0, 50));
    assertThat(sealed.explicitHashKey()).isEqualTo("50");
    assertThat(sealed.partitionKey()).isEqualTo("a");
    assertThat(sealed.sizeBytes()).isEqualTo(sealed.data().length + 1);
    assertThat(sealed.contents())
        .extracting(UserContent::hashKey)
        .containsExactly(HashKey.of(0, 50), HashKey.of(0, -1), HashKey.of(0, 7));
  }

  @Test
  void append_badKeyHalfWay_nothingIsAdded() {
    ShardBuffer buffer = buffer(Fixtures.LIMITS);
    buffer.append(Fixtures.member(1), Fixtures.user("a", 10));
    UserContent bad =
        new UserContent(
            "other".getBytes(UTF_8),
            "no number".getBytes(UTF_8),
            ByteBuffer.allocate(10),
            HashKey.MAX);

    assertThatThrownBy(() -> buffer.append(Fixtures.member(2), bad))
        .isInstanceOf(IllegalArgumentException.class);

    assertUnchanged(buffer);
  }

  @Test
  void append_badKeyIntoAnEmptyBuffer_opensNothing() {
    ShardBuffer buffer = buffer(Fixtures.LIMITS);
    UserContent bad =
        new UserContent(
            "k".getBytes(UTF_8), "x".getBytes(UTF_8), ByteBuffer.allocate(10), HashKey.MAX);

    assertThatThrownBy(() -> buffer.append(Fixtures.member(2), bad))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(buffer.drainTo(drained)).isEqualTo(ShardBuffer.Open.NOTHING);
    assertThat(told).isEmpty();
  }

  private void assertUnchanged(ShardBuffer buffer) {
    assertThat(buffer.drainTo(drained).count()).isEqualTo(1);
    buffer.append(Fixtures.member(3), Fixtures.user("c", "after".getBytes(UTF_8)));
    KinesisRecord sealed = Fixtures.sealed(buffer).get(0);
    assertThat(sealed.count()).isEqualTo(2);
    assertThat(sealed.contents())
        .extracting(user -> new String(user.partitionKey(), UTF_8))
        .containsExactly("a", "c");
    assertThat(sealed.greatestHashKey()).isNotEqualTo(HashKey.MAX);
    assertThat(sealed.data().length + 1).isEqualTo(sealed.sizeBytes());
  }

  @Test
  void sealOpen_nothingOpen_changesNothing() {
    ShardBuffer buffer = buffer(Fixtures.LIMITS);

    buffer.sealOpen();

    assertThat(buffer.drainTo(drained)).isEqualTo(ShardBuffer.Open.NOTHING);
    assertThat(drained).isEmpty();
    assertThat(ShardBuffer.Open.NOTHING.firstAdmittedNanos()).isEqualTo(DeadlineHeap.NEVER);
  }

  @Test
  void retireTo_handsEverythingOverInOrder_andRefusesFromThenOn() {
    ShardBuffer buffer = buffer(Fixtures.limits(10_000, 2));
    List<PendingRecord> members = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      members.add(Fixtures.member(i));
      buffer.append(members.get(i), Fixtures.user("a", 10));
    }

    buffer.retireTo(drained);

    assertThat(drained).extracting(KinesisRecord::count).containsExactly(2, 2, 1);
    assertThat(drained.get(2).member(0)).isSameAs(members.get(4));
    assertThat(buffer.append(Fixtures.member(9), Fixtures.user("a", 10))).isFalse();
    assertThat(buffer.append(Fixtures.member(9), Fixtures.user("a", 100_000))).isFalse();
    assertThat(Fixtures.sealed(buffer)).isEmpty();
  }

  @Test
  void markOpen_passesToWhatIsSealed() {
    AtomicInteger done = new AtomicInteger();
    FlushMark mark = new FlushMark(done::incrementAndGet);
    ShardBuffer buffer = buffer(Fixtures.LIMITS);
    buffer.markOpen(mark);
    buffer.append(Fixtures.member(1), Fixtures.user("a", 10));
    buffer.markOpen(mark);
    mark.release();

    assertThat(buffer.drainTo(drained).marked()).isTrue();
    KinesisRecord sealed = Fixtures.sealed(buffer).get(0);

    assertThat(sealed.marks()).containsExactly(mark);
    assertThat(sealed.urgent()).isTrue();
    assertThat(done).hasValue(0);
    sealed.marks().forEach(FlushMark::release);
    assertThat(done).hasValue(1);
  }

  /** Who flushes after every put while the service is away must not fill the memory with marks. */
  @Test
  void mark_byManyFlushesOfTheSameStreams_isOneForAllOfThem() {
    AtomicInteger done = new AtomicInteger();
    ShardBuffer buffer = buffer(Fixtures.LIMITS);
    buffer.append(Fixtures.member(1), Fixtures.user("a", 10));
    FlushMark first = new FlushMark(done::incrementAndGet);
    FlushMark second = new FlushMark(done::incrementAndGet);
    FlushMark third = new FlushMark(done::incrementAndGet);
    buffer.markOpen(first);
    first.followedBy(second);
    buffer.markOpen(second);
    KinesisRecord sealed = Fixtures.sealed(buffer).get(0);
    second.followedBy(third);
    sealed.mark(third);

    assertThat(sealed.marks()).containsExactly(first);
    List.of(first, second, third).forEach(FlushMark::release);
    assertThat(done).hasValue(0);
    first.release();
    assertThat(done).hasValue(3);
  }
}
