// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

/**
 * Whether the records of a key keep their order. A properties file spells it in lower case.
 *
 * <p>A key is what decides the shard: the explicit hash key, or the partition key where a record
 * has none. Order is that of the calls of {@code put}: calls by threads that do not wait for each
 * other have none.
 */
public enum KeyOrder {
  /** Not: Kinesis keeps none inside a PutRecords call. */
  NONE,
  /** Yes; a record that is given up is left out, and those behind it go on. */
  SKIP,
  /**
   * Yes; a record that is given up halts its key: those behind it fail, and {@code put} refuses the
   * key until it is resumed.
   */
  HALT
}
