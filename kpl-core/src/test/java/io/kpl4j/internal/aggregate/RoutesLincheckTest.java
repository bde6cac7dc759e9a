// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.record.PendingRecord;
import io.kpl4j.internal.shard.ShardMap;
import io.kpl4j.internal.shard.ShardRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Callers append while the loop drains, seals, and swaps the routes: no record is lost, none is
 * there twice, and none is left in a retired buffer. Under stress only: the model checker does not
 * know the array views that the JDK's MD5 reads with.
 */
public class RoutesLincheckTest {

  private static final HashKey HALF = HashKey.of(1L << 63, 0);
  private static final ShardRange LOWER =
      new ShardRange("lower", HashKey.MIN, HALF.previous(), true);

  private final AtomicLong sequence = new AtomicLong();
  private final ConcurrentLinkedQueue<PendingRecord> appended = new ConcurrentLinkedQueue<>();
  private final List<KinesisRecord> drained = new ArrayList<>();
  private final List<ShardBuffer> retired = new ArrayList<>();
  private volatile Routes routes = Routes.withoutMap(buffer("none"));
  private int reshards;

  /** Lincheck makes one for each run. */
  public RoutesLincheckTest() {}

  private ShardBuffer buffer(String shardId) {
    return new ShardBuffer(shardId, Fixtures.limits(1_000, 2), sequence, Fixtures.SILENT);
  }

  private void append(HashKey key) {
    PendingRecord member = Fixtures.member(1);
    UserContent user = Fixtures.at(key, 4);
    while (!routes.bufferFor(key).append(member, user)) {
      Thread.onSpinWait();
    }
    appended.add(member);
  }

  @Operation
  public void appendLow() {
    append(HashKey.MIN);
  }

  @Operation
  public void appendHigh() {
    append(HashKey.MAX);
  }

  @Operation(nonParallelGroup = "loop")
  public void drain() {
    routes.buffers().forEach(buffer -> buffer.drainTo(drained));
  }

  @Operation(nonParallelGroup = "loop")
  public void sealAndDrain() {
    for (ShardBuffer buffer : routes.buffers()) {
      buffer.sealOpen();
      buffer.drainTo(drained);
    }
  }

  /** As the loop does it: first the new routes, then the retiring. */
  @Operation(nonParallelGroup = "loop")
  public void reshard() {
    List<ShardBuffer> before = routes.buffers();
    ShardRange upper = new ShardRange("upper-" + ++reshards, HALF, HashKey.MAX, true);
    routes = routes.next(ShardMap.covering(List.of(LOWER, upper)).orElseThrow(), this::buffer);
    for (ShardBuffer buffer : before) {
      if (!routes.buffers().contains(buffer)) {
        buffer.retireTo(drained);
        retired.add(buffer);
      }
    }
  }

  @Validate
  public void nothingIsLostOrDoubled() {
    for (ShardBuffer buffer : retired) {
      int before = drained.size();
      buffer.sealOpen();
      if (buffer.drainTo(drained).count() > 0 || drained.size() > before) {
        throw new IllegalStateException("a record was left in a retired buffer");
      }
    }
    sealAndDrain();
    Set<PendingRecord> found = Collections.newSetFromMap(new IdentityHashMap<>());
    for (KinesisRecord record : drained) {
      for (int i = 0; i < record.count(); i++) {
        if (!found.add(record.member(i))) {
          throw new IllegalStateException("a record is there twice");
        }
      }
    }
    if (found.size() != appended.size() || !found.containsAll(appended)) {
      throw new IllegalStateException(appended.size() + " appended, found " + found.size());
    }
  }

  @Test
  void stress_appendsAgainstTheLoop_loseNothing() {
    new StressOptions()
        .iterations(10)
        .invocationsPerIteration(300)
        .threads(3)
        .actorsPerThread(3)
        .check(RoutesLincheckTest.class);
  }
}
