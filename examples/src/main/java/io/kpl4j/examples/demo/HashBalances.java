// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

/**
 * A number for each of many hashes, in two arrays; what comes to zero is forgotten, so that it
 * grows with what is out of balance and not with what was counted: 24 bytes for each, give or take
 * a half. Confined to one thread or one lock.
 */
final class HashBalances {

  private static final int LEAST_CAPACITY = 1 << 10;

  private long[] hashes = new long[LEAST_CAPACITY];

  /** Zero where the place is free. */
  private int[] balances = new int[LEAST_CAPACITY];

  private int used;

  /** Adds to the balance of a hash. */
  void add(long hash, int change) {
    if (change == 0) {
      return;
    }
    int place = place(hash);
    boolean isNew = balances[place] == 0;
    hashes[place] = hash;
    balances[place] += change;
    if (balances[place] == 0) {
      if (!isNew) {
        used--;
      }
      free(place);
    } else if (isNew && ++used > hashes.length / 2) {
      grow();
    }
  }

  /** The balance of a hash. */
  int get(long hash) {
    return balances[place(hash)];
  }

  /** How many hashes are out of balance. */
  int size() {
    return used;
  }

  /** The sum of all balances above zero. */
  long surplus() {
    long sum = 0;
    for (int balance : balances) {
      sum += Math.max(0, balance);
    }
    return sum;
  }

  /**
   * The sum of what all balances are below zero, less what is allowed.
   *
   * @param allowed how far a hash may be below zero
   */
  long deficit(HashBalances allowed) {
    long sum = 0;
    for (int i = 0; i < balances.length; i++) {
      if (balances[i] < 0) {
        sum += Math.max(0, -(long) balances[i] - allowed.get(hashes[i]));
      }
    }
    return sum;
  }

  /** Where a hash is, or would be. The hashes are good as they are; the table is a power of two. */
  private int place(long hash) {
    int place = home(hash);
    while (balances[place] != 0 && hashes[place] != hash) {
      place = next(place);
    }
    return place;
  }

  private int home(long hash) {
    return (int) hash & (hashes.length - 1);
  }

  private int next(int place) {
    return (place + 1) & (hashes.length - 1);
  }

  /** Moves back those behind the gap that are not where they would be without it. */
  private void free(int freed) {
    int gap = freed;
    for (int place = next(gap); balances[place] != 0; place = next(place)) {
      int fromHome = (place - home(hashes[place])) & (hashes.length - 1);
      int fromGap = (place - gap) & (hashes.length - 1);
      if (fromHome >= fromGap) {
        hashes[gap] = hashes[place];
        balances[gap] = balances[place];
        balances[place] = 0;
        gap = place;
      }
    }
  }

  private void grow() {
    long[] oldHashes = hashes;
    int[] oldBalances = balances;
    hashes = new long[2 * oldHashes.length];
    balances = new int[2 * oldBalances.length];
    for (int i = 0; i < oldHashes.length; i++) {
      if (oldBalances[i] != 0) {
        int place = place(oldHashes[i]);
        hashes[place] = oldHashes[i];
        balances[place] = oldBalances[i];
      }
    }
  }
}
