// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An accepted record that was given up: what it was, why, and what was tried. Immutable. The
 * message never holds the payload or a key.
 */
public final class RecordFailedException extends KinesisProducerException {

  private static final long serialVersionUID = 1;

  private final transient UserRecord userRecord;

  /** Why the record was given up. */
  private final FailureReason reason;

  private final transient List<Attempt> attempts;

  /** How many attempts there were in all. */
  private final int attemptCount;

  /** Whether the service may hold the record all the same. */
  private final boolean mayBeStored;

  /**
   * Creates the exception.
   *
   * @param userRecord the record
   * @param reason why it was given up
   * @param message what a person needs to act on it; without payload or key
   * @param attempts the attempts kept: the first 4 and the last 12
   * @param attemptCount how many attempts there were in all
   * @param mayBeStored whether the service may hold the record all the same
   * @param cause what led to it, or null
   */
  public RecordFailedException(
      UserRecord userRecord,
      FailureReason reason,
      String message,
      List<Attempt> attempts,
      int attemptCount,
      boolean mayBeStored,
      @Nullable Throwable cause) {
    super(message, cause);
    this.userRecord = userRecord;
    this.reason = reason;
    this.attempts = List.copyOf(attempts);
    this.attemptCount = attemptCount;
    this.mayBeStored = mayBeStored;
  }

  @Override
  public UserRecord userRecord() {
    return userRecord;
  }

  /** {@return why the record was given up} */
  public FailureReason reason() {
    return reason;
  }

  /** {@return the attempts in order: the first 4 and the last 12} Empty if there was none. */
  public List<Attempt> attempts() {
    return attempts;
  }

  /** {@return how many attempts there were in all} */
  public int attemptCount() {
    return attemptCount;
  }

  /**
   * {@return whether the service may hold the record all the same, because the outcome of an
   * attempt never became known}
   */
  public boolean mayBeStored() {
    return mayBeStored;
  }
}
