// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * An interval of hash keys, both ends within. Immutable.
 *
 * @param start the least hash key
 * @param end the greatest hash key
 */
public record HashRange(HashKey start, HashKey end) {

  /** Cuts the whole ring into {@code count} ranges of the same width, as near as can be. */
  static List<HashRange> uniform(int count) {
    BigInteger width = HashKey.MAX.toBigInteger().add(BigInteger.ONE);
    BigInteger parts = BigInteger.valueOf(count);
    List<HashRange> ranges = new ArrayList<>(count);
    HashKey start = HashKey.MIN;
    for (int i = 1; i <= count; i++) {
      BigInteger next = width.multiply(BigInteger.valueOf(i)).divide(parts);
      HashKey end = HashKey.of(next.subtract(BigInteger.ONE));
      ranges.add(new HashRange(start, end));
      start = end.next();
    }
    return ranges;
  }

  boolean contains(HashKey key) {
    return start.compareTo(key) <= 0 && key.compareTo(end) <= 0;
  }

  boolean contains(HashRange other) {
    return contains(other.start) && contains(other.end);
  }

  boolean precedes(HashRange other) {
    return !end.equals(HashKey.MAX) && end.next().equals(other.start);
  }
}
