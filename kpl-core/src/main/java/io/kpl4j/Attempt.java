// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One try at sending a record: when, how long, and what came back. Immutable. */
public final class Attempt {

  private final Instant startedAt;
  private final Duration duration;
  private final @Nullable String errorCode;
  private final @Nullable String errorMessage;

  /**
   * Creates an attempt.
   *
   * @param startedAt when the call was handed to the sender, by the wall clock
   * @param duration from the hand-over to the reply, by the monotonic clock
   * @param errorCode the service's or the client's error code, or null if the attempt succeeded
   * @param errorMessage the text beside the code, or null
   */
  public Attempt(
      Instant startedAt,
      Duration duration,
      @Nullable String errorCode,
      @Nullable String errorMessage) {
    this.startedAt = startedAt;
    this.duration = duration;
    this.errorCode = errorCode;
    this.errorMessage = errorMessage;
  }

  /** {@return when the call was handed to the sender, by the wall clock} */
  public Instant startedAt() {
    return startedAt;
  }

  /** {@return from the hand-over to the reply} */
  public Duration duration() {
    return duration;
  }

  /** {@return the service's or the client's error code; empty if the attempt succeeded} */
  public Optional<String> errorCode() {
    return Optional.ofNullable(errorCode);
  }

  /** {@return the text beside the error code; empty if there was none} */
  public Optional<String> errorMessage() {
    return Optional.ofNullable(errorMessage);
  }

  /** {@return whether the service accepted the record in this attempt} */
  public boolean successful() {
    return errorCode == null;
  }

  @Override
  public String toString() {
    return errorCode == null
        ? "Attempt[" + startedAt + ", " + duration + ", ok]"
        : "Attempt[" + startedAt + ", " + duration + ", " + errorCode + ": " + errorMessage + "]";
  }
}
