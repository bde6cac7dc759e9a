// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What 10 MiB, the largest Kinesis record, can make the decoder allocate. */
class DecoderAllocationTest {

  private static final int RECORD_BYTES = 10 << 20;
  private static final int MESSAGE_BYTES = RECORD_BYTES - 20;

  /** What AggregateDecoder documents. */
  private static final int MULTIPLE = 20;

  private static final long SMALL_BYTES = 16 << 10;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @MethodSource("hostile")
  void deaggregate_tenMebibytesWithTheRightMd5_allocatesASmallMultiple(byte[] message) {
    byte[] data = Envelopes.around(message);
    ByteBuffer buffer = ByteBuffer.wrap(data);
    HashKey last = HashKey.MAX.previous();
    long bound = (long) MULTIPLE * data.length + SMALL_BYTES;
    assertThat(allocatedBy(() -> AggregateDecoder.decode(buffer))).isLessThan(bound);
    assertThat(allocatedBy(() -> AggregateDecoder.deaggregate("k", buffer, HashKey.MIN, last)))
        .isLessThan(bound);
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void isAggregate_tenMebibytes_allocatesNextToNothing(byte[] message) {
    byte[] data = Envelopes.around(message);
    assertThat(allocatedBy(() -> AggregateDecoder.isAggregate(ByteBuffer.wrap(data))))
        .isLessThan(SMALL_BYTES);
  }

  @Test
  void deaggregate_tenPlainMebibytes_allocatesNextToNothing() {
    byte[] data = new byte[RECORD_BYTES];
    assertThat(allocatedBy(() -> AggregateDecoder.deaggregate("k", ByteBuffer.wrap(data))))
        .isLessThan(SMALL_BYTES);
  }

  @Test
  void deaggregate_anyByteManyTimes_isAPlainRecordOrNothing() {
    for (int value = 0; value < 256; value++) {
      byte[] message = new byte[MESSAGE_BYTES / 16];
      Arrays.fill(message, (byte) value);
      List<AggregatedRecord> records =
          AggregateDecoder.deaggregate("k", ByteBuffer.wrap(Envelopes.around(message)));
      assertThat(records).hasSizeLessThanOrEqualTo(1);
    }
  }

  static Stream<Named<byte[]>> hostile() {
    return Stream.of(
        Named.of("one byte", filled(0x0A)),
        Named.of("zeros", new byte[MESSAGE_BYTES]),
        Named.of("start of a group", filled(0x0B)),
        Named.of("endless numbers", filled(0xFF)),
        Named.of("empty partition keys", repeated(new byte[0], 0x0A, 0)),
        Named.of("empty explicit hash keys", repeated(new byte[0], 0x12, 0)),
        Named.of("records of one key", repeated(key("k"), 0x1A, 4, 8, 0, 0x1A, 0)),
        Named.of("records of no key", repeated(new byte[0], 0x1A, 4, 8, 0, 0x1A, 0)),
        Named.of("records that lack data", repeated(key("k"), 0x1A, 2, 8, 0)),
        Named.of("records with labels", repeated(key("k"), 0x1A, 8, 8, 0, 0x1A, 0, 0x22, 2, 10, 0)),
        Named.of("unknown fields", repeated(new byte[0], 0x7A, 0)),
        Named.of("a record for each key", distinctKeys()),
        Named.of("a long key", longKey("k".repeat(MESSAGE_BYTES / 2))),
        Named.of("a long number", longNumber()),
        Named.of("a length beyond the end", new byte[] {0x0A, -1, -1, -1, -1, 7}),
        Named.of("a negative length", new byte[] {0x0A, -1, -1, -1, -1, 15}));
  }

  private static byte[] filled(int value) {
    byte[] message = new byte[MESSAGE_BYTES];
    Arrays.fill(message, (byte) value);
    return message;
  }

  private static byte[] repeated(byte[] head, int... part) {
    ByteBuffer message = ByteBuffer.allocate(MESSAGE_BYTES).put(head);
    while (message.remaining() >= part.length) {
      IntStream.of(part).forEach(value -> message.put((byte) value));
    }
    return Arrays.copyOf(message.array(), message.position());
  }

  private static byte[] key(String key) {
    byte[] bytes = key.getBytes(US_ASCII);
    ByteArrayOutputStream field = new ByteArrayOutputStream();
    field.write(0x0A);
    varint(field, bytes.length);
    field.writeBytes(bytes);
    return field.toByteArray();
  }

  /** The shortest keys and, for each of them, the shortest record. */
  private static byte[] distinctKeys() {
    ByteArrayOutputStream keys = new ByteArrayOutputStream();
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (int i = 0; keys.size() + records.size() < MESSAGE_BYTES - 20; i++) {
      keys.writeBytes(key(String.valueOf((char) ('!' + i % 90))));
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      body.write(8);
      varint(body, i);
      body.writeBytes(new byte[] {0x1A, 0});
      records.write(0x1A);
      records.write(body.size());
      records.writeBytes(body.toByteArray());
    }
    keys.writeBytes(records.toByteArray());
    return keys.toByteArray();
  }

  private static byte[] longKey(String key) {
    return repeated(key(key), 0x1A, 4, 8, 0, 0x1A, 0);
  }

  private static byte[] longNumber() {
    byte[] number = key("0".repeat(MESSAGE_BYTES / 2));
    number[0] = 0x12;
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.writeBytes(key("k"));
    head.writeBytes(number);
    return repeated(head.toByteArray(), 0x1A, 6, 8, 0, 16, 0, 0x1A, 0);
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    byte[] bytes = new byte[5];
    out.write(bytes, 0, Wire.writeVarint(bytes, 0, value));
  }

  private static long allocatedBy(Runnable action) {
    // The first time loads classes and makes the thread's digest.
    action.run();
    long before = THREADS.getCurrentThreadAllocatedBytes();
    action.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
