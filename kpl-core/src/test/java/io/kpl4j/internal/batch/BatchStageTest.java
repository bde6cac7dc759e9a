// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.batch;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.internal.aggregate.Fixtures;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.aggregate.ShardBuffer;
import io.kpl4j.internal.lane.RateLimit;
import io.kpl4j.internal.lane.ShardLane;
import io.kpl4j.internal.record.FlushMark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BatchStageTest {

  private static final long NOW = 10_000;
  private static final long LINGER = 100;
  private static final long ROOM = 100 << 20;
  private static final int KIB = 1 << 10;

  private final BatchLimits limits = new BatchLimits(500, 5 << 20, LINGER);
  private final List<KinesisRecord> taken = new ArrayList<>();
  private final Map<String, ShardLane> lanes = new HashMap<>();
  private BatchStage stage = new BatchStage(limits, new PlainSource());

  private final class PlainSource implements BatchStage.Source {
    @Override
    public void sealOpen(ShardLane lane) {
      BatchStageTest.sealOpen(lane);
    }

    @Override
    public @Nullable KinesisRecord prepareHead(ShardLane lane) {
      return lane.head();
    }

    @Override
    public void take(KinesisRecord record) {
      taken.add(record);
    }
  }

  private static void sealOpen(ShardLane lane) {
    List<KinesisRecord> moving = new ArrayList<>();
    lane.sealOpenTo(moving);
    moving.forEach(lane::add);
  }

  private static void drain(ShardLane lane) {
    List<KinesisRecord> moving = new ArrayList<>();
    lane.drainTo(moving);
    moving.forEach(lane::add);
  }

  private void limited(int maxRecords, long maxBytes) {
    stage = new BatchStage(new BatchLimits(maxRecords, maxBytes, LINGER), new PlainSource());
  }

  /** A lane at 100,000 % of a shard's rate: tokens do not matter. */
  private ShardLane lane(String shardId) {
    return lanes.computeIfAbsent(
        shardId,
        id -> {
          ShardBuffer buffer = Fixtures.buffer(id, Fixtures.limits(50 * KIB, 100));
          return new ShardLane(buffer, new RateLimit(100_000, false), NOW);
        });
  }

  private void change(ShardLane lane, Runnable change) {
    stage.lift(lane);
    change.run();
    stage.settle(lane, NOW);
  }

  private void sealed(String shardId, long admittedNanos, int dataBytes) {
    open(shardId, admittedNanos, dataBytes);
    change(lane(shardId), () -> sealOpen(lane(shardId)));
  }

  private void open(String shardId, long admittedNanos, int dataBytes) {
    lane(shardId).buffer().append(Fixtures.member(admittedNanos), Fixtures.user("k", dataBytes));
    change(lane(shardId), () -> drain(lane(shardId)));
  }

  private List<KinesisRecord> cut() {
    return cut(ROOM, true, false);
  }

  private List<KinesisRecord> cut(long room, boolean alone, boolean allOpen) {
    List<KinesisRecord> records = new ArrayList<>();
    stage.cut(room, alone, allOpen, NOW, records);
    return records;
  }

  private static List<Long> admitted(List<KinesisRecord> records) {
    return records.stream().map(record -> record.member(0).admittedNanos()).toList();
  }

  private static long bytes(List<KinesisRecord> records) {
    return records.stream().mapToLong(KinesisRecord::sizeBytes).sum();
  }

  // --- why ---

  @Test
  void reason_nothing_isNone() {
    assertThat(stage.reason(true, NOW)).isNull();
    assertThat(stage.nextDueNanos()).isEqualTo(NEVER);
    assertThat(stage.nextWakeNanos()).isEqualTo(NEVER);
    assertThat(cut()).isEmpty();
  }

  @Test
  void reason_lingerOver_isDue() {
    open("a", NOW - LINGER + 1, 10);
    assertThat(stage.reason(false, NOW)).isNull();
    assertThat(stage.nextDueNanos()).isEqualTo(NOW + 1);

    assertThat(stage.reason(false, NOW + 1)).isEqualTo(FlushReason.DUE);
  }

  @Test
  void reason_manyBytesSealed_isBytes() {
    for (int i = 0; i < 22; i++) {
      sealed("a", NOW, 49 * KIB);
    }

    assertThat(stage.sealedBytes()).isGreaterThan(BatchLimits.GOOD_BYTES);
    assertThat(stage.reason(false, NOW)).isEqualTo(FlushReason.BYTES);
  }

  @Test
  void reason_fiveHundredSealed_isCount() {
    IntStream.range(0, 499).forEach(i -> sealed("a", NOW, 1));
    assertThat(stage.reason(false, NOW)).isNull();

    sealed("b", NOW, 1);

    assertThat(stage.reason(false, NOW)).isEqualTo(FlushReason.COUNT);
  }

  @Test
  void reason_aCallerWaits_isAdmission() {
    open("a", NOW, 10);

    assertThat(stage.reason(false, NOW)).isNull();
    assertThat(stage.reason(true, NOW)).isEqualTo(FlushReason.ADMISSION);
  }

  @Test
  void reason_markedOrHurried_isDue() {
    open("a", NOW, 10);
    FlushMark mark = new FlushMark(() -> {});
    change(
        lane("a"),
        () -> {
          lane("a").buffer().markOpen(mark);
          drain(lane("a"));
        });
    assertThat(stage.reason(false, NOW)).isEqualTo(FlushReason.DUE);
    assertThat(cut()).hasSize(1);

    open("b", NOW, 10);
    stage.hurry();
    change(lane("b"), () -> {});
    assertThat(stage.reason(false, NOW)).isEqualTo(FlushReason.DUE);
  }

  @Test
  void reason_laneBacksOff_isNoneUntilItIsOver() {
    sealed("a", NOW - 2 * LINGER, 10);
    change(lane("a"), () -> lane("a").backOff(NOW + 50));

    assertThat(stage.reason(true, NOW)).isNull();
    assertThat(stage.sealedBytes()).as("only what has tokens counts").isZero();
    assertThat(stage.nextWakeNanos()).isEqualTo(NOW + 50);
    assertThat(cut()).isEmpty();
    stage.wake(NOW + 50);
    assertThat(stage.reason(false, NOW + 50)).isEqualTo(FlushReason.DUE);
    assertThat(stage.sealedBytes()).isEqualTo(lane("a").queuedBytes());
  }

  // --- what ---

  @Test
  void cut_moreThanFiveHundred_isFiveHundredByDeadline() {
    for (int i = 0; i < 300; i++) {
      sealed("late", NOW - 10, 1);
      sealed("early", NOW - 20, 1);
    }

    List<KinesisRecord> records = cut();

    assertThat(records).hasSize(500).isEqualTo(taken);
    assertThat(admitted(records).subList(0, 300)).containsOnly(NOW - 20);
    assertThat(stage.sealedBytes()).isEqualTo(lane("late").queuedBytes());
    assertThat(cut()).hasSize(100);
    assertThat(stage.sealedBytes()).isZero();
  }

  @Test
  void cut_manyBytes_stopsAtAGoodCall() {
    for (String shard : List.of("a", "b", "c", "d", "e", "f", "g", "h")) {
      IntStream.range(0, 10).forEach(i -> sealed(shard, NOW, 40 * KIB));
    }

    assertThat(bytes(cut())).isBetween(BatchLimits.GOOD_BYTES - 41 * KIB, BatchLimits.GOOD_BYTES);
  }

  @Test
  void cut_configuredLess_stopsThere() {
    limited(500, 100 * KIB);
    for (String shard : List.of("a", "b", "c")) {
      sealed(shard, NOW, 40 * KIB);
    }

    assertThat(cut()).hasSize(2);
    assertThat(cut()).hasSize(1);
  }

  @Test
  void cut_configuredFewerRecords_stopsThere() {
    limited(2, 5 << 20);
    IntStream.range(0, 3).forEach(i -> sealed("a", NOW, 10));

    assertThat(cut()).hasSize(2);
  }

  @Test
  void cut_oneShardAmongOthers_sendsItsShareOnly() {
    IntStream.range(0, 20).forEach(i -> sealed("hot", NOW - 50, 40 * KIB));
    sealed("calm", NOW, 10);

    List<KinesisRecord> records = cut();

    assertThat(admitted(records)).contains(NOW);
    assertThat(bytes(records)).isLessThanOrEqualTo(BatchLimits.SHARD_BYTES + 11);
    assertThat(records).hasSize(7);
  }

  @Test
  void cut_oneShardWithSealedAndOpen_sendsItsShareOnly() {
    // Its sealed records stay just below the share; its open part must not lift it over.
    IntStream.range(0, 6).forEach(i -> sealed("hot", NOW - 60, 42 * KIB));
    open("hot", NOW - 60, 40 * KIB);
    sealed("calm", NOW, 10);

    List<KinesisRecord> records = cut();

    assertThat(bytes(records)).isLessThanOrEqualTo(BatchLimits.SHARD_BYTES + 11);
  }

  @Test
  void cut_oneShardAlone_sendsAGoodCall() {
    IntStream.range(0, 40).forEach(i -> sealed("only", NOW, 40 * KIB));

    assertThat(bytes(cut())).isGreaterThan(BatchLimits.GOOD_BYTES - 41 * KIB);
  }

  @Test
  void cut_oneLargeRecordOfAShardAmongOthers_goes() {
    sealed("hot", NOW - 50, 400 * KIB);
    sealed("calm", NOW, 10);

    assertThat(cut()).hasSize(2);
  }

  @Test
  void cut_openParts_onlyThoseOlderThanHalfTheirLinger() {
    open("young", NOW - LINGER / 2 + 1, 10);
    open("half", NOW - LINGER / 2, 10);
    open("due", NOW - LINGER, 10);

    assertThat(admitted(cut())).containsExactly(NOW - LINGER, NOW - LINGER / 2);
    assertThat(lane("young").open().count()).isEqualTo(1);
  }

  @Test
  void cut_aCallerWaits_takesAllOpenPartsOldestFirst() {
    open("young", NOW, 10);
    open("old", NOW - 20, 10);

    assertThat(admitted(cut(ROOM, true, true))).containsExactly(NOW - 20, NOW);
  }

  @Test
  void cut_sealedRecordsFirst_thenOpenParts() {
    open("open", NOW - 90, 10);
    sealed("sealed", NOW - 10, 10);

    assertThat(admitted(cut())).containsExactly(NOW - 10, NOW - 90);
  }

  @Test
  void cut_laneWithSealedAndOpen_sendsBothInOrder() {
    sealed("a", NOW - 70, 10);
    open("a", NOW - 60, 20);

    assertThat(admitted(cut())).containsExactly(NOW - 70, NOW - 60);
    assertThat(lane("a").isEmpty()).isTrue();
    assertThat(stage.nextDueNanos()).isEqualTo(NEVER);
  }

  @Test
  void cut_urgentRecord_goesBeforeOlderOnes() {
    sealed("old", NOW - 90, 10);
    sealed("again", NOW, 10);
    change(lane("again"), () -> requireNonNull(lane("again").head()).mark(new FlushMark(() -> {})));

    assertThat(admitted(cut())).containsExactly(NOW, NOW - 90);
  }

  @Test
  void cut_openPartOverdueForLongerThanWhatIsSealed_goesFirst() {
    for (String shard : List.of("a", "b", "c", "d", "e", "f")) {
      IntStream.range(0, 10).forEach(i -> sealed(shard, NOW - LINGER - 10, 40 * KIB));
    }
    open("calm", NOW - LINGER - 20, 10);

    assertThat(admitted(cut())).startsWith(NOW - LINGER - 20).hasSizeGreaterThan(10);
  }

  /** However many are flushed or tried again, each shard has its turn. */
  @Test
  void cut_urgentRecordsOfManyShards_goOldestFirst() {
    FlushMark mark = new FlushMark(() -> {});
    for (int i = 0; i < 10; i++) {
      String shard = "shard-" + i;
      long admitted = NOW - 50 + i;
      IntStream.range(0, 12).forEach(n -> sealed(shard, admitted + 10 * n / 3, 49 * KIB));
      change(lane(shard), () -> lane(shard).queued().forEach(record -> record.mark(mark)));
    }

    for (int call = 0; call < 3; call++) {
      cut();
    }

    for (int i = 0; i < 10; i++) {
      assertThat(lane("shard-" + i).queuedRecords()).as("left in shard %s", i).isLessThan(12);
    }
  }

  // --- room ---

  @Test
  void cut_littleRoomBesideOthers_staysWithinIt() {
    IntStream.range(0, 10).forEach(i -> sealed("a", NOW, 10 * KIB));

    assertThat(bytes(cut(25 * KIB, false, false))).isLessThanOrEqualTo(25 * KIB);
  }

  @Test
  void cut_firstDoesNotFitTheRoom_takesNothing() {
    sealed("a", NOW, 40 * KIB);

    assertThat(cut(KIB, false, false)).isEmpty();
    assertThat(taken).isEmpty();
    assertThat(stage.sealedBytes()).isEqualTo(lane("a").queuedBytes());
  }

  @Test
  void cut_firstDoesNotFitButNothingElseIsInFlight_goesAlone() {
    sealed("a", NOW - 1, 40 * KIB);
    sealed("b", NOW, 10);

    assertThat(cut(KIB, true, false)).hasSize(1);
  }

  @Test
  void cut_recordLargerThanACall_goesAloneThoughOthersAreInFlight() {
    limited(500, 50 * KIB);
    sealed("large", NOW - 1, 300 * KIB);
    sealed("small", NOW, 10);

    List<KinesisRecord> records = cut(ROOM, false, false);

    assertThat(admitted(records)).containsExactly(NOW - 1);
    assertThat(admitted(cut(ROOM, false, false))).containsExactly(NOW);
  }

  @Test
  void cut_tokensRunOut_leavesTheRestWaiting() {
    ShardBuffer buffer = Fixtures.buffer("slow", Fixtures.limits(50 * KIB, 100));
    ShardLane slow = new ShardLane(buffer, new RateLimit(1, false), NOW);
    lanes.put("slow", slow);
    IntStream.range(0, 20).forEach(i -> sealed("slow", NOW - LINGER, 1));

    assertThat(cut()).as("1%% of 1,000 records").hasSize(10);
    assertThat(slow.queuedRecords()).isEqualTo(10);
    assertThat(stage.reason(true, NOW)).isNull();
    assertThat(stage.nextWakeNanos()).isEqualTo(120_000_000L);
  }

  @Test
  void of_batch_addsUpBytesAndLiveRecords() {
    KinesisRecord pair =
        Fixtures.aggregate(List.of(Fixtures.user("a", 10), Fixtures.user("b", 20)));
    KinesisRecord lone = Fixtures.lone(Fixtures.user("key", 30));
    pair.settle(0);

    PutRecordsBatch batch = PutRecordsBatch.of("stream", List.of(pair, lone));

    assertThat(batch.userRecords()).isEqualTo(2);
    assertThat(batch.sizeBytes()).isEqualTo(pair.data().length + 1 + 30 + 3);
    assertThat(batch.streamName()).isEqualTo("stream");
  }
}
