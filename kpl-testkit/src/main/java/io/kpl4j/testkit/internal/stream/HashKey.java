// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A point of the hash key space, an unsigned number of 128 bits. Immutable.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
public record HashKey(long high, long low) implements Comparable<HashKey> {

  /** The least hash key, 0. */
  public static final HashKey MIN = new HashKey(0, 0);

  /** The greatest hash key, 2^128 - 1. */
  public static final HashKey MAX = new HashKey(-1, -1);

  private static final int MAX_DIGITS = 39;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** Where a record without an explicit hash key goes. {@code md5} is reset by its use. */
  static HashKey ofPartitionKey(String partitionKey, MessageDigest md5) {
    byte[] digest = md5.digest(partitionKey.getBytes(UTF_8));
    return new HashKey((long) LONGS.get(digest, 0), (long) LONGS.get(digest, 8));
  }

  /** Reads a decimal number; null if it is none, or not below 2^128. */
  public static @Nullable HashKey parse(String decimal) {
    int length = decimal.length();
    if (length == 0 || length > MAX_DIGITS) {
      return null;
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < length; i++) {
      int digit = decimal.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      // (high, low) * 10 + digit; only the high half can leave the 128 bits.
      long carry = unsignedMultiplyHigh(low);
      long product = low * 10;
      long sum = product + digit;
      if (Long.compareUnsigned(sum, product) < 0) {
        carry++;
      }
      long scaled = high * 10;
      long newHigh = scaled + carry;
      if (unsignedMultiplyHigh(high) != 0 || Long.compareUnsigned(newHigh, scaled) < 0) {
        return null;
      }
      high = newHigh;
      low = sum;
    }
    return new HashKey(high, low);
  }

  /** The upper 64 bits of an unsigned number times ten, which are at most 9. */
  private static long unsignedMultiplyHigh(long value) {
    return Math.multiplyHigh(value, 10) + ((value >> 63) & 10);
  }

  static HashKey of(BigInteger value) {
    if (value.signum() < 0 || value.bitLength() > 128) {
      throw new IllegalArgumentException("not a hash key: " + value);
    }
    return new HashKey(value.shiftRight(64).longValue(), value.longValue());
  }

  /** The same number, for arithmetic off the hot path. */
  public BigInteger toBigInteger() {
    return unsigned(high).shiftLeft(64).add(unsigned(low));
  }

  private static BigInteger unsigned(long value) {
    BigInteger upper = BigInteger.valueOf(value >>> 32).shiftLeft(32);
    return upper.or(BigInteger.valueOf(value & 0xFFFF_FFFFL));
  }

  HashKey next() {
    return new HashKey(low == -1 ? high + 1 : high, low + 1);
  }

  HashKey previous() {
    return new HashKey(low == 0 ? high - 1 : high, low - 1);
  }

  @Override
  public int compareTo(HashKey other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  /** The decimal form, as the service writes it. */
  @Override
  public String toString() {
    return high == 0 ? Long.toUnsignedString(low) : toBigInteger().toString();
  }
}
