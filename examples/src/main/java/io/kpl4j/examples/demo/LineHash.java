// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Hashes records to 64 bits, so that a record can be recognised without being kept. Stateless. */
final class LineHash {

  private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

  private LineHash() {}

  /** The hash of a line's bytes alone. */
  static long of(byte[] data) {
    return of(ByteBuffer.wrap(data));
  }

  /** The hash of a record as it was put, and as it is to be read. */
  static long of(String partitionKey, ByteBuffer data) {
    return mix(of(data) + GOLDEN * of(partitionKey.getBytes(UTF_8)));
  }

  /** The hash of a record together with where it lies. */
  static long placed(long record, String shardId, String sequenceNumber, int subSequenceNumber) {
    long place = ((long) shardId.hashCode() << 32) ^ sequenceNumber.hashCode();
    return mix(record + GOLDEN * mix(place + GOLDEN * subSequenceNumber));
  }

  private static long of(ByteBuffer data) {
    ByteBuffer bytes = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    long hash = GOLDEN * (bytes.remaining() + 1L);
    while (bytes.remaining() >= Long.BYTES) {
      hash = mix(hash ^ bytes.getLong());
    }
    long tail = 0;
    while (bytes.hasRemaining()) {
      tail = (tail << Byte.SIZE) | (bytes.get() & 0xFF);
    }
    return mix(hash ^ tail);
  }

  /** The finaliser of SplitMix64: every bit of the input moves half of those of the output. */
  private static long mix(long value) {
    long hash = value + GOLDEN;
    hash = (hash ^ (hash >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
    hash = (hash ^ (hash >>> 27)) * 0x94D0_49BB_1331_11EBL;
    return hash ^ (hash >>> 31);
  }
}
