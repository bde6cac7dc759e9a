// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

/** What the endpoint keeps of the records that it takes. */
public enum Storage {
  /** Every record, until its stream is deleted: GetRecords and the server itself can read them. */
  FULL,
  /** Nothing but counts of records and bytes: for load, where memory must not grow. */
  COUNT_ONLY
}
