// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.kpl4j.aggregation.ChunkPool;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.record.PendingRecord;
import io.kpl4j.internal.shard.ShardMap;
import io.kpl4j.internal.shard.ShardRange;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A record that is appended while the loop publishes new routes and retires the old buffer is in
 * what the loop took out, or in the new buffer; never in the retired one, nor in both.
 */
@JCStressTest
@Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "appended before the retiring")
@Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "appended to the new buffer")
@Outcome(expect = FORBIDDEN, desc = "lost, doubled, or left in a buffer that nobody drains")
@State
public class AppendAgainstRetiringStress {

  private static final AggregationLimits LIMITS =
      new AggregationLimits(true, 1_000, 10, 1_000, ChunkPool.unpooled());
  private static final ShardBuffer.Listener SILENT =
      new ShardBuffer.Listener() {
        @Override
        public void opened(long admittedNanos) {}

        @Override
        public void sealed() {}
      };
  private static final ShardMap BEFORE = map("before");
  private static final ShardMap AFTER = map("after");

  private final AtomicLong sequence = new AtomicLong();
  private final UserContent user =
      new UserContent(
          "k".getBytes(UTF_8), null, ByteBuffer.wrap(new byte[4]), HashKey.ofPartitionKey("k"));
  private final List<KinesisRecord> taken = new ArrayList<>();
  private final Routes old = Routes.withoutMap(buffer("none")).next(BEFORE, this::buffer);
  private volatile Routes routes = old;

  private static ShardMap map(String shardId) {
    return ShardMap.covering(List.of(new ShardRange(shardId, HashKey.MIN, HashKey.MAX, true)))
        .orElseThrow();
  }

  private ShardBuffer buffer(String shardId) {
    return new ShardBuffer(shardId, LIMITS, sequence, SILENT);
  }

  /** A caller: who finds the buffer retired reads the routes again. */
  @Actor
  public void append() {
    PendingRecord member = new PendingRecord(1, 300, 4);
    while (!routes.bufferFor(user.hashKey()).append(member, user)) {
      Thread.onSpinWait();
    }
  }

  /** The loop: first the new routes, then the retiring. */
  @Actor
  public void reroute() {
    routes = old.next(AFTER, this::buffer);
    old.buffers().forEach(buffer -> buffer.retireTo(taken));
  }

  /** How many user records were taken out, are in the new buffer, and are left in the old one. */
  @Arbiter
  public void look(III_Result result) {
    result.r1 = taken.stream().mapToInt(KinesisRecord::live).sum();
    result.r2 = routes.buffers().get(0).userRecords();
    result.r3 = old.buffers().get(0).userRecords();
  }
}
