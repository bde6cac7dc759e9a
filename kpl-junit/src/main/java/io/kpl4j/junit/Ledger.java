// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kpl4j.FailureReason;
import io.kpl4j.KeyOrder;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.RecordFailedException;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordRefusedException.Reason;
import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.HashKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a producer in memory holds and has held. Thread-safe; calls nothing of the user's.
 *
 * <p>A record is pending until somebody takes it to answer it, and outstanding until its callers
 * were told. Its room in the buffer is free before they are.
 */
final class Ledger {

  /** A key of one stream that takes no records. Immutable. */
  private record HaltedKey(String streamName, HashKey hashKey) {}

  private final KinesisProducerConfig config;

  @GuardedBy("this")
  private final Set<Held> pending = new LinkedHashSet<>();

  @GuardedBy("this")
  private final Set<Held> outstanding = new LinkedHashSet<>();

  @GuardedBy("this")
  private final Set<HaltedKey> halted = new HashSet<>();

  @GuardedBy("this")
  private final List<UserRecord> accepted = new ArrayList<>();

  @GuardedBy("this")
  private final List<UserRecord> stored = new ArrayList<>();

  @GuardedBy("this")
  private final List<RecordFailedException> failures = new ArrayList<>();

  @GuardedBy("this")
  private long heldBytes;

  @GuardedBy("this")
  private long heldRecords;

  @GuardedBy("this")
  private boolean full;

  @GuardedBy("this")
  private boolean closed;

  @GuardedBy("this")
  private @Nullable Throwable fault;

  Ledger(KinesisProducerConfig config) {
    this.config = config;
  }

  /**
   * Refuses a record that is not to be checked at all.
   *
   * @throws RecordRefusedException if the producer is closed or has failed
   */
  synchronized void refuseIfOver(UserRecord record) {
    if (fault != null) {
      throw new RecordRefusedException(
          record, Reason.PRODUCER_FAILED, "the producer failed: " + fault, fault);
    }
    if (closed) {
      throw new RecordRefusedException(record, Reason.CLOSED, "the producer is closed");
    }
  }

  /**
   * Accepts a record if there is room for it.
   *
   * @param asPut the record as its caller has it
   * @throws RecordRefusedException if the producer is closed or has failed, or its key is halted
   */
  synchronized boolean accept(Held held, UserRecord asPut) {
    refuseIfOver(asPut);
    if (halted.contains(key(held))) {
      throw new RecordRefusedException(
          asPut,
          Reason.KEY_HALTED,
          "an earlier record of the same key was given up, and KeyOrder is halt: the key takes no"
              + " records until resumeKey or resumeKeys");
    }
    if (full
        || heldRecords >= config.bufferMaxRecords()
        || heldBytes + held.permitBytes() > config.bufferMaxBytes()) {
      return false;
    }
    heldBytes += held.permitBytes();
    heldRecords++;
    pending.add(held);
    outstanding.add(held);
    accepted.add(held.record());
    return true;
  }

  /** How full the buffer is. */
  synchronized String fullness() {
    return full
        ? "no room in the buffer: the test says that it is full"
        : "no room in the buffer: it holds "
            + heldBytes
            + " of "
            + config.bufferMaxBytes()
            + " bytes and "
            + heldRecords
            + " of "
            + config.bufferMaxRecords()
            + " records";
  }

  /**
   * Takes a record that is pending: from here on its taker alone answers it.
   *
   * @return false if somebody else has taken it
   * @throws IllegalStateException if it would overtake a record of its key
   */
  synchronized boolean take(Held held) {
    if (!pending.contains(held)) {
      return false;
    }
    refuseOvertaking(held);
    return pending.remove(held);
  }

  @GuardedBy("this")
  private void refuseOvertaking(Held taken) {
    if (taken.own().keyOrder() == KeyOrder.NONE) {
      return;
    }
    for (Held earlier : pending) {
      if (earlier.equals(taken)) {
        return;
      }
      if (earlier.ofSameKey(taken)) {
        throw new IllegalStateException(
            "an earlier record of the same key is pending, and KeyOrder is "
                + taken.own().keyOrder());
      }
    }
  }

  /** A record that was taken is stored. */
  synchronized void stored(Held held) {
    leave(held);
    stored.add(held.record());
  }

  /**
   * A record that was taken is given up.
   *
   * @return those that fail with it, as their key is halted; taken, too
   */
  synchronized List<Held> failed(Held held, RecordFailedException failure) {
    leave(held);
    failures.add(failure);
    if (held.own().keyOrder() != KeyOrder.HALT
        || closed
        || failure.reason() == FailureReason.KEY_HALTED) {
      return List.of();
    }
    halted.add(key(held));
    List<Held> behind = pending.stream().filter(held::ofSameKey).toList();
    behind.forEach(pending::remove);
    return behind;
  }

  @GuardedBy("this")
  private void leave(Held held) {
    heldBytes -= held.permitBytes();
    heldRecords--;
  }

  /** Everybody who wanted to know was told of it. */
  synchronized void told(Held held) {
    outstanding.remove(held);
  }

  private static HaltedKey key(Held held) {
    return new HaltedKey(held.streamName(), held.hashKey());
  }

  synchronized void resume(String streamName, HashKey hashKey) {
    halted.remove(new HaltedKey(streamName, hashKey));
  }

  synchronized void resume(String streamName) {
    halted.removeIf(key -> key.streamName().equals(streamName));
  }

  synchronized void full(boolean value) {
    full = value;
  }

  synchronized void close() {
    closed = true;
  }

  synchronized boolean closed() {
    return closed;
  }

  synchronized void fail(Throwable cause) {
    if (fault == null) {
      fault = cause;
    }
  }

  synchronized @Nullable Throwable fault() {
    return fault;
  }

  synchronized List<Held> pending() {
    return List.copyOf(pending);
  }

  synchronized List<Held> outstanding() {
    return List.copyOf(outstanding);
  }

  synchronized long outstandingRecords() {
    return outstanding.size();
  }

  synchronized long heldBytes() {
    return heldBytes;
  }

  synchronized List<UserRecord> accepted() {
    return List.copyOf(accepted);
  }

  synchronized List<UserRecord> stored() {
    return List.copyOf(stored);
  }

  synchronized List<RecordFailedException> failures() {
    return List.copyOf(failures);
  }

  synchronized void forget() {
    accepted.clear();
    stored.clear();
    failures.clear();
  }

  synchronized Duration oldestAge(Instant now) {
    return pending.isEmpty() ? Duration.ZERO : pending.iterator().next().age(now);
  }
}
