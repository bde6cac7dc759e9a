// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import org.jspecify.annotations.Nullable;

/**
 * Reads the explicit hash keys of foreign aggregates as the KCL does, which hands them to {@link
 * java.math.BigInteger}: a sign, leading zeros and the digits of any script are fine. Unlike that
 * class it takes a megabyte of digits in a pass. Stateless.
 */
final class LenientDecimal {

  private static final int MAX_DIGITS = 39;

  private LenientDecimal() {}

  /**
   * Reads a number.
   *
   * @return the hash key, or null for a number outside 0 to 2^128-1
   * @throws NumberFormatException if it is no number
   */
  static @Nullable HashKey parse(String text) {
    int start = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    if (start == text.length()) {
      throw new NumberFormatException("no digits");
    }
    StringBuilder digits = new StringBuilder(MAX_DIGITS + 1);
    for (int i = start; i < text.length(); i++) {
      int digit = Character.digit(text.charAt(i), 10);
      if (digit < 0) {
        throw new NumberFormatException("not a digit");
      }
      boolean leadingZero = digit == 0 && digits.length() == 0;
      if (!leadingZero && digits.length() <= MAX_DIGITS) {
        digits.append((char) ('0' + digit));
      }
    }
    if (digits.length() == 0) {
      return HashKey.MIN;
    }
    return text.startsWith("-") ? null : HashKey.parseOrNull(digits.toString());
  }
}
