// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

/**
 * Counts the user records in the data of a Kinesis record by the outline of its message. Neither
 * its digest nor what is inside a user record is looked at, so it costs next to nothing. Stateless.
 */
final class UserRecordCount {

  private static final int MAGIC_BYTES = 4;
  private static final int DIGEST_BYTES = 16;
  private static final int PARTITION_KEY_TAG = 0x0A;
  private static final int EXPLICIT_HASH_KEY_TAG = 0x12;
  private static final int RECORD_TAG = 0x1A;

  private UserRecordCount() {}

  /** How many there are; 1 if that is no aggregate. */
  static int in(byte[] data, int length) {
    int end = length - DIGEST_BYTES;
    if (end < MAGIC_BYTES || !hasMagic(data)) {
      return 1;
    }
    int records = 0;
    int at = MAGIC_BYTES;
    while (at < end) {
      int tag = data[at++];
      int size = 0;
      int shift = 0;
      byte next;
      do {
        if (at >= end || shift > 28) {
          return 1;
        }
        next = data[at++];
        size |= (next & 0x7F) << shift;
        shift += 7;
      } while (next < 0);
      boolean known = tag == RECORD_TAG || tag == PARTITION_KEY_TAG || tag == EXPLICIT_HASH_KEY_TAG;
      if (!known || size < 0 || size > end - at) {
        return 1;
      }
      if (tag == RECORD_TAG) {
        records++;
      }
      at += size;
    }
    return records;
  }

  private static boolean hasMagic(byte[] data) {
    return data[0] == (byte) 0xF3
        && data[1] == (byte) 0x89
        && data[2] == (byte) 0x9A
        && data[3] == (byte) 0xC2;
  }
}
