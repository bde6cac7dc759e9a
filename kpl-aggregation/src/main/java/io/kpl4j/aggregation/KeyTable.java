// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The distinct keys of an aggregate in the order of their first use, in wire form, found by
 * content. Written while they are at hand: by the time of sealing the callers' keys have left the
 * processor's caches. Confined to its encoder until that is sealed, then only read.
 */
final class KeyTable {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

  // Drawn at start, so that nobody can choose keys that all meet in one slot.
  private static final long SEED = new SplittableRandom().nextLong();
  private static final long FACTOR = new SplittableRandom().nextLong() | 1;

  private static final byte[] NONE = {};

  /** What the index takes for a key: where its field ends, its hash, and two slots. */
  private static final int INDEX_INTS = 4;

  private static final int LEAST_KEYS = 4;

  private final int tag;
  private final ChunkPool pool;

  /** A field for each key, one after the other; of the pool unless it is too large for that. */
  private byte[] wire = NONE;

  private int wireSize;

  /**
   * Where each key's field ends, then each key's hash, then slots: index plus one of the key that
   * lives there, or 0. Of the pool unless it is too small or too large for that; at least half of
   * the slots are free.
   */
  private byte[] index = NONE;

  /** Keys that the index has room for, a power of two; or 0. */
  private int capacity;

  private int size;

  /** How many keys to make room for at first. */
  private final int expected;

  /** Index that was asked for last: runs of one key are common. */
  private int latest;

  /** Hash of the key that was asked for last. */
  private int latestHash;

  /**
   * Creates an empty table, which takes no memory before its first key.
   *
   * @param tag of its fields
   * @param pool where it takes memory for them
   * @param expected how many keys to make room for at first, at least 1
   */
  KeyTable(int tag, ChunkPool pool, int expected) {
    this.tag = tag;
    this.pool = pool;
    this.expected = expected;
  }

  int size() {
    return size;
  }

  /** Bytes that {@link #writeTo} writes. */
  int wireSizeBytes() {
    return wireSize;
  }

  /** The index of this key, or {@link #size} if it is new. */
  int find(byte[] key) {
    if (size > 0 && holds(latest, key)) {
      return latest;
    }
    latestHash = hash(key);
    if (size == 0) {
      return 0;
    }
    int mask = 2 * capacity - 1;
    int found;
    for (int slot = latestHash & mask;
        (found = read(2 * capacity + slot) - 1) >= 0;
        slot = (slot + 1) & mask) {
      if (read(capacity + found) == latestHash && holds(found, key)) {
        latest = found;
        return found;
      }
    }
    return size;
  }

  private boolean holds(int number, byte[] key) {
    int start = number == 0 ? 0 : read(number - 1);
    int end = read(number);
    // A longer key has a longer field.
    return end - start == Wire.fieldSize(key.length)
        && Arrays.equals(wire, end - key.length, end, key, 0, key.length);
  }

  private int read(int place) {
    return (int) INTS.get(index, place * Integer.BYTES);
  }

  private void write(int place, int value) {
    INTS.set(index, place * Integer.BYTES, value);
  }

  /** Makes room for one more key, so that {@link #add} cannot throw. */
  void reserve(byte[] key) {
    int needed = Math.addExact(wireSize, Math.toIntExact(Wire.fieldSize(key.length)));
    if (needed > wire.length) {
      byte[] more = array((int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * wireSize)));
      System.arraycopy(wire, 0, more, 0, wireSize);
      pool.give(wire);
      wire = more;
    }
    if (size == capacity) {
      growIndex(Math.max(Math.max(LEAST_KEYS, expected), 2 * size));
    }
  }

  private void growIndex(int keys) {
    byte[] before = index;
    int hadRoomFor = capacity;
    int roomFor = Integer.highestOneBit(2 * keys - 1);
    int perColumn = roomFor * Integer.BYTES;
    int bytes = Math.multiplyExact(INDEX_INTS, perColumn);
    byte[] more = bytes < ChunkPool.MIN_CHUNK_BYTES ? new byte[bytes] : array(bytes);
    System.arraycopy(before, 0, more, 0, size * Integer.BYTES);
    System.arraycopy(before, hadRoomFor * Integer.BYTES, more, perColumn, size * Integer.BYTES);
    Arrays.fill(more, 2 * perColumn, bytes, (byte) 0);
    index = more;
    capacity = roomFor;
    for (int i = 0; i < size; i++) {
      occupy(read(capacity + i), i);
    }
    pool.give(before);
  }

  private byte[] array(int bytes) {
    return bytes <= ChunkPool.MAX_CHUNK_BYTES ? pool.take(bytes) : new byte[bytes];
  }

  /** Adds the key that {@link #find} just did not find. */
  void add(byte[] key) {
    wire[wireSize] = (byte) tag;
    int at = Wire.writeVarint(wire, wireSize + 1, key.length);
    System.arraycopy(key, 0, wire, at, key.length);
    wireSize = at + key.length;
    write(size, wireSize);
    write(capacity + size, latestHash);
    occupy(latestHash, size);
    latest = size;
    size++;
  }

  /** Writes every key as a field and returns the offset behind the last. */
  int writeTo(byte[] out, int offset) {
    System.arraycopy(wire, 0, out, offset, wireSize);
    return offset + wireSize;
  }

  /** No key is looked for any more: only what is written is kept. */
  void seal() {
    pool.give(index);
    index = NONE;
  }

  /** Gives its memory back; nothing may be read afterwards. */
  void release() {
    pool.give(wire);
    wire = NONE;
  }

  private void occupy(int hash, int number) {
    int mask = 2 * capacity - 1;
    int slot = hash & mask;
    while (read(2 * capacity + slot) != 0) {
      slot = (slot + 1) & mask;
    }
    write(2 * capacity + slot, number + 1);
  }

  private static int hash(byte[] key) {
    long hash = SEED ^ key.length;
    int i = 0;
    for (; i <= key.length - Long.BYTES; i += Long.BYTES) {
      hash = mix(hash ^ (long) LONGS.get(key, i));
    }
    long rest = 0;
    for (; i < key.length; i++) {
      rest = rest << 8 | (key[i] & 0xFF);
    }
    hash = mix(hash ^ rest);
    return (int) (hash ^ hash >>> 32);
  }

  private static long mix(long value) {
    return Math.multiplyHigh(value, FACTOR) ^ (value * FACTOR);
  }
}
