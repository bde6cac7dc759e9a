// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * A key table of an aggregate that is being read. Confined to that reading. Each key is decoded and
 * placed once, when a user record first asks for it: a hostile aggregate may name a long key often,
 * or have millions of keys that nobody uses.
 */
final class ReadKeys {

  private final byte[] source;
  private final int[] offsets;
  private final int[] lengths;
  private final @Nullable String[] texts;
  private final @Nullable HashKey[] hashKeys;
  private int size;

  ReadKeys(byte[] source, int capacity) {
    this.source = source;
    offsets = new int[capacity];
    lengths = new int[capacity];
    texts = new String[capacity];
    hashKeys = new HashKey[capacity];
  }

  void add(int offset, int length) {
    offsets[size] = offset;
    lengths[size] = length;
    size++;
  }

  boolean has(int index) {
    return index < size;
  }

  /** The key's text, with U+FFFD for what is no UTF-8. */
  String text(int index) {
    String text = texts[index];
    if (text == null) {
      text = new String(source, offsets[index], lengths[index], UTF_8);
      texts[index] = text;
    }
    return text;
  }

  /** Where the key places a record if it is a partition key. */
  HashKey hashKeyOfPartitionKey(int index) {
    HashKey hashKey = hashKeys[index];
    if (hashKey == null) {
      hashKey = HashKey.ofPartitionKey(text(index));
      hashKeys[index] = hashKey;
    }
    return hashKey;
  }

  /**
   * Where the key places a record if it is an explicit hash key; null if outside the ring.
   *
   * @throws NumberFormatException if it is no number
   */
  @Nullable HashKey hashKeyOfNumber(int index) {
    HashKey hashKey = hashKeys[index];
    if (hashKey == null) {
      hashKey = LenientDecimal.parse(text(index));
      hashKeys[index] = hashKey;
    }
    return hashKey;
  }
}
