// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.record.PendingRecord;
import io.kpl4j.internal.shard.ShardMap;
import io.kpl4j.internal.shard.ShardRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Callers append while the loop drains, seals, and swaps the routes: no record is lost, none is
 * there twice, and none is left in a retired buffer. Many times over, as Lincheck's model checker
 * knows neither the array views nor the memory that an append uses.
 */
class RoutesStressTest {

  private static final int CALLERS = 3;
  private static final int RECORDS = 40_000;
  private static final HashKey HALF = HashKey.of(1L << 63, 0);
  private static final ShardRange LOWER =
      new ShardRange("lower", HashKey.MIN, HALF.previous(), true);

  private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
  private final AtomicLong sequence = new AtomicLong();
  private final List<KinesisRecord> drained = new ArrayList<>();
  private final List<ShardBuffer> retired = new ArrayList<>();
  private volatile Routes routes = Routes.withoutMap(buffer("none"));

  private ShardBuffer buffer(String shardId) {
    return new ShardBuffer(shardId, Fixtures.limits(1_000, 2), sequence, Fixtures.SILENT);
  }

  private List<PendingRecord> appendAll(HashKey key) {
    UserContent user = Fixtures.at(key, 4);
    List<PendingRecord> appended = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      PendingRecord member = Fixtures.member(i);
      while (!routes.bufferFor(key).append(member, user)) {
        Thread.onSpinWait();
      }
      appended.add(member);
    }
    return appended;
  }

  /** As the loop does it: first the new routes, then the retiring. */
  private void reshard(int turn) {
    List<ShardBuffer> before = routes.buffers();
    ShardRange upper = new ShardRange("upper-" + turn, HALF, HashKey.MAX, true);
    routes = routes.next(ShardMap.covering(List.of(LOWER, upper)).orElseThrow(), this::buffer);
    for (ShardBuffer buffer : before) {
      if (!routes.buffers().contains(buffer)) {
        buffer.retireTo(drained);
        retired.add(buffer);
      }
    }
  }

  private void turn(int turn) {
    switch (turn % 3) {
      case 0 -> reshard(turn);
      case 1 -> routes.buffers().forEach(buffer -> buffer.drainTo(drained));
      default -> routes.buffers().forEach(ShardBuffer::sealOpen);
    }
  }

  @AfterEach
  void end() {
    callers.shutdownNow();
  }

  @Test
  void append_againstSealingDrainingAndResharding_losesAndDoublesNothing() throws Exception {
    List<Future<List<PendingRecord>>> appending = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      HashKey key = i == 0 ? HashKey.MIN : HashKey.MAX;
      appending.add(callers.submit(() -> appendAll(key)));
    }
    for (int turn = 0; !appending.stream().allMatch(Future::isDone); turn++) {
      turn(turn);
    }
    List<KinesisRecord> left = new ArrayList<>();
    for (ShardBuffer buffer : retired) {
      buffer.sealOpen();
      buffer.drainTo(left);
    }
    assertThat(left).as("in retired buffers").isEmpty();
    for (ShardBuffer buffer : routes.buffers()) {
      buffer.sealOpen();
      buffer.drainTo(drained);
    }
    Set<PendingRecord> found = Collections.newSetFromMap(new IdentityHashMap<>());
    for (KinesisRecord record : drained) {
      for (int i = 0; i < record.count(); i++) {
        assertThat(found.add(record.member(i))).as("there once").isTrue();
      }
    }
    assertThat(found).hasSize(CALLERS * RECORDS);
    for (Future<List<PendingRecord>> appended : appending) {
      assertThat(found.containsAll(appended.get())).as("nothing is lost").isTrue();
    }
    assertThat(drained.stream().map(record -> record.place().sequence()).distinct().count())
        .as("each has its own place in the order of sealing")
        .isEqualTo(drained.size());
  }
}
