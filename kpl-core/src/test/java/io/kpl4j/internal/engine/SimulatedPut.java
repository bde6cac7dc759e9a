// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.util.Objects.requireNonNull;

import io.kpl4j.RecordFailedException;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import io.kpl4j.internal.record.PendingRecord;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One record that a simulated caller puts, and what becomes of it. Confined to the simulation. */
final class SimulatedPut {

  final long id;
  final UserRecord record;
  final long calledNanos;

  /** When its permit was granted, and the record appended. */
  long admittedNanos = -1;

  /** Which one it was of all that were appended, from 1. */
  long appended;

  /** Which one it was of all that completed, from 1. */
  long completed;

  long completedNanos = -1;
  int completions;
  Runnable callback = () -> {};

  /** What its caller was given. */
  @Nullable PendingRecord future;

  boolean refused;

  /** Whether the caller ended the future by itself: what became of the record is not known then. */
  boolean meddled;

  @Nullable RecordResult result;
  @Nullable Throwable failure;

  SimulatedPut(long id, UserRecord record, long calledNanos) {
    this.id = id;
    this.record = record;
    this.calledNanos = calledNanos;
  }

  /** Bytes that tell the record's number and length. */
  static byte[] payload(long id, int size) {
    byte[] bytes = new byte[Math.max(Long.BYTES, size)];
    ByteBuffer.wrap(bytes).putLong(id);
    for (int i = Long.BYTES; i < bytes.length; i++) {
      bytes[i] = (byte) (id * 31 + i);
    }
    return bytes;
  }

  static long idOf(ByteBuffer payload) {
    return payload.getLong(payload.position());
  }

  boolean accepted() {
    return admittedNanos >= 0;
  }

  /** Its caller may have ended its future while it waited: what became of it shows at the end. */
  void runIsOver() {
    if (!accepted() && future != null) {
      admittedNanos = future.admittedNanos();
      refused = !accepted();
    }
  }

  /** Whether its caller has a future of it. */
  boolean hasFuture() {
    return future != null;
  }

  /** As its user does; the pipeline must not care. */
  void cancel() {
    requireNonNull(future, "not accepted").cancel(true);
  }

  boolean done() {
    return completions > 0;
  }

  boolean succeeded() {
    return result != null;
  }

  RecordResult result() {
    return requireNonNull(result, "no result");
  }

  RecordFailedException failed() {
    return (RecordFailedException) requireNonNull(failure, "no failure");
  }

  long latencyNanos() {
    return completedNanos - admittedNanos;
  }

  @Override
  public String toString() {
    return "put "
        + id
        + " to "
        + record.streamName()
        + " admitted "
        + admittedNanos
        + " done "
        + completedNanos
        + (result != null ? " " + result : failure != null ? " " + failure : " open");
  }
}
