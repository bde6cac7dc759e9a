// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.event;

/** The user records of one Kinesis record that was stored. Valid during the call only. */
public interface StoredRecords {

  /** {@return how many they are} */
  int count();

  /**
   * {@return the data of one in bytes}
   *
   * @param index from 0
   */
  int dataBytes(int index);

  /**
   * {@return from its acceptance by {@code put} to the verdict, in nanoseconds}
   *
   * @param index from 0
   */
  long latencyNanos(int index);

  /** {@return attempts made of each, at least 1} */
  int attempts();
}
