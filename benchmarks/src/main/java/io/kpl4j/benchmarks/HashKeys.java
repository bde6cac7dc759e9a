// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.shard.ShardMap;
import io.kpl4j.internal.shard.ShardRange;
import java.math.BigInteger;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** From a partition key to its shard, beside the MD5 that it cannot do without. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HashKeys {

  private static final int KEYS = 1 << 10;
  private static final BigInteger RING = BigInteger.ONE.shiftLeft(128);

  /** How many shards the stream has. */
  @Param({"10", "100", "1000", "10000"})
  public int shards = 10;

  private final String[] keys = new String[KEYS];
  private final byte[][] keysUtf8 = new byte[KEYS][];
  private final HashKey[] hashKeys = new HashKey[KEYS];
  private final byte[] hash = new byte[16];
  private @Nullable MessageDigest md5;
  private ShardMap map = mapOf(1);
  private int next;

  /** Creates what JMH sets up. */
  public HashKeys() {}

  /**
   * Makes keys of 32 characters and a map of equal shards.
   *
   * @throws NoSuchAlgorithmException never
   */
  @Setup
  public void prepare() throws NoSuchAlgorithmException {
    md5 = MessageDigest.getInstance("MD5");
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < KEYS; i++) {
      keys[i] = String.format("%016x%016x", random.nextLong(), random.nextLong());
      keysUtf8[i] = keys[i].getBytes(UTF_8);
      hashKeys[i] = HashKey.ofPartitionKey(keys[i]);
    }
    map = mapOf(shards);
  }

  private static ShardMap mapOf(int shards) {
    List<ShardRange> ranges =
        IntStream.range(0, shards)
            .mapToObj(
                i ->
                    new ShardRange(
                        "shardId-%012d".formatted(i),
                        HashKey.parse(bound(i, shards).toString()),
                        HashKey.parse(bound(i + 1, shards).subtract(BigInteger.ONE).toString()),
                        true))
            .toList();
    return ShardMap.covering(ranges).orElseThrow();
  }

  private static BigInteger bound(int shard, int shards) {
    return RING.multiply(BigInteger.valueOf(shard)).divide(BigInteger.valueOf(shards));
  }

  private int next() {
    return next++ & (KEYS - 1);
  }

  /**
   * Nothing but the hash: what the others are held against.
   *
   * @return the hash
   * @throws DigestException never
   */
  @Benchmark
  public byte[] bareMd5() throws DigestException {
    MessageDigest digest = requireNonNull(md5);
    digest.update(keysUtf8[next()]);
    int unused = digest.digest(hash, 0, hash.length);
    return hash;
  }

  /** {@return the shard of a key, by its hash} */
  @Benchmark
  public int predict() {
    HashKey key = HashKey.ofPartitionKey(keys[next()]);
    return map.indexOf(key.high(), key.low());
  }

  /** {@return the shard of a hash} */
  @Benchmark
  public int lookUp() {
    HashKey key = hashKeys[next()];
    return map.indexOf(key.high(), key.low());
  }
}
