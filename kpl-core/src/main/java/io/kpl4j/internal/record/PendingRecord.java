// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import io.kpl4j.RecordResult;
import io.kpl4j.aggregation.HashKey;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One accepted record: the future that its caller holds, and what its permit weighs. Thread-safe.
 *
 * <p>What a user does to the future (cancel, complete, time out) changes the future only: the
 * pipeline never reads it, and the permit is given back at the verdict whatever the future says.
 */
public final class PendingRecord extends CompletableFuture<RecordResult> {

  private static final long NOT_YET = Long.MIN_VALUE;

  /** Set once, before the record is appended, and read under what guards its holder. */
  private long admittedNanos;

  private final int permitBytes;
  private final int dataBytes;
  private final @Nullable HashKey haltingKey;

  /**
   * Creates a record that was just admitted.
   *
   * @param admittedNanos when its permit was granted: linger and time to live run from here
   * @param permitBytes what its permit weighs
   * @param dataBytes its data, without keys
   */
  public PendingRecord(long admittedNanos, int permitBytes, int dataBytes) {
    this(admittedNanos, permitBytes, dataBytes, null);
  }

  /**
   * Creates a record that was just admitted.
   *
   * @param haltingKey the key that halts if the record is given up, or null if none does
   */
  public PendingRecord(
      long admittedNanos, int permitBytes, int dataBytes, @Nullable HashKey haltingKey) {
    this.admittedNanos = admittedNanos;
    this.permitBytes = permitBytes;
    this.dataBytes = dataBytes;
    this.haltingKey = haltingKey;
  }

  /**
   * Creates a record that waits to be admitted.
   *
   * @param permitBytes what its permit will weigh
   * @param dataBytes its data, without keys
   * @param haltingKey the key that halts if the record is given up, or null if none does
   */
  public static PendingRecord waiting(
      int permitBytes, int dataBytes, @Nullable HashKey haltingKey) {
    return new PendingRecord(NOT_YET, permitBytes, dataBytes, haltingKey);
  }

  /** Says that its permit was granted now: before it is appended, once. Loop only. */
  public void admitted(long nowNanos) {
    if (admittedNanos != NOT_YET) {
      throw new LedgerFault("a record admitted twice");
    }
    admittedNanos = nowNanos;
  }

  /** When its permit was granted. */
  public long admittedNanos() {
    return admittedNanos;
  }

  /** What its permit weighs, in bytes. */
  public int permitBytes() {
    return permitBytes;
  }

  /** Its data in bytes, without keys. */
  public int dataBytes() {
    return dataBytes;
  }

  /** The key that halts if the record is given up, or null if none does. */
  public @Nullable HashKey haltingKey() {
    return haltingKey;
  }

  /** Dependent stages are plain futures: they hold no permit. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
