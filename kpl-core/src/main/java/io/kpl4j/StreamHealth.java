// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What there is to say of a stream that is not wholly well. Immutable. */
public final class StreamHealth {

  /** What a stream may suffer from. */
  public enum Condition {
    /**
     * Calls failed as a whole: nothing is sent for a while, or one call at a time until one is
     * answered.
     */
    PAUSED,
    /**
     * The shards are not known, so records are sent one by one. So it is for a moment at the start,
     * and for good without the permission {@code kinesis:ListShards}.
     */
    WITHOUT_SHARD_MAP,
    /** The service has throttled a record of it within the last 10 seconds. */
    THROTTLED,
    /** The last thing heard of it is the {@link #lastFatalError()}: no call was answered since. */
    FAILING
  }

  /** Why records of a stream were given up for good. Immutable. */
  public static final class FatalError {
    private final String code;
    private final String message;
    private final Instant at;

    /**
     * Creates an error.
     *
     * @param code the service's error code, or one of the producer's own
     * @param message what a person needs to act on it; without payload or key
     * @param at when
     */
    public FatalError(String code, String message, Instant at) {
      this.code = requireNonNull(code, "code");
      this.message = requireNonNull(message, "message");
      this.at = requireNonNull(at, "at");
    }

    /** {@return the service's error code, such as {@code AccessDeniedException}, or one of ours} */
    public String code() {
      return code;
    }

    /** {@return what a person needs to act on it; without payload or key} */
    public String message() {
      return message;
    }

    /** {@return when, by the wall clock} */
    public Instant at() {
      return at;
    }

    @Override
    public String toString() {
      return message + " at " + at;
    }
  }

  private final String streamName;
  private final Set<Condition> conditions;
  private final @Nullable FatalError lastFatalError;

  /**
   * Creates a stream's health.
   *
   * @param streamName the name as given to {@code put}
   * @param conditions what it suffers from now
   * @param lastFatalError its last fatal error, or null if it had none
   */
  public StreamHealth(
      String streamName, Set<Condition> conditions, @Nullable FatalError lastFatalError) {
    this.streamName = requireNonNull(streamName, "streamName");
    this.conditions = Set.copyOf(conditions);
    this.lastFatalError = lastFatalError;
  }

  /** {@return the stream's name as given to {@code put}} */
  public String streamName() {
    return streamName;
  }

  /** {@return what it suffers from now} May be empty if it has recovered from a fatal error. */
  public Set<Condition> conditions() {
    return conditions;
  }

  /**
   * {@return the last error for which records were given up although their time was not over: no
   * such stream, access denied, wrong credentials, or a fault inside the producer} Forgotten when
   * nobody has used the stream for 15 minutes.
   */
  public Optional<FatalError> lastFatalError() {
    return Optional.ofNullable(lastFatalError);
  }

  @Override
  public String toString() {
    return streamName + " " + conditions + (lastFatalError == null ? "" : " " + lastFatalError);
  }
}
