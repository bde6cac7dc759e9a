// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordRefusedException.Reason;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that the drop policy dropped: counted, and warned of once a minute at most. Thread-safe.
 */
final class DroppedRecords {

  private static final Logger LOG = LoggerFactory.getLogger(DroppedRecords.class);
  private static final long LOG_EVERY_NANOS = 60_000_000_000L;

  private final LongAdder dropped = new LongAdder();
  private final AtomicLong nextLogNanos = new AtomicLong(Long.MIN_VALUE);

  /** How many there were in all. */
  long count() {
    return dropped.sum();
  }

  /** Drops a record: its future has failed when it is returned. */
  CompletableFuture<RecordResult> drop(UserRecord record, long nowNanos) {
    dropped.increment();
    long next = nextLogNanos.get();
    if (nowNanos >= next && nextLogNanos.compareAndSet(next, nowNanos + LOG_EVERY_NANOS)) {
      LOG.warn("The buffer is full; {} records were dropped so far", count());
    }
    return CompletableFuture.failedFuture(
        new RecordRefusedException(
            record, Reason.DROPPED, "no room in the buffer: AdmissionPolicy is drop"));
  }

  /** Says at the end what may not have been said. */
  void sum() {
    if (count() > 0) {
      LOG.warn("{} records were dropped in all, as the buffer was full", count());
    }
  }
}
