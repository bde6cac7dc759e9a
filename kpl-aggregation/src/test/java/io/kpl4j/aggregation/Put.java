// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A user record as a test puts it: keys as text, data in hex, so that a failure shows all. */
record Put(String partitionKey, @Nullable String explicitHashKey, String data) {

  private static final String ALPHABET = "abcXYZ0189-_ äßé中文🚀";
  private static final int[] SYMBOLS = ALPHABET.codePoints().toArray();

  static Put of(String partitionKey, @Nullable String explicitHashKey, String text) {
    return new Put(partitionKey, explicitHashKey, HexFormat.of().formatHex(text.getBytes(UTF_8)));
  }

  static Put of(AggregatedRecord record) {
    byte[] data = new byte[record.data().remaining()];
    record.data().get(data);
    return new Put(
        record.partitionKey(),
        record.explicitHashKey().orElse(null),
        HexFormat.of().formatHex(data));
  }

  static List<Put> of(List<AggregatedRecord> records) {
    return records.stream().map(Put::of).toList();
  }

  byte[] partitionKeyUtf8() {
    return partitionKey.getBytes(UTF_8);
  }

  byte @Nullable [] explicitHashKeyAscii() {
    return explicitHashKey == null ? null : explicitHashKey.getBytes(US_ASCII);
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(data);
  }

  boolean addTo(AggregateEncoder encoder) {
    return encoder.tryAdd(partitionKeyUtf8(), explicitHashKeyAscii(), ByteBuffer.wrap(bytes()));
  }

  static SealedAggregate seal(List<Put> puts) {
    AggregateEncoder encoder =
        new AggregateEncoder(Integer.MAX_VALUE, Integer.MAX_VALUE, ChunkPool.unpooled());
    puts.forEach(put -> put.addTo(encoder));
    return encoder.seal();
  }

  /**
   * Random user records: some with keys that come again, some with explicit hash keys, some empty.
   */
  static List<Put> random(RandomGenerator random, int count, int maxDataBytes) {
    List<Put> puts = new ArrayList<>();
    int distinctKeys = random.nextInt(1, count + 2);
    for (int i = 0; i < count; i++) {
      String partitionKey = text(random, distinctKeys);
      String explicitHashKey = random.nextInt(3) == 0 ? number(random, distinctKeys) : null;
      byte[] data = new byte[random.nextInt(maxDataBytes + 1)];
      random.nextBytes(data);
      puts.add(new Put(partitionKey, explicitHashKey, HexFormat.of().formatHex(data)));
    }
    return puts;
  }

  private static String text(RandomGenerator random, int distinctKeys) {
    int key = random.nextInt(distinctKeys);
    StringBuilder text = new StringBuilder().append(key);
    for (int i = 0; i < key % 300; i++) {
      text.appendCodePoint(SYMBOLS[(key + i) % SYMBOLS.length]);
    }
    return text.toString();
  }

  private static String number(RandomGenerator random, int distinctKeys) {
    int key = random.nextInt(distinctKeys);
    return HashKey.ofPartitionKey("number " + key).toDecimal();
  }
}
