// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

/**
 * What {@link KinesisProducer#put} does with a record for which the buffer has no room. A
 * properties file spells the names in lower case.
 */
public enum AdmissionPolicy {
  /**
   * The call waits for room, at most {@code MaxBlockTime}, and then throws {@link
   * RecordRefusedException}.
   */
  BLOCK,
  /** The call throws {@link RecordRefusedException} at once. */
  FAIL,
  /**
   * The call copies the record and returns at once; the record waits for room, at most {@code
   * MaxBlockTime}, and then its future fails with {@link RecordRefusedException}. At most {@code
   * MaxWaitingAdmissions} records wait, which weigh no more than a quarter of {@code
   * BufferMaxBytes} together; the call throws {@link RecordRefusedException} for one more. Records
   * that one thread puts to one stream are accepted in that order.
   */
  ASYNC,
  /**
   * The call drops the record and returns a future that has failed already, with {@link
   * RecordRefusedException.Reason#DROPPED}. {@link KinesisProducer#droppedRecords()} counts.
   */
  DROP
}
