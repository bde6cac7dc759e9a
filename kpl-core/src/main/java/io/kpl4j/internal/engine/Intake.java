// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.RecordRefusedException;
import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.aggregate.UserContent;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import io.kpl4j.internal.record.PendingRecord;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The caller's side of a {@code put}, in three steps: check, ask for a permit, append. Thread-safe.
 * It never parks and reads no clock, so that a test plays the caller.
 */
final class Intake {

  /** A partition key has 1 to 256 Unicode characters (PutRecords API reference). */
  static final int MAX_KEY_CHARACTERS = 256;

  /** What a permit weighs beside the record's bytes. */
  private static final int PERMIT_OVERHEAD_BYTES = 256;

  /**
   * How large a record may be. Immutable.
   *
   * @param maxDataBytes of data alone
   * @param maxRecordBytes of data and partition key together
   */
  record Limits(long maxDataBytes, long maxRecordBytes) {}

  /**
   * A record that was checked. Immutable.
   *
   * @param record as the caller gave it
   * @param stream its stream
   * @param content its bytes and hash key
   * @param permitBytes what its permit weighs
   */
  record Checked(UserRecord record, StreamPipeline stream, UserContent content, int permitBytes) {
    private Checked of(StreamPipeline other) {
      return new Checked(record, other, content, permitBytes);
    }
  }

  /**
   * A record that has asked for its permit. Immutable.
   *
   * @param checked the record, of the stream whose permit it asked for
   * @param waiter null if the permit is held
   */
  record Admitted(Checked checked, @Nullable Waiter waiter) {}

  private final AdmissionBudget budget;
  private final PipelineSettings settings;

  Intake(AdmissionBudget budget, PipelineSettings settings) {
    this.budget = budget;
    this.settings = settings;
  }

  /**
   * Checks a record against every limit that is known.
   *
   * @param streams finds the record's stream, or makes it; asked only if all is well
   * @throws IllegalArgumentException names what, the value and the limit, never payload or key
   */
  Checked check(UserRecord record, Function<UserRecord, StreamPipeline> streams) {
    if (record.streamName().isEmpty()) {
      throw new IllegalArgumentException("streamName is empty");
    }
    PipelineSettings own = settings.forStream(record.streamName());
    Limits limits = own.intake();
    byte[] key = encodedKey(record.partitionKey());
    ByteBuffer data = record.data();
    int dataBytes = data.remaining();
    if (dataBytes > limits.maxDataBytes()) {
      throw new IllegalArgumentException(
          "data has " + dataBytes + " bytes, at most MaxUserRecordSize = " + limits.maxDataBytes());
    }
    long size = (long) dataBytes + key.length;
    if (size > limits.maxRecordBytes()) {
      throw new IllegalArgumentException(
          "data and partition key have "
              + size
              + " bytes, at most the stream's record limit of "
              + limits.maxRecordBytes());
    }
    String explicit = record.explicitHashKey().orElse(null);
    HashKey hashKey = explicit == null ? HashKey.ofPartitionKey(key) : parsed(explicit);
    byte[] explicitAscii = explicit == null ? null : hashKey.toDecimal().getBytes(UTF_8);
    long wire = size + (explicitAscii == null ? 0 : explicitAscii.length);
    long permit =
        (own.aggregation().mayAggregate(dataBytes) ? 2 * wire : wire) + PERMIT_OVERHEAD_BYTES;
    if (permit > budget.maxBytes()) {
      throw new IllegalArgumentException(
          "the record takes "
              + permit
              + " bytes of the buffer, which has BufferMaxBytes = "
              + budget.maxBytes()
              + " in all");
    }
    UserContent content = new UserContent(key, explicitAscii, data, hashKey);
    return new Checked(record, streams.apply(record), content, (int) permit);
  }

  private static HashKey parsed(String explicitHashKey) {
    try {
      return HashKey.parse(explicitHashKey);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "explicitHashKey is not a decimal number from 0 to 2^128-1, digits only", e);
    }
  }

  private static byte[] encodedKey(String key) {
    int characters = 0;
    for (int i = 0; i < key.length(); characters++) {
      int character = key.codePointAt(i);
      if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
        throw new IllegalArgumentException(
            "partitionKey has an unpaired surrogate at " + i + ", which has no encoding");
      }
      i += Character.charCount(character);
    }
    if (characters < 1 || characters > MAX_KEY_CHARACTERS) {
      throw new IllegalArgumentException(
          "partitionKey has " + characters + " characters, allowed are 1 to " + MAX_KEY_CHARACTERS);
    }
    return key.getBytes(UTF_8);
  }

  /**
   * Asks for a permit. A stream that was retired since the record was checked is looked up again.
   *
   * @param streams finds the record's stream, or makes it
   * @param exempt whether the caller is a completion thread
   */
  Admitted admit(Checked checked, Function<UserRecord, StreamPipeline> streams, boolean exempt) {
    Checked asking = checked;
    Waiter waiter;
    while ((waiter = acquire(asking, exempt)) != null && waiter.state() == Waiter.State.RETIRED) {
      asking = checked.of(streams.apply(checked.record()));
    }
    return new Admitted(asking, waiter);
  }

  private @Nullable Waiter acquire(Checked checked, boolean exempt) {
    return budget.acquire(checked.stream().account(), checked.permitBytes(), exempt);
  }

  /**
   * Puts an admitted record into its buffer. From here on it completes exactly once; if this
   * throws, its permit is back and nothing of it is kept.
   */
  PendingRecord append(Checked checked, long nowNanos) {
    StreamPipeline stream = checked.stream();
    boolean appended = false;
    try {
      PendingRecord pending =
          new PendingRecord(nowNanos, checked.permitBytes(), checked.content().data().remaining());
      while (!stream
          .routes()
          .bufferFor(checked.content().hashKey())
          .append(pending, checked.content())) {
        if (stream.closed()) {
          throw closed(checked.record());
        }
        Thread.onSpinWait();
      }
      appended = true;
      return pending;
    } finally {
      if (!appended) {
        giveBack(checked);
      }
    }
  }

  /** Gives the permit of a record back that was admitted and will not be appended. */
  void giveBack(Checked checked) {
    Waiters.wake(budget.release(checked.stream().account(), checked.permitBytes(), 1));
    checked.stream().nudge();
  }

  static RecordRefusedException closed(UserRecord record) {
    return new RecordRefusedException(
        record, RecordRefusedException.Reason.CLOSED, "the producer is closed");
  }
}
