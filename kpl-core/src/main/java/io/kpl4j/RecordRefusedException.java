// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import org.jspecify.annotations.Nullable;

/**
 * A record that {@code put} did not accept: nothing of it is kept. Thrown by {@code put} itself;
 * but under {@link AdmissionPolicy#DROP} a dropped record's future, and under {@link
 * AdmissionPolicy#ASYNC} that of a record that waited in vain, fails with it. Immutable.
 */
public final class RecordRefusedException extends KinesisProducerException {

  private static final long serialVersionUID = 1;

  /** Why a record was not accepted. */
  public enum Reason {
    /**
     * There was no room in the buffer: for all of {@code MaxBlockTime}, or at the moment of the
     * call where the policy does not wait. Or so many records waited already that this one could
     * not.
     */
    BUFFER_FULL,
    /** There was no room in the buffer, and {@link AdmissionPolicy#DROP} dropped the record. */
    DROPPED,
    /** The producer is closed or closing. */
    CLOSED,
    /** The calling thread was interrupted while it waited for room; its interrupt flag is set. */
    INTERRUPTED,
    /**
     * A record of its key was given up, {@code KeyOrder} is {@code halt}, and the key was not
     * resumed.
     */
    KEY_HALTED,
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
    // The exception of a dropped record is not thrown: a trace would cost more than all else of it.
    super(message, cause, reason != Reason.DROPPED);
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
