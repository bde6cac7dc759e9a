// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.record.PendingRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Pieces of records stand in the order of their user records, however often they are packed. */
class RepackingOrderTest {

  private final AtomicLong sequence = new AtomicLong(1_000);

  private static KinesisRecord whole(int records) {
    return Fixtures.aggregate(
        IntStream.rangeClosed(1, records)
            .mapToObj(i -> Fixtures.at(HashKey.of(0, i), 10))
            .toList());
  }

  private List<KinesisRecord> repacked(KinesisRecord whole, int maxCount) {
    List<KinesisRecord> pieces = new ArrayList<>();
    new Repacking(Fixtures.limits(100_000, maxCount), sequence).withoutSettled(whole, pieces);
    return pieces;
  }

  private static List<Long> admissionsInOrder(List<KinesisRecord> records) {
    return records.stream()
        .sorted(KinesisRecord.SEALING_ORDER)
        .flatMap(record -> IntStream.range(0, record.count()).mapToObj(record::member))
        .map(PendingRecord::admittedNanos)
        .toList();
  }

  @Test
  void withoutSettled_underNarrowerLimits_piecesStandInTheirOrder() {
    assertThat(admissionsInOrder(repacked(whole(9), 3)))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
  }

  @Test
  void withoutSettled_againAndAgain_staysBeforeThePiecesBehind() {
    List<KinesisRecord> pieces = repacked(whole(9), 4);
    KinesisRecord first = pieces.remove(0);
    first.settle(0);
    List<KinesisRecord> again = repacked(first, 2);
    KinesisRecord last = again.remove(again.size() - 1);
    pieces.addAll(again);
    pieces.addAll(repacked(last, 1));

    assertThat(admissionsInOrder(pieces)).containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    assertThat(pieces.stream().map(KinesisRecord::place).distinct()).hasSameSizeAs(pieces);
  }
}
