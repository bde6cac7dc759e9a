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

/** Parts of a refused call in a batch, and batches that are to be small. */
class CohortTest {

  private static final long NOW = 10_000;

  private final BatchStage stage =
      new BatchStage(new BatchLimits(500, 5 << 20, 100), new PlainSource());

  private static final class PlainSource implements BatchStage.Source {
    @Override
    public void sealOpen(ShardLane lane) {
      List<KinesisRecord> moving = new ArrayList<>();
      lane.sealOpenTo(moving);
      moving.forEach(lane::add);
    }

    @Override
    public @Nullable KinesisRecord prepareHead(ShardLane lane) {
      return lane.head();
    }

    @Override
    public void take(KinesisRecord record) {}
  }

  private ShardLane lane(String shardId, int records, long... cohorts) {
    ShardLane lane =
        new ShardLane(
            Fixtures.buffer(shardId, Fixtures.limits(50_000, 1)),
            new RateLimit(10_000, false),
            NOW);
    for (int i = 0; i < records; i++) {
      lane.buffer().append(Fixtures.member(i), Fixtures.user("k", 100));
    }
    List<KinesisRecord> moving = new ArrayList<>();
    lane.drainTo(moving);
    for (int i = 0; i < cohorts.length; i++) {
      moving.get(i).cohort(cohorts[i]);
    }
    moving.forEach(lane::add);
    stage.settle(lane, NOW);
    return lane;
  }

  private List<Long> cut() {
    List<KinesisRecord> records = new ArrayList<>();
    stage.cut(1 << 20, true, false, NOW, records);
    return records.stream().map(KinesisRecord::cohort).toList();
  }

  @Test
  void cut_halvesInOneLane_goOneAfterTheOther_thenTheRest() {
    lane("a", 7, 1, 1, 2, 2);

    assertThat(cut()).containsExactly(1L, 1L);
    assertThat(cut()).containsExactly(2L, 2L);
    assertThat(cut()).containsExactly(0L, 0L, 0L);
  }

  @Test
  void cut_halfInTwoLanes_goesInOneCall() {
    lane("a", 3, 5, 5);
    lane("b", 2, 5);

    assertThat(cut()).containsExactly(5L, 5L, 5L);
    assertThat(cut()).containsExactly(0L, 0L);
  }

  @Test
  void cut_half_takesNoOpenPartWithIt() {
    lane("a", 1, 5);
    ShardLane open =
        new ShardLane(
            Fixtures.buffer("b", Fixtures.limits(50_000, 10)), new RateLimit(10_000, false), NOW);
    open.buffer().append(Fixtures.member(0), Fixtures.user("k", 100));
    open.drainTo(new ArrayList<>());
    stage.settle(open, NOW);

    assertThat(cut()).containsExactly(5L);
    assertThat(cut()).containsExactly(0L);
  }

  @Test
  void cut_narrowed_holdsSoManyRecords_andNeverMoreThanItsLimit() {
    lane("a", 700);

    stage.narrow(3);
    assertThat(cut()).hasSize(3);
    stage.narrow(1_000);
    assertThat(cut()).hasSize(500);
  }
}
