// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.internal.aggregate.Fixtures;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.lane.RateLimit;
import io.kpl4j.internal.lane.ShardLane;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which open parts a batch takes, at its bounds: one that does not go stays open, and grows. */
class OpenPartsInBatchTest {

  private static final long NOW = 10_000;
  private static final long LINGER = 100;
  private static final int KIB = 1 << 10;
  private static final int OUTER_KEY_BYTES = 1;

  private final ShardLane a = lane("a");
  private final ShardLane b = lane("b");
  private BatchStage stage = stage(500, 5 << 20);

  private static ShardLane lane(String shardId) {
    return new ShardLane(
        Fixtures.buffer(shardId, Fixtures.limits(50 * KIB, 100)),
        new RateLimit(100_000, false),
        NOW);
  }

  private static BatchStage stage(int maxRecords, long maxBytes) {
    return new BatchStage(
        new BatchLimits(maxRecords, maxBytes, LINGER),
        new BatchStage.Source() {
          @Override
          public void sealOpen(ShardLane lane) {
            move(lane, true);
          }

          @Override
          public @Nullable KinesisRecord prepareHead(ShardLane lane) {
            return lane.head();
          }

          @Override
          public void take(KinesisRecord record) {}
        });
  }

  private static void move(ShardLane lane, boolean seal) {
    List<KinesisRecord> moving = new ArrayList<>();
    if (seal) {
      lane.sealOpenTo(moving);
    } else {
      lane.drainTo(moving);
    }
    moving.forEach(lane::add);
  }

  /**
   * Leaves two user records in the lane's open part, and says how large it would be on the wire.
   */
  private static int open(ShardLane lane, int dataBytes) {
    for (int i = 0; i < 2; i++) {
      lane.buffer().append(Fixtures.member(NOW - LINGER), Fixtures.user("k", dataBytes));
    }
    move(lane, false);
    return lane.open().sizeBytes() + OUTER_KEY_BYTES;
  }

  private static void sealed(ShardLane lane, int wireBytes) {
    lane.buffer().append(Fixtures.member(NOW - LINGER), Fixtures.user("k", wireBytes - 1));
    move(lane, true);
    assertThat(lane.queuedRecords()).isPositive();
  }

  private List<KinesisRecord> cut() {
    stage.settle(a, NOW);
    stage.settle(b, NOW);
    List<KinesisRecord> records = new ArrayList<>();
    stage.cut(100 << 20, true, false, NOW, records);
    return records;
  }

  @Test
  void openParts_thatJustFillTheCall_bothGo() {
    int bytes = open(a, 1_000) + open(b, 1_000);
    stage = stage(500, bytes);

    assertThat(cut()).hasSize(2);
    assertThat(b.isEmpty()).isTrue();
  }

  @Test
  void openPart_thatExceedsTheCallByAByte_staysOpen() {
    int bytes = open(a, 1_000) + open(b, 1_000);
    stage = stage(500, bytes - 1);

    assertThat(cut()).hasSize(1);
    assertThat(b.open().count()).isEqualTo(2);
    assertThat(b.queuedRecords()).isZero();
  }

  @Test
  void openPart_beyondTheLastRecordOfACall_staysOpen() {
    open(a, 100);
    open(b, 100);
    stage = stage(1, 5 << 20);

    assertThat(cut()).hasSize(1);
    assertThat(b.open().count()).isEqualTo(2);
    assertThat(b.queuedRecords()).isZero();
  }

  @Test
  void openPart_thatJustFillsTheShareOfItsShard_goes() {
    int open = openSize(1_000);
    fillShare(open);
    open(a, 1_000);
    open(b, 10);

    assertThat(cut().stream().filter(record -> record.sizeBytes() == open)).hasSize(1);
    assertThat(a.isEmpty()).isTrue();
  }

  @Test
  void openPart_thatExceedsTheShareOfItsShardByAByte_staysOpen() {
    fillShare(openSize(1_000) - 1);
    open(a, 1_000);
    open(b, 10);

    assertThat(cut()).isNotEmpty();
    assertThat(a.open().count()).isEqualTo(2);
    assertThat(a.queuedRecords()).isZero();
  }

  private static int openSize(int dataBytes) {
    return open(lane("probe"), dataBytes);
  }

  /** Leaves so many bytes of the shard's share of a call. */
  private void fillShare(int leftBytes) {
    int bytes = Math.toIntExact(BatchLimits.SHARD_BYTES) - leftBytes;
    for (; bytes > 40 * KIB; bytes -= 20 * KIB) {
      sealed(a, 20 * KIB);
    }
    sealed(a, bytes);
  }
}
