// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Messages that are nearly right: the format's fields and others, in any order, some of them wrong.
 */
final class HostileMessages {

  private static final String[] NUMBERS = {
    "0",
    "5",
    "007",
    "+5",
    "-0",
    "-5",
    "",
    "+",
    "-",
    "--1",
    "1-",
    "1+1",
    " 1",
    "1x",
    "٣٤",
    "abc",
    "340282366920938463463374607431768211455",
    "340282366920938463463374607431768211456",
    "+00000000000000000000000000000000000000000000000000000000000000009",
    "9".repeat(100)
  };

  private static final byte[][] KEYS = {
    {},
    {'a'},
    {'p', 'k'},
    {(byte) 0xFF},
    {(byte) 0xC3},
    {'x', (byte) 0xC0, (byte) 0x80, 'y'},
    {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
    {(byte) 0xF0, (byte) 0x9F, (byte) 0x9A, (byte) 0x80}
  };

  private static final long[] INDEXES = {
    2, 7, 100, 1L << 31, (1L << 32) - 1, 1L << 32, (1L << 32) + 1, 1L << 63, -1
  };

  private final RandomGenerator random;

  /** One in so many things is wrong; large numbers make messages that get far. */
  private final int oneWrongIn;

  HostileMessages(RandomGenerator random, int oneWrongIn) {
    this.random = random;
    this.oneWrongIn = oneWrongIn;
  }

  byte[] next() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    int fields = random.nextInt(12);
    for (int i = 0; i < fields; i++) {
      switch (random.nextInt(4)) {
        case 0 -> out.writeByteArray(1, KEYS[random.nextInt(KEYS.length)]);
        case 1 -> out.writeString(2, NUMBERS[isWrong() ? random.nextInt(NUMBERS.length) : 0]);
        default -> out.writeByteArray(3, record());
      }
      if (isWrong()) {
        stray(out);
      }
    }
    out.flush();
    return isWrong() ? damaged(bytes.toByteArray()) : bytes.toByteArray();
  }

  private byte[] record() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    if (!isWrong()) {
      out.writeUInt64(1, index());
    }
    if (random.nextBoolean()) {
      out.writeUInt64(2, index());
    }
    if (!isWrong()) {
      byte[] data = new byte[random.nextInt(4)];
      random.nextBytes(data);
      out.writeByteArray(3, data);
    }
    if (isWrong()) {
      out.writeByteArray(4, label());
    }
    if (isWrong()) {
      stray(out);
    }
    out.flush();
    return isWrong() ? damaged(bytes.toByteArray()) : bytes.toByteArray();
  }

  private byte[] label() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    if (random.nextBoolean()) {
      out.writeString(1, "key");
    }
    if (random.nextBoolean()) {
      out.writeString(2, "value");
    }
    if (isWrong()) {
      stray(out);
    }
    out.flush();
    return bytes.toByteArray();
  }

  private long index() {
    return isWrong() ? INDEXES[random.nextInt(INDEXES.length)] : 0;
  }

  /** A field that is not in the schema, or a wrong type for one that is. */
  private void stray(CodedOutputStream out) throws IOException {
    int field = random.nextInt(1, 6);
    switch (random.nextInt(7)) {
      case 0 -> out.writeUInt64(field, random.nextLong());
      case 1 -> out.writeFixed64(field, random.nextLong());
      case 2 -> out.writeFixed32(field, random.nextInt());
      case 3 -> out.writeByteArray(field + 10, new byte[random.nextInt(5)]);
      case 4 -> groups(out, field, random.nextInt(1, 4));
      case 5 -> groups(out, field, random.nextInt(96, 104));
      // A tag that ends nothing, has no field number or no type.
      default -> out.writeUInt32NoTag(random.nextInt(48));
    }
  }

  static void groups(CodedOutputStream out, int field, int depth) throws IOException {
    for (int i = 0; i < depth; i++) {
      out.writeTag(field, 3);
    }
    out.writeUInt64(1, 1);
    for (int i = 0; i < depth; i++) {
      out.writeTag(field, 4);
    }
  }

  private byte[] damaged(byte[] bytes) {
    if (bytes.length == 0) {
      return bytes;
    }
    if (random.nextBoolean()) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    return bytes;
  }

  private boolean isWrong() {
    return random.nextInt(oneWrongIn) == 0;
  }
}
