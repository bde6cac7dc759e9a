// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A place on the ring of hash keys that a stream's shards divide: an unsigned number of 128 bits,
 * held as two longs. Immutable.
 */
public final class HashKey implements Comparable<HashKey> {

  /** The least hash key, 0. */
  public static final HashKey MIN = new HashKey(0, 0);

  /** The greatest hash key, 2^128 - 1. */
  public static final HashKey MAX = new HashKey(-1, -1);

  private static final long LOW_HALF = 0xFFFF_FFFFL;

  /**
   * 2^64 - 1 divided by ten, and what is left over: the last step before the high long overflows.
   */
  private static final long MAX_TENTH = 1_844_674_407_370_955_161L;

  private static final long MAX_TENTH_REST = 5;

  private final long high;
  private final long low;

  private HashKey(long high, long low) {
    this.high = high;
    this.low = low;
  }

  /**
   * Returns the hash key of two unsigned halves.
   *
   * @param high the upper 64 bits
   * @param low the lower 64 bits
   * @return the hash key
   */
  public static HashKey of(long high, long low) {
    return new HashKey(high, low);
  }

  /**
   * Returns the hash key that Kinesis gives to a partition key: the MD5 of its UTF-8 bytes.
   *
   * @param partitionKey the partition key
   * @return its hash key
   */
  public static HashKey ofPartitionKey(String partitionKey) {
    return ofPartitionKey(partitionKey.getBytes(UTF_8));
  }

  /**
   * Returns the hash key that Kinesis gives to a partition key: the MD5 of its UTF-8 bytes.
   *
   * @param partitionKeyUtf8 the partition key in UTF-8
   * @return its hash key
   */
  public static HashKey ofPartitionKey(byte[] partitionKeyUtf8) {
    return Md5.ofThread().hashKey(requireNonNull(partitionKeyUtf8, "partitionKeyUtf8"));
  }

  /**
   * Reads a decimal number: digits only, no sign, no blanks.
   *
   * @param decimal 0 to 2^128 - 1
   * @return the hash key
   * @throws IllegalArgumentException if it is anything else
   */
  public static HashKey parse(String decimal) {
    HashKey key = parseOrNull(requireNonNull(decimal, "decimal"));
    if (key == null) {
      throw new IllegalArgumentException(
          "a hash key is a decimal number from 0 to 2^128-1, digits only");
    }
    return key;
  }

  /** Reads a decimal number; null if it is none or does not fit 128 bits. */
  static @Nullable HashKey parseOrNull(String decimal) {
    if (decimal.isEmpty()) {
      return null;
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < decimal.length(); i++) {
      int digit = decimal.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      // Times ten plus the digit, in halves of 32 bits, so that the carry shows.
      long lower = (low & LOW_HALF) * 10 + digit;
      long upper = (low >>> 32) * 10 + (lower >>> 32);
      low = (upper << 32) | (lower & LOW_HALF);
      long carry = upper >>> 32;
      int order = Long.compareUnsigned(high, MAX_TENTH);
      if (order > 0 || (order == 0 && carry > MAX_TENTH_REST)) {
        return null;
      }
      high = high * 10 + carry;
    }
    return new HashKey(high, low);
  }

  /** {@return the upper 64 bits, unsigned} */
  public long high() {
    return high;
  }

  /** {@return the lower 64 bits, unsigned} */
  public long low() {
    return low;
  }

  /**
   * Returns the hash key after this one.
   *
   * @return this plus one
   * @throws ArithmeticException after {@link #MAX}
   */
  public HashKey next() {
    if (equals(MAX)) {
      throw new ArithmeticException("no hash key after 2^128-1");
    }
    return new HashKey(low == -1 ? high + 1 : high, low + 1);
  }

  /**
   * Returns the hash key before this one.
   *
   * @return this less one
   * @throws ArithmeticException before {@link #MIN}
   */
  public HashKey previous() {
    if (equals(MIN)) {
      throw new ArithmeticException("no hash key before 0");
    }
    return new HashKey(low == 0 ? high - 1 : high, low - 1);
  }

  /**
   * Compares two hash keys given as unsigned halves, without an object for either.
   *
   * @param high1 the upper half of the first
   * @param low1 the lower half of the first
   * @param high2 the upper half of the second
   * @param low2 the lower half of the second
   * @return negative, zero or positive as the first is less than, equal to or greater than the
   *     second
   */
  public static int compare(long high1, long low1, long high2, long low2) {
    int order = Long.compareUnsigned(high1, high2);
    return order != 0 ? order : Long.compareUnsigned(low1, low2);
  }

  @Override
  public int compareTo(HashKey other) {
    return compare(high, low, other.high, other.low);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HashKey that && high == that.high && low == that.low;
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(high) + Long.hashCode(low);
  }

  /** {@return the number in decimal, as Kinesis writes it: no leading zeros} */
  public String toDecimal() {
    if (high == 0) {
      return Long.toUnsignedString(low);
    }
    byte[] bytes = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    return new BigInteger(1, bytes).toString();
  }

  /** The same as {@link #toDecimal()}. */
  @Override
  public String toString() {
    return toDecimal();
  }
}
