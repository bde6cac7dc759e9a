// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import io.kpl4j.aggregation.HashKey;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys of one stream that take no more records, because one of theirs was given up.
 * Thread-safe: the loop halts, callers ask and resume.
 *
 * <p>A key is known by its hash key alone, so that a halted key costs the same however long it is.
 * Their number is bounded: one more halts the whole stream, until all are resumed.
 */
public final class HaltedKeys {

  /** Most keys that are halted one by one. */
  public static final int MAX_KEYS = 10_000;

  /** The key of an append is halted. Without a stack trace: it may be thrown for each record. */
  public static final class Halted extends RuntimeException {
    private static final long serialVersionUID = 1;

    Halted() {
      super("the key is halted", null, false, false);
    }
  }

  private final Set<HashKey> keys = ConcurrentHashMap.newKeySet();
  private volatile boolean all;

  /** Whether the key takes no records. */
  public boolean contains(HashKey key) {
    return all || (!keys.isEmpty() && keys.contains(key));
  }

  /** Whether every key takes records. */
  public boolean isEmpty() {
    return !all && keys.isEmpty();
  }

  /** Whether there were so many that no key takes any. */
  public boolean all() {
    return all;
  }

  /** Refuses a record of a halted key. */
  public void check(HashKey key) {
    if (contains(key)) {
      throw new Halted();
    }
  }

  /** Halts the key. Loop only, under the lock of the buffer that takes its records. */
  public void add(HashKey key) {
    if (keys.size() < MAX_KEYS) {
      keys.add(key);
    } else if (!keys.contains(key)) {
      all = true;
    }
  }

  /** The key takes records again, unless there were too many. Any thread. */
  public void resume(HashKey key) {
    keys.remove(key);
  }

  /** All keys take records again. Any thread. */
  public void resumeAll() {
    keys.clear();
    all = false;
  }
}
