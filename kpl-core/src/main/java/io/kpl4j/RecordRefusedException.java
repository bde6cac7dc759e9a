// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import org.jspecify.annotations.Nullable;

/**
 * A record that {@code put} did not accept: no future exists for it and nothing of it is kept.
 * Thrown by {@code put} itself. Immutable.
 */
public final class RecordRefusedException extends KinesisProducerException {

  private static final long serialVersionUID = 1;

  /** Why a record was not accepted. */
  public enum Reason {
    /** The buffer was full for all of {@code MaxBlockTime}. */
    BUFFER_FULL,
    /** The producer is closed or closing. */
    CLOSED,
    /** The calling thread was interrupted while it waited for room; its interrupt flag is set. */
    INTERRUPTED,
    /** The producer failed for good; the cause says why. */
    PRODUCER_FAILED
  }

  private final transient UserRecord userRecord;

  /** Why the record was not accepted. */
  private final Reason reason;

  /**
   * Creates the exception.
   *
   * @param userRecord the record
   * @param reason why it was not accepted
   * @param message what a person needs to act on it; without payload or key
   */
  public RecordRefusedException(UserRecord userRecord, Reason reason, String message) {
    this(userRecord, reason, message, null);
  }

  /**
   * Creates the exception with its cause.
   *
   * @param userRecord the record
   * @param reason why it was not accepted
   * @param message what a person needs to act on it; without payload or key
   * @param cause what led to it, or null
   */
  public RecordRefusedException(
      UserRecord userRecord, Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.userRecord = userRecord;
    this.reason = reason;
  }

  @Override
  public UserRecord userRecord() {
    return userRecord;
  }

  /** {@return why the record was not accepted} */
  public Reason reason() {
    return reason;
  }
}
