// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;

/**
 * A sender that was given up joins an aggregate while the loop releases it and its chunk goes to
 * another: it reads its own bytes or is refused, and the chunk goes back to the pool once.
 */
@JCStressTest
@Outcome(id = "1, true", expect = ACCEPTABLE, desc = "joined in time")
@Outcome(id = "0, true", expect = ACCEPTABLE, desc = "refused: it was released")
@Outcome(expect = FORBIDDEN, desc = "bytes of another aggregate, or a chunk is lost or kept twice")
@State
public class JoinAgainstReleaseStress {

  private static final byte[] EXPECTED = "what was put".getBytes(UTF_8);

  private final ChunkPool pool = new ChunkPool(10_000);
  private final byte[] chunk = new byte[ChunkPool.MIN_CHUNK_BYTES];
  private final SealedAggregate aggregate = sealed();
  private byte @Nullable [] joined;
  private byte @Nullable [] taken;

  /** In the one chunk of the pool. */
  private SealedAggregate sealed() {
    pool.give(chunk);
    AggregateEncoder encoder = new AggregateEncoder(1_000, 10, pool);
    if (!encoder.tryAdd("k".getBytes(UTF_8), null, ByteBuffer.wrap(EXPECTED))
        || pool.keptBytes() > 0) {
      throw new AssertionError("not in the chunk");
    }
    return encoder.seal();
  }

  /** A sender. */
  @Actor
  public void join() {
    try {
      joined = aggregate.join();
    } catch (IllegalStateException released) {
      joined = null;
    }
  }

  /** The loop; then a caller, whose record takes the chunk if it is free. */
  @Actor
  public void release() {
    aggregate.release();
    byte[] others = pool.take(ChunkPool.MIN_CHUNK_BYTES);
    Arrays.fill(others, (byte) '-');
    taken = others;
  }

  /** Whether it was joined, or -1 if with other bytes; whether the chunk has one owner now. */
  @Arbiter
  public void look(IZ_Result result) {
    byte[] read = joined;
    result.r1 = read == null ? 0 : Arrays.equals(read, EXPECTED) ? 1 : -1;
    boolean inPool = pool.keptBytes() > 0 && pool.take(chunk.length) == chunk;
    result.r2 = inPool != (taken == chunk) && pool.keptBytes() == 0;
  }
}
