// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

/** Tags, sizes and varints of the format, as the package's description shows them. Stateless. */
final class Wire {

  /** F3 89 9A C2, read with the most significant byte first. */
  static final int MAGIC = 0xF3899AC2;

  static final int MAGIC_SIZE = 4;

  /** What surrounds the message: magic before it, MD5 behind it. */
  static final int ENVELOPE_SIZE = MAGIC_SIZE + Md5.SIZE_BYTES;

  static final int PARTITION_KEY_TAG = 0x0A;
  static final int EXPLICIT_HASH_KEY_TAG = 0x12;
  static final int RECORD_TAG = 0x1A;

  static final int RECORD_PARTITION_KEY_INDEX_TAG = 0x08;
  static final int RECORD_EXPLICIT_HASH_KEY_INDEX_TAG = 0x10;
  static final int RECORD_DATA_TAG = 0x1A;
  static final int RECORD_LABEL_TAG = 0x22;
  static final int LABEL_KEY_TAG = 0x0A;

  private Wire() {}

  /** Bytes of a number that is not negative: one for every seven bits begun. */
  static int varintSize(long value) {
    return 1 + (63 - Long.numberOfLeadingZeros(value | 1)) / 7;
  }

  /** Bytes of a field with a tag of one byte, its length and its content. */
  static long fieldSize(long contentSize) {
    return 1 + varintSize(contentSize) + contentSize;
  }

  /** Writes a number that is not negative and returns the offset behind it. */
  static int writeVarint(byte[] out, int offset, int value) {
    int at = offset;
    int rest = value;
    while (rest > 0x7F) {
      out[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    out[at++] = (byte) rest;
    return at;
  }
}
