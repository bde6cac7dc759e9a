// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The distinct keys of an aggregate in the order of their first use, found by content. Confined to
 * its encoder until that is sealed, then only read. The arrays it is given are kept, not copied.
 */
final class KeyTable {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  // Drawn at start, so that nobody can choose keys that all meet in one slot.
  private static final long SEED = new SplittableRandom().nextLong();
  private static final long FACTOR = new SplittableRandom().nextLong() | 1;

  private byte[][] keys = {};
  private int[] hashes = {};

  /** Index plus one of the key that lives here; 0 is free. At least half are free. */
  private int[] slots = {};

  private int size;
  private long wireSizeBytes;

  /** Index that was asked for last: runs of one key are common. */
  private int latest;

  /** Hash of the key that was asked for last. */
  private int latestHash;

  int size() {
    return size;
  }

  byte[] key(int index) {
    return keys[index];
  }

  /** Bytes that {@link #writeTo} writes. */
  long wireSizeBytes() {
    return wireSizeBytes;
  }

  /** The index of this key, or {@link #size} if it is new. */
  int find(byte[] key) {
    if (size > 0 && Arrays.equals(keys[latest], key)) {
      return latest;
    }
    latestHash = hash(key);
    if (size == 0) {
      return 0;
    }
    int mask = slots.length - 1;
    int index;
    for (int slot = latestHash & mask; (index = slots[slot] - 1) >= 0; slot = (slot + 1) & mask) {
      if (hashes[index] == latestHash && Arrays.equals(keys[index], key)) {
        latest = index;
        return index;
      }
    }
    return size;
  }

  /** Makes room for one more key, so that {@link #add} cannot throw. */
  void reserve() {
    if (size < keys.length) {
      return;
    }
    int capacity = Math.max(4, 2 * size);
    byte[][] moreKeys = Arrays.copyOf(keys, capacity);
    int[] moreHashes = Arrays.copyOf(hashes, capacity);
    int[] moreSlots = new int[2 * capacity];
    for (int i = 0; i < size; i++) {
      occupy(moreSlots, moreHashes[i], i);
    }
    keys = moreKeys;
    hashes = moreHashes;
    slots = moreSlots;
  }

  /** Adds the key that {@link #find} just did not find. */
  void add(byte[] key) {
    keys[size] = key;
    hashes[size] = latestHash;
    occupy(slots, latestHash, size);
    latest = size;
    size++;
    wireSizeBytes += Wire.fieldSize(key.length);
  }

  /** Writes every key as a field with this tag and returns the offset behind the last. */
  int writeTo(byte[] out, int offset, int tag) {
    int at = offset;
    for (int i = 0; i < size; i++) {
      byte[] key = keys[i];
      out[at++] = (byte) tag;
      at = Wire.writeVarint(out, at, key.length);
      System.arraycopy(key, 0, out, at, key.length);
      at += key.length;
    }
    return at;
  }

  private static void occupy(int[] slots, int hash, int index) {
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    slots[slot] = index + 1;
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
