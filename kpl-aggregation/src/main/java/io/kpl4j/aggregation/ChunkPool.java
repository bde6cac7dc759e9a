// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the byte arrays of finished aggregates for the next ones, up to a bound in bytes.
 * Thread-safe: one short lock for each size.
 */
public final class ChunkPool {

  /** Size of the least chunk in bytes; each further size is twice the one before it. */
  public static final int MIN_CHUNK_BYTES = 128;

  /** Size of the greatest chunk in bytes. */
  public static final int MAX_CHUNK_BYTES = 64 * 1024;

  /** Slots are laid out at the start: giving memory back must never need memory. */
  private static final int MAX_CHUNKS_OF_A_SIZE = 1024;

  private static final int MIN_CHUNK_BITS = Integer.numberOfTrailingZeros(MIN_CHUNK_BYTES);
  private static final int SIZES =
      Integer.numberOfTrailingZeros(MAX_CHUNK_BYTES) - MIN_CHUNK_BITS + 1;

  private final long maxBytes;
  private final IntFunction<byte[]> allocator;
  private final Shelf[] shelves = new Shelf[SIZES];
  private final AtomicLong keptBytes = new AtomicLong();

  /**
   * Creates an empty pool.
   *
   * @param maxBytes the most it keeps; 0 keeps nothing
   */
  public ChunkPool(long maxBytes) {
    this(maxBytes, byte[]::new);
  }

  ChunkPool(long maxBytes, IntFunction<byte[]> allocator) {
    if (maxBytes < 0) {
      throw new IllegalArgumentException("maxBytes must be at least 0: " + maxBytes);
    }
    this.maxBytes = maxBytes;
    this.allocator = allocator;
    for (int i = 0; i < SIZES; i++) {
      long fitting = maxBytes / (MIN_CHUNK_BYTES << i);
      shelves[i] = new Shelf((int) Math.min(MAX_CHUNKS_OF_A_SIZE, fitting));
    }
  }

  /**
   * Returns a pool that keeps nothing.
   *
   * @return a pool for tests and for single aggregates
   */
  public static ChunkPool unpooled() {
    return new ChunkPool(0);
  }

  /**
   * Hands out a chunk with any content: a kept one if there is one, else a new one.
   *
   * @param sizeBytes how much is needed, at most {@link #MAX_CHUNK_BYTES}
   * @return a chunk of the least size that holds it
   */
  public byte[] take(int sizeBytes) {
    if (sizeBytes < 0 || sizeBytes > MAX_CHUNK_BYTES) {
      throw new IllegalArgumentException(
          "a chunk has 0 to " + MAX_CHUNK_BYTES + " bytes: " + sizeBytes);
    }
    int size = sizeOf(sizeBytes);
    byte[] kept = shelves[size].take();
    if (kept == null) {
      return allocator.apply(MIN_CHUNK_BYTES << size);
    }
    keptBytes.addAndGet(-kept.length);
    return kept;
  }

  /**
   * Takes a chunk back; the giver must not touch it again. Arrays of other sizes, and what exceeds
   * the bound, are left to the garbage collector.
   *
   * @param chunk an array that {@link #take} handed out, not given before
   */
  public void give(byte[] chunk) {
    int length = chunk.length;
    if (length < MIN_CHUNK_BYTES || length > MAX_CHUNK_BYTES || Integer.bitCount(length) != 1) {
      return;
    }
    if (keptBytes.addAndGet(length) > maxBytes || !shelves[sizeOf(length)].put(chunk)) {
      keptBytes.addAndGet(-length);
    }
  }

  /** {@return bytes kept at this moment} */
  public long keptBytes() {
    return keptBytes.get();
  }

  private static int sizeOf(int bytes) {
    int bits = 32 - Integer.numberOfLeadingZeros(bytes - 1);
    return bytes <= MIN_CHUNK_BYTES ? 0 : bits - MIN_CHUNK_BITS;
  }

  /** The kept chunks of one size, last in first out, so that the warmest goes next. Thread-safe. */
  private static final class Shelf {

    private static final byte[] NONE = {};

    private final byte[][] chunks;
    private int count;

    Shelf(int capacity) {
      chunks = new byte[capacity][];
    }

    synchronized byte @Nullable [] take() {
      if (count == 0) {
        return null;
      }
      byte[] chunk = chunks[--count];
      chunks[count] = NONE;
      return chunk;
    }

    synchronized boolean put(byte[] chunk) {
      if (count == chunks.length) {
        return false;
      }
      chunks[count++] = chunk;
      return true;
    }
  }
}
