// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import org.jspecify.annotations.Nullable;

/** The root of what the producer throws, and completes futures with. */
public abstract sealed class KinesisProducerException extends RuntimeException
    permits RecordFailedException, RecordRefusedException {

  private static final long serialVersionUID = 1;

  KinesisProducerException(String message, @Nullable Throwable cause) {
    this(message, cause, true);
  }

  KinesisProducerException(String message, @Nullable Throwable cause, boolean writableStackTrace) {
    super(message, cause, true, writableStackTrace);
  }

  /**
   * The record, with its payload, so that it can be kept or sent again.
   *
   * @return the record, never null
   */
  public abstract UserRecord userRecord();
}
