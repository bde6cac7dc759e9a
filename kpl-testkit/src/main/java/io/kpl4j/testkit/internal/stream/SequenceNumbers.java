// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the sequence numbers of one shard: 56 digits, as the service's. Immutable.
 *
 * <pre>
 * digits  2   12                          19                     12           11
 *         49  stream's creation, seconds  number in the stream   shard index  zeros
 * </pre>
 *
 * <p>The number in the stream grows with every record of any shard, so that the order of arrival
 * can be read from the sequence numbers.
 */
final class SequenceNumbers {

  private static final int PREFIX_DIGITS = 14;
  private static final int NUMBER_DIGITS = 19;
  private static final int INDEX_DIGITS = 12;
  private static final int DIGITS = 56;

  private final byte[] template = new byte[DIGITS];

  SequenceNumbers(long creationSeconds, int shardIndex) {
    template[0] = '4';
    template[1] = '9';
    writeDigits(template, 2, PREFIX_DIGITS - 2, creationSeconds);
    writeDigits(template, PREFIX_DIGITS + NUMBER_DIGITS, INDEX_DIGITS, shardIndex);
    int used = PREFIX_DIGITS + NUMBER_DIGITS + INDEX_DIGITS;
    writeDigits(template, used, DIGITS - used, 0);
  }

  @SuppressWarnings("deprecation") // the one constructor that takes Latin-1 bytes without a decoder
  String format(long number) {
    byte[] digits = template.clone();
    writeDigits(digits, PREFIX_DIGITS, NUMBER_DIGITS, number);
    return new String(digits, 0, 0, DIGITS);
  }

  /** The number in the stream, or null if this is not a sequence number of this shard. */
  @Nullable Long parse(String sequenceNumber) {
    if (sequenceNumber.length() != DIGITS) {
      return null;
    }
    long number = 0;
    for (int i = 0; i < DIGITS; i++) {
      char c = sequenceNumber.charAt(i);
      if (i >= PREFIX_DIGITS && i < PREFIX_DIGITS + NUMBER_DIGITS) {
        if (c < '0' || c > '9') {
          return null;
        }
        number = number * 10 + (c - '0');
      } else if (c != template[i]) {
        return null;
      }
    }
    return number < 0 ? null : number;
  }

  private static void writeDigits(byte[] target, int offset, int width, long value) {
    long rest = value;
    for (int i = offset + width - 1; i >= offset; i--) {
      target[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
