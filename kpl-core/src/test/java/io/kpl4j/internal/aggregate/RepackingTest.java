// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.Attempt;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.record.FlushMark;
import io.kpl4j.internal.record.PendingRecord;
import io.kpl4j.internal.shard.ShardMap;
import io.kpl4j.internal.shard.ShardRange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RepackingTest {

  private static final HashKey HALF = HashKey.of(1L << 63, 0);
  private static final ShardMap HALVES =
      ShardMap.covering(
              List.of(
                  new ShardRange("lower", HashKey.MIN, HALF.previous(), true),
                  new ShardRange("upper", HALF, HashKey.MAX, true)))
          .orElseThrow();

  private final AtomicLong sequence = new AtomicLong();
  private final ShardBuffer buffer =
      new ShardBuffer("parent", Fixtures.limits(100_000, 100), sequence, Fixtures.SILENT);
  private final Repacking repacking = new Repacking(Fixtures.limits(100_000, 100), sequence);
  private final AtomicInteger flushed = new AtomicInteger();
  private final FlushMark mark = new FlushMark(flushed::incrementAndGet);

  private static UserContent lower(int dataBytes) {
    return Fixtures.at(HashKey.of(1, dataBytes), dataBytes);
  }

  private static UserContent upper(int dataBytes) {
    return Fixtures.at(HashKey.of(-1, dataBytes), dataBytes);
  }

  private KinesisRecord seal(UserContent... users) {
    for (UserContent user : users) {
      assertThat(buffer.append(Fixtures.member(user.dataBytes()), user)).isTrue();
    }
    return Fixtures.sealed(buffer).get(0);
  }

  private List<KinesisRecord> byShard(List<KinesisRecord> wholes, ShardMap map) {
    return byShard(repacking, wholes, map);
  }

  private static List<KinesisRecord> byShard(
      Repacking repacking, List<KinesisRecord> wholes, ShardMap map) {
    List<KinesisRecord> packed = new ArrayList<>();
    repacking.byShard(wholes, map, packed);
    return packed;
  }

  private List<KinesisRecord> withoutSettled(KinesisRecord whole) {
    List<KinesisRecord> packed = new ArrayList<>();
    repacking.withoutSettled(whole, packed);
    return packed;
  }

  private List<KinesisRecord> eachAlone(KinesisRecord whole) {
    List<KinesisRecord> packed = new ArrayList<>();
    repacking.eachAlone(whole, packed);
    return packed;
  }

  private static List<Integer> sizes(KinesisRecord record) {
    return record.contents().stream().map(user -> user.dataBytes()).toList();
  }

  private static List<PendingRecord> members(KinesisRecord record) {
    return IntStream.range(0, record.count()).mapToObj(record::member).toList();
  }

  @Test
  void byShard_straddling_isOneAggregateAShard_inOrder() {
    KinesisRecord whole = seal(upper(1), lower(2), upper(3), lower(4));
    List<PendingRecord> members = members(whole);

    List<KinesisRecord> packed = byShard(List.of(whole), HALVES);

    assertThat(packed).hasSize(2);
    assertThat(sizes(packed.get(0))).containsExactly(1, 3);
    assertThat(sizes(packed.get(1))).containsExactly(2, 4);
    assertThat(members(packed.get(0))).containsExactly(members.get(0), members.get(2));
    assertThat(members(packed.get(1))).containsExactly(members.get(1), members.get(3));
    assertThat(HALVES.find(packed.get(0).routingHashKey()).shardId()).isEqualTo("upper");
    assertThat(whole.holder()).isEqualTo(KinesisRecord.Holder.DONE);
  }

  @Test
  void byShard_pieces_standWhereTheirWholeStood() {
    KinesisRecord whole = seal(lower(1), upper(2));
    KinesisRecord later = seal(lower(3));

    List<KinesisRecord> packed = byShard(List.of(whole), HALVES);

    assertThat(packed).isSortedAccordingTo(KinesisRecord.SEALING_ORDER);
    assertThat(packed)
        .allMatch(piece -> KinesisRecord.SEALING_ORDER.compare(piece, later) < 0)
        .allMatch(piece -> KinesisRecord.SEALING_ORDER.compare(whole, piece) < 0);
  }

  @Test
  void byShard_severalSingles_areAggregatedByShard() {
    List<KinesisRecord> singles = new ArrayList<>();
    for (int size = 1; size <= 6; size++) {
      singles.add(seal(size % 2 == 0 ? upper(size) : lower(size)));
    }

    List<KinesisRecord> packed = byShard(singles, HALVES);

    assertThat(packed).hasSize(2);
    assertThat(sizes(packed.get(0))).containsExactly(1, 3, 5);
    assertThat(sizes(packed.get(1))).containsExactly(2, 4, 6);
    assertThat(packed).isSortedAccordingTo(KinesisRecord.SEALING_ORDER);
  }

  @Test
  void byShard_tooMuchForOneAggregate_isSeveral() {
    Repacking narrow = new Repacking(Fixtures.limits(100_000, 2), sequence);
    KinesisRecord whole = seal(lower(1), lower(2), lower(3), lower(4), lower(5));

    List<KinesisRecord> packed = byShard(narrow, List.of(whole), HALVES);

    assertThat(packed)
        .extracting(RepackingTest::sizes)
        .containsExactly(List.of(1, 2), List.of(3, 4), List.of(5));
    assertThat(packed).isSortedAccordingTo(KinesisRecord.SEALING_ORDER);
  }

  @Test
  void byShard_recordThatMayNotBeAggregated_goesAloneInItsPlace() {
    AggregationLimits limits =
        new AggregationLimits(true, 100_000, 100, 50, Fixtures.LIMITS.pool());
    KinesisRecord whole = seal(lower(1), lower(60), lower(3));

    List<KinesisRecord> packed = byShard(new Repacking(limits, sequence), List.of(whole), HALVES);

    assertThat(packed)
        .extracting(RepackingTest::sizes)
        .containsExactly(List.of(1), List.of(60), List.of(3));
    assertThat(packed).isSortedAccordingTo(KinesisRecord.SEALING_ORDER);
  }

  @Test
  void withoutSettled_leavesOutWhatHasItsVerdict() {
    KinesisRecord whole = seal(lower(1), lower(2), lower(3));
    whole.settle(1);

    List<KinesisRecord> packed = withoutSettled(whole);

    assertThat(packed).hasSize(1);
    assertThat(sizes(packed.get(0))).containsExactly(1, 3);
    assertThat(packed.get(0).live()).isEqualTo(2);
    assertThat(packed.get(0).oldestAdmittedNanos()).isEqualTo(1);
    assertThat(sizes(whole)).as("may still be read back").containsExactly(1, 2, 3);
  }

  @Test
  void withoutSettled_afterItWasSent_readsItBackFromItsBytes() {
    KinesisRecord whole = seal(lower(1), lower(2), lower(3));
    whole.data();
    whole.settle(0);

    List<KinesisRecord> packed = withoutSettled(whole);

    assertThat(sizes(packed.get(0))).containsExactly(2, 3);
    assertThat(packed.get(0).data()).isNotEmpty();
  }

  @Test
  void withoutSettled_nothingLeft_isNothing() {
    KinesisRecord whole = seal(lower(1), lower(2));
    whole.mark(mark);
    mark.release();
    whole.settleAll();

    assertThat(withoutSettled(whole)).isEmpty();
    assertThat(flushed).hasValue(1);
  }

  @Test
  void eachAlone_everyUserRecordGoesRaw() {
    KinesisRecord whole = seal(lower(1), upper(2), lower(3));

    List<KinesisRecord> packed = eachAlone(whole);

    assertThat(packed).hasSize(3).allMatch(KinesisRecord::raw);
    assertThat(packed).extracting(each -> each.data().length).containsExactly(1, 2, 3);
    assertThat(packed).extracting(KinesisRecord::partitionKey).containsOnly("k");
    assertThat(packed)
        .extracting(KinesisRecord::explicitHashKey)
        .containsExactly(
            HashKey.of(1, 1).toDecimal(),
            HashKey.of(-1, 2).toDecimal(),
            HashKey.of(1, 3).toDecimal());
    assertThat(packed).isSortedAccordingTo(KinesisRecord.SEALING_ORDER);
  }

  @Test
  void pack_knowsWhatWasTried_eachPieceForItself() {
    KinesisRecord whole = seal(lower(1), upper(2));
    whole.history().add(new Attempt(Instant.EPOCH, Duration.ZERO, "Slow", null), 5);
    whole.history().ambiguous();

    List<KinesisRecord> packed = byShard(List.of(whole), HALVES);
    packed.get(0).history().add(new Attempt(Instant.EPOCH, Duration.ZERO, null, null), 6);

    assertThat(packed).allMatch(piece -> piece.history().mayBeDuplicated());
    assertThat(packed).allMatch(KinesisRecord::urgent);
    assertThat(packed).extracting(piece -> piece.history().count()).containsExactly(2, 1);
  }

  @Test
  void pack_marksPassToEveryPiece_andTheFlushEndsWithTheLast() {
    KinesisRecord marked = seal(lower(1), upper(2));
    KinesisRecord unmarked = seal(lower(3));
    marked.mark(mark);
    mark.release();

    List<KinesisRecord> packed = byShard(List.of(marked, unmarked), HALVES);

    assertThat(packed).allMatch(piece -> piece.marks().contains(mark));
    assertThat(flushed).hasValue(0);
    for (KinesisRecord piece : packed) {
      assertThat(flushed).hasValue(0);
      piece.marks().forEach(FlushMark::release);
    }
    assertThat(flushed).hasValue(1);
  }

  @Test
  void pack_markedAlone_marksPassToo() {
    KinesisRecord whole = seal(lower(1), lower(2));
    whole.mark(mark);
    mark.release();

    List<KinesisRecord> packed = eachAlone(whole);

    packed.get(0).marks().forEach(FlushMark::release);
    assertThat(flushed).hasValue(0);
    packed.get(1).marks().forEach(FlushMark::release);
    assertThat(flushed).hasValue(1);
  }

  @Test
  void settle_twice_isAFaultOfOurs() {
    KinesisRecord record = seal(lower(1));
    record.settle(0);

    assertThatThrownBy(() -> record.settle(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void moveTo_afterItsLastVerdict_isAFaultOfOurs() {
    KinesisRecord record = seal(lower(1));
    record.moveTo(KinesisRecord.Holder.DONE);

    assertThatThrownBy(() -> record.moveTo(KinesisRecord.Holder.SEALED))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void oldestAdmittedNanos_followsTheVerdicts() {
    KinesisRecord record = seal(lower(30), lower(10), lower(20));
    assertThat(record.oldestAdmittedNanos()).isEqualTo(10);

    record.settle(1);
    assertThat(record.oldestAdmittedNanos()).isEqualTo(20);
    record.settleAll();

    assertThat(record.oldestAdmittedNanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(record.live()).isZero();
  }

  @Test
  void data_askedForByASenderWhoseRecordsWerePackedAnew_saysSo() {
    KinesisRecord whole = seal(lower(1), upper(2));
    byShard(List.of(whole), HALVES);

    assertThatThrownBy(whole::data)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("packed anew since the call was given up");
  }
}
