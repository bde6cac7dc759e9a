// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes CBOR (RFC 8949), as much of it as a request needs, into pieces of 64 KiB at most: a body
 * in one array would be an object that a garbage collector gives regions of its own. Confined to
 * one thread.
 */
final class CborWriter {

  static final int PIECE_BYTES = 64 * 1024;

  /** From this size on, a byte string is sent from its own array. */
  static final int SENT_IN_PLACE_BYTES = 16 * 1024;

  private static final int BYTE_STRING = 0x40;
  private static final int TEXT_STRING = 0x60;
  private static final int OPEN_ARRAY = 0x9f;
  private static final int OPEN_MAP = 0xbf;
  private static final int BREAK = 0xff;

  // What a head says of the number behind it.
  private static final int GREATEST_IN_HEAD = 23;
  private static final int ONE_BYTE = 24;
  private static final int TWO_BYTES = 25;
  private static final int FOUR_BYTES = 26;

  private final List<ByteBuffer> pieces = new ArrayList<>();
  private long expectedBytes;
  private byte[] segment = {};
  private int start;
  private int end;

  /**
   * Starts empty.
   *
   * @param expectedBytes about how much will be written, so that a small body takes little memory
   */
  CborWriter(long expectedBytes) {
    this.expectedBytes = expectedBytes;
  }

  /** Begins a map that {@link #end()} ends. */
  void beginMap() {
    put(OPEN_MAP);
  }

  /** Begins an array that {@link #end()} ends. */
  void beginArray() {
    put(OPEN_ARRAY);
  }

  /** Ends the innermost map or array. */
  void end() {
    put(BREAK);
  }

  void text(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    head(TEXT_STRING, utf8.length);
    copy(utf8);
  }

  /**
   * Writes a byte string.
   *
   * @param bytes must not change before the pieces were sent
   */
  void bytes(byte[] bytes) {
    head(BYTE_STRING, bytes.length);
    if (bytes.length < SENT_IN_PLACE_BYTES) {
      copy(bytes);
    } else {
      inPlace(bytes);
    }
  }

  /** What was written, in order; nothing may be written after that. */
  List<ByteBuffer> pieces() {
    cut();
    return pieces;
  }

  private void head(int majorType, int number) {
    if (number <= GREATEST_IN_HEAD) {
      put(majorType | number);
    } else if (number <= 0xff) {
      put(majorType | ONE_BYTE);
      put(number);
    } else if (number <= 0xffff) {
      put(majorType | TWO_BYTES);
      putBigEndian(number, 2);
    } else {
      put(majorType | FOUR_BYTES);
      putBigEndian(number, 4);
    }
  }

  private void putBigEndian(int number, int bytes) {
    for (int shift = (bytes - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      put(number >>> shift);
    }
  }

  private void put(int lowByte) {
    if (end == segment.length) {
      newSegment();
    }
    segment[end++] = (byte) lowByte;
  }

  private void copy(byte[] from) {
    int done = 0;
    while (done < from.length) {
      if (end == segment.length) {
        newSegment();
      }
      int count = Math.min(from.length - done, segment.length - end);
      System.arraycopy(from, done, segment, end, count);
      end += count;
      done += count;
    }
  }

  private void inPlace(byte[] bytes) {
    cut();
    for (int from = 0; from < bytes.length; from += PIECE_BYTES) {
      add(bytes, from, Math.min(PIECE_BYTES, bytes.length - from));
    }
  }

  private void newSegment() {
    cut();
    segment = new byte[(int) Math.min(PIECE_BYTES, Math.max(expectedBytes, 128))];
    start = 0;
    end = 0;
  }

  private void cut() {
    if (end > start) {
      add(segment, start, end - start);
      start = end;
    }
  }

  private void add(byte[] array, int from, int count) {
    pieces.add(ByteBuffer.wrap(array, from, count));
    expectedBytes -= count;
  }
}
