// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bytes that grow at the end, in chunks of a pool, so that growing never copies what is there. A
 * further chunk is at most as large as all before it, or holds what did not fit, so they take at
 * most twice what was written, once that is more than the least chunk. Confined to its owner until
 * it is sealed, then only read.
 */
final class ChunkedBytes {

  private static final byte[] NONE = {};

  private final ChunkPool pool;

  /** Every chunk but the last is full. */
  private byte[][] chunks = {};

  private int chunkCount;
  private byte[] last = NONE;
  private int lastUsed;
  private long sizeBeforeLast;

  ChunkedBytes(ChunkPool pool) {
    this.pool = pool;
  }

  long sizeBytes() {
    return sizeBeforeLast + lastUsed;
  }

  /** What the chunks take; each but the last is full. */
  long capacityBytes() {
    return sizeBeforeLast + last.length;
  }

  /** Makes room for the first of what is written, in one chunk if it fits one. */
  void begin(long bytes) {
    if (chunkCount == 0) {
      addChunk((int) Math.min(bytes, ChunkPool.MAX_CHUNK_BYTES));
    }
  }

  void writeByte(int value) {
    if (lastUsed == last.length) {
      addChunk(1);
    }
    last[lastUsed++] = (byte) value;
  }

  void writeVarint(long value) {
    long rest = value;
    while (rest > 0x7F) {
      writeByte((int) rest | 0x80);
      rest >>>= 7;
    }
    writeByte((int) rest);
  }

  /** Copies from a {@code byte[]}, or from a buffer without moving its position. */
  void write(Object source, int from, int length) {
    int done = 0;
    while (done < length) {
      if (lastUsed == last.length) {
        addChunk(length - done);
      }
      int part = Math.min(length - done, last.length - lastUsed);
      if (source instanceof byte[] bytes) {
        System.arraycopy(bytes, from + done, last, lastUsed, part);
      } else {
        ((ByteBuffer) source).get(from + done, last, lastUsed, part);
      }
      lastUsed += part;
      done += part;
    }
  }

  private void addChunk(int neededBytes) {
    // Rounded down, as the pool rounds up.
    long wanted = Math.max(neededBytes, Long.highestOneBit(capacityBytes()));
    if (chunkCount == chunks.length) {
      chunks = Arrays.copyOf(chunks, Math.max(4, 2 * chunkCount));
    }
    byte[] chunk = pool.take((int) Math.min(wanted, ChunkPool.MAX_CHUNK_BYTES));
    // Nothing below can throw.
    sizeBeforeLast += lastUsed;
    chunks[chunkCount++] = chunk;
    last = chunk;
    lastUsed = 0;
  }

  /** Forgets what was written since the size was {@code sizeBytes}. */
  void truncate(long sizeBytes) {
    while (chunkCount > 0 && sizeBytes <= sizeBeforeLast) {
      pool.give(last);
      chunks[--chunkCount] = NONE;
      last = chunkCount == 0 ? NONE : chunks[chunkCount - 1];
      lastUsed = last.length;
      sizeBeforeLast -= lastUsed;
    }
    lastUsed = (int) (sizeBytes - sizeBeforeLast);
  }

  /** Copies what lies from {@code from} to the end. */
  void copyTo(long from, byte[] out, int offset) {
    long chunkStart = 0;
    int at = offset;
    for (int i = 0; i < chunkCount; i++) {
      int used = i == chunkCount - 1 ? lastUsed : chunks[i].length;
      int skipped = (int) Math.max(0, Math.min(used, from - chunkStart));
      System.arraycopy(chunks[i], skipped, out, at, used - skipped);
      at += used - skipped;
      chunkStart += used;
    }
  }

  /** Gives all chunks back; nothing may be read or written afterwards. */
  void release() {
    truncate(0);
  }
}
