// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import io.kpl4j.aggregation.HashKey;
import java.math.BigInteger;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Where records are stored: shards of the same width, numbers that grow. Thread-safe. */
final class Placements {

  /** As long as those of the service. */
  private static final BigInteger FIRST_NUMBER = new BigInteger("49" + "0".repeat(54));

  private static final int HASH_KEY_BITS = 128;

  private final Map<String, Integer> shards;
  private final AtomicLong stored = new AtomicLong();

  /**
   * Creates shards.
   *
   * @param shards how many a stream has; one if it is not named
   */
  Placements(Map<String, Integer> shards) {
    this.shards = Map.copyOf(shards);
  }

  int shards(String streamName) {
    return shards.getOrDefault(streamName, 1);
  }

  String shardId(String streamName, HashKey hashKey) {
    BigInteger index =
        new BigInteger(hashKey.toDecimal())
            .multiply(BigInteger.valueOf(shards(streamName)))
            .shiftRight(HASH_KEY_BITS);
    return String.format("shardId-%012d", index.intValueExact());
  }

  String nextSequenceNumber() {
    return FIRST_NUMBER.add(BigInteger.valueOf(stored.incrementAndGet())).toString();
  }
}
