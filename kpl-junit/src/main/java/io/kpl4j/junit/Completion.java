// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

/** When an {@link InMemoryKinesisProducer} answers the records that it accepts. */
public enum Completion {
  /** During {@code put}: the future that it returns is complete. */
  AT_ONCE,
  /**
   * As the real one sends them: at a flush, at the close, or when the clock has moved by {@code
   * RecordMaxBufferedTime} since the record was put.
   */
  WHEN_DUE,
  /**
   * When the test says so, by {@link InMemoryKinesisProducer#answerNext()} and its like; at the
   * close at the latest.
   */
  BY_HAND
}
