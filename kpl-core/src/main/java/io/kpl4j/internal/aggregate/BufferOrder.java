// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import io.kpl4j.internal.record.HaltedKeys;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where the records of one buffer stand among those of their stream. Immutable but for what it
 * refers to, which is thread-safe.
 *
 * @param generation how many maps there were before that of the buffer: callers may still append to
 *     buffers of the old map when others append to those of the new one, and what a caller left in
 *     the old one was first
 * @param sequence the stream's order of sealing
 * @param perKey whether the records of a key keep the order in which they were appended
 * @param halted the keys that take no records, or null where none ever is
 */
public record BufferOrder(
    long generation, AtomicLong sequence, boolean perKey, @Nullable HaltedKeys halted) {

  /** No order but that of sealing. */
  static BufferOrder ofSealing(AtomicLong sequence) {
    return new BufferOrder(0, sequence, false, null);
  }

  /** The next place. Under the lock of the buffer. */
  KinesisRecord.Place next() {
    return new KinesisRecord.Place(generation, sequence.incrementAndGet(), 0, 0);
  }

  /** The place that all records of the buffer have reached, and none passed. Under its lock. */
  KinesisRecord.Place reached() {
    return new KinesisRecord.Place(generation, sequence.get(), Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /** Refuses a record of a halted key. Under the lock of the buffer. */
  void check(UserContent user) {
    if (halted != null && !halted.isEmpty()) {
      halted.check(user.hashKey());
    }
  }
}
