// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.aggregate.KinesisRecord.Place;
import io.kpl4j.internal.record.HaltedKeys;
import io.kpl4j.internal.record.PendingRecord;
import io.kpl4j.internal.shard.ShardMap;
import io.kpl4j.internal.shard.ShardRange;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Callers append, small records and large ones, while the loop swaps the routes or halts their key
 * and they resume it: what one caller appended stands in that order, and what a halt fails is what
 * was appended before it and nothing that was appended after the key was resumed. Many times over,
 * as Lincheck's model checker knows neither the array views nor the memory that an append uses.
 */
class KeyOrderStressTest {

  private static final int RECORDS = 60_000;
  private static final HashKey HALF = HashKey.of(1L << 63, 0);
  private static final ShardRange LOWER =
      new ShardRange("lower", HashKey.MIN, HALF.previous(), true);

  private final ExecutorService callers = Executors.newFixedThreadPool(2);
  private final AtomicLong sequence = new AtomicLong();
  private final HaltedKeys halted = new HaltedKeys();
  private final List<KinesisRecord> drained = new ArrayList<>();
  private long generation;
  private volatile Routes routes = Routes.withoutMap(buffer("none"));

  private ShardBuffer buffer(String shardId) {
    return new ShardBuffer(
        shardId,
        Fixtures.limits(1_000, 3),
        new BufferOrder(generation, sequence, true, halted),
        Fixtures.SILENT);
  }

  private static UserContent user(HashKey key, int number) {
    return Fixtures.at(key, number % 11 == 0 ? 2_000 : 4);
  }

  private List<PendingRecord> appendAll(HashKey key) {
    List<PendingRecord> appended = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      PendingRecord member = Fixtures.member(i);
      UserContent user = user(key, i);
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
    generation++;
    ShardRange upper = new ShardRange("upper-" + turn, HALF, HashKey.MAX, true);
    routes = routes.next(ShardMap.covering(List.of(LOWER, upper)).orElseThrow(), this::buffer);
    for (ShardBuffer buffer : before) {
      if (!routes.buffers().contains(buffer)) {
        buffer.retireTo(drained);
      }
    }
  }

  private void drainAll() {
    for (ShardBuffer buffer : routes.buffers()) {
      buffer.sealOpen();
      buffer.drainTo(drained);
    }
  }

  /**
   * Where each user record stands: its Kinesis record's place in the order, and its own in that.
   */
  private IdentityHashMap<PendingRecord, Long> positions() {
    drained.sort(KinesisRecord.SEALING_ORDER);
    IdentityHashMap<PendingRecord, Long> positions = new IdentityHashMap<>();
    for (KinesisRecord record : drained) {
      for (int i = 0; i < record.count(); i++) {
        positions.put(record.member(i), (long) positions.size());
      }
    }
    return positions;
  }

  @AfterEach
  void end() {
    callers.shutdownNow();
  }

  @Test
  void append_againstNewRoutes_standsInTheOrderOfItsCaller() throws Exception {
    List<Future<List<PendingRecord>>> appending =
        List.of(
            callers.submit(() -> appendAll(HashKey.MIN)),
            callers.submit(() -> appendAll(HashKey.MAX)));
    for (int turn = 0; !appending.stream().allMatch(Future::isDone); turn++) {
      reshard(turn);
      if (turn % 7 == 0) {
        routes.buffers().forEach(buffer -> buffer.drainTo(drained));
      }
    }
    drainAll();
    IdentityHashMap<PendingRecord, Long> positions = positions();
    for (Future<List<PendingRecord>> appended : appending) {
      List<Long> order = appended.get().stream().map(positions::get).toList();
      assertThat(order).isSorted().doesNotContainNull();
    }
  }

  /** What a caller appended between two refusals. */
  private List<List<PendingRecord>> appendUntilRefused(HashKey key) {
    List<List<PendingRecord>> spells = new ArrayList<>();
    List<PendingRecord> spell = new ArrayList<>();
    spells.add(spell);
    for (int i = 0; i < RECORDS; i++) {
      PendingRecord member = Fixtures.member(i);
      try {
        assertThat(routes.bufferFor(key).append(member, user(key, i))).isTrue();
        spell.add(member);
      } catch (HaltedKeys.Halted refused) {
        spell = new ArrayList<>();
        spells.add(spell);
        halted.resume(key);
      }
    }
    return spells;
  }

  @Test
  void halt_againstAppendsAndResumptions_partsWhatWasBeforeFromWhatIsAfter() throws Exception {
    HashKey key = HashKey.MIN;
    List<Place> halts = new ArrayList<>();
    Future<List<List<PendingRecord>>> appending = callers.submit(() -> appendUntilRefused(key));
    while (!appending.isDone()) {
      if (!halted.contains(key)) {
        halts.add(routes.bufferFor(key).haltTo(List.of(key), drained));
      }
    }
    drainAll();
    IdentityHashMap<PendingRecord, Place> places = new IdentityHashMap<>();
    for (KinesisRecord record : drained) {
      for (int i = 0; i < record.count(); i++) {
        places.put(record.member(i), record.place());
      }
    }
    List<List<PendingRecord>> spells = appending.get();
    assertThat(halts.size()).isBetween(spells.size() - 1, spells.size());
    for (int i = 0; i < spells.size(); i++) {
      for (PendingRecord member : spells.get(i)) {
        Place place = requireNonNull(places.get(member));
        assertThat(i == 0 || place.compareTo(halts.get(i - 1)) > 0).isTrue();
        assertThat(i == halts.size() || place.compareTo(halts.get(i)) <= 0).isTrue();
      }
    }
  }
}
