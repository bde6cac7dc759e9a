// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.kpl4j.Attempt;
import io.kpl4j.KinesisProducer;
import io.kpl4j.RecordFailedException;
import io.kpl4j.RecordResult;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One record that a producer has accepted, and what became of it. Thread-safe. */
final class SentRecord {

  /**
   * What the endpoint answers only where it has stored nothing. Any other failure leaves open
   * whether it has.
   */
  private static final Set<String> REFUSALS =
      Set.of(
          "InternalFailure",
          "ServiceUnavailable",
          "ProvisionedThroughputExceededException",
          "ExpiredTokenException",
          "ResourceNotFoundException");

  /** What attempts end with whose reply came and was not to be believed, or told of a drop. */
  private static final Set<String> SPOILT =
      Set.of("Record Count Mismatch", "Wrong Shard", "JsonParseException", "KinesisException");

  final String key;
  final String text;
  final long beganNanos = System.nanoTime();
  private final CompletableFuture<Void> completed;
  private volatile long acceptedNanos;
  private volatile long completedNanos;
  private volatile @Nullable RecordResult result;
  private volatile @Nullable Throwable failure;
  private volatile String completedBy = "";

  private SentRecord(KinesisProducer producer, String stream, String key, String text) {
    this.key = key;
    this.text = text;
    CompletableFuture<RecordResult> future = producer.put(stream, key, text.getBytes(UTF_8));
    this.acceptedNanos = System.nanoTime();
    this.completed =
        future.handle(
            (stored, thrown) -> {
              completedNanos = System.nanoTime();
              completedBy = Thread.currentThread().getName();
              result = stored;
              failure = thrown;
              return null;
            });
  }

  static SentRecord put(KinesisProducer producer, String stream, String key, String text) {
    return new SentRecord(producer, stream, key, text);
  }

  CompletableFuture<Void> completed() {
    return completed;
  }

  /** Where it was stored; null if it failed. */
  @Nullable RecordResult result() {
    return result;
  }

  /** Why it was given up; only of one that failed. */
  Throwable failure() {
    return requireNonNull(failure);
  }

  String completedBy() {
    return completedBy;
  }

  /** From the end of {@code put} to the completion: never longer than the record had. */
  long latencyNanos() {
    return Math.max(0, completedNanos - acceptedNanos);
  }

  /** From the beginning of {@code put} to the completion: never shorter than the record had. */
  long ageNanos() {
    return completedNanos - beganNanos;
  }

  /** In how many attempts the endpoint may have stored it. */
  long attemptsThatMayHaveStored() {
    long refused =
        attempts().stream()
            .filter(attempt -> attempt.errorCode().filter(REFUSALS::contains).isPresent())
            .count();
    return attemptCount() - refused;
  }

  /** Those that are kept. */
  private List<Attempt> attempts() {
    RecordResult stored = result;
    if (stored != null) {
      return stored.attempts();
    }
    return failure() instanceof RecordFailedException failed ? failed.attempts() : List.of();
  }

  private int attemptCount() {
    RecordResult stored = result;
    if (stored != null) {
      return stored.attemptCount();
    }
    return failure() instanceof RecordFailedException failed ? failed.attemptCount() : 0;
  }

  /**
   * Whether an attempt of it ended at the client, by a time limit or with its connection: there may
   * have been a reply. So may those that are not kept.
   */
  boolean mayHaveMissedAReply() {
    List<Attempt> kept = attempts();
    return kept.size() < attemptCount() || kept.stream().anyMatch(SentRecord::endedAtTheClient);
  }

  private static boolean endedAtTheClient(Attempt attempt) {
    return attempt
        .errorCode()
        .filter(code -> !REFUSALS.contains(code) && !SPOILT.contains(code))
        .isPresent();
  }

  boolean mayBeDuplicated() {
    RecordResult stored = result;
    return stored != null && stored.mayBeDuplicated();
  }

  @Override
  public String toString() {
    RecordResult stored = result;
    String outcome = stored != null ? stored + " " + stored.attempts() : String.valueOf(failure);
    return text.strip() + ": " + outcome;
  }
}
