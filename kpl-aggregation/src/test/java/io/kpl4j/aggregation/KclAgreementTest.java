// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.kpl4j.aggregation.reference.Reference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The decoder gives the answer of the KCL's AggregatorUtil, whatever it is asked. */
class KclAgreementTest {

  private static final HashKey MIDDLE = HashKey.of(1L << 63, 0);

  @Test
  void deaggregate_golden_agrees() throws IOException {
    List<GoldenRecord> golden = new ArrayList<>(GoldenRecord.sample());
    if (Files.exists(GoldenRecord.fullFile())) {
      golden.addAll(GoldenRecord.all());
    }
    for (GoldenRecord record : golden) {
      Kcl.assertSameAnswer(record.bytes());
      Kcl.assertSameAnswer(record.bytes(), HashKey.MIN, MIDDLE.previous());
      Kcl.assertSameAnswer(record.bytes(), MIDDLE, HashKey.MAX);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void deaggregate_ownAggregates_agreesAndTheKclSeesAll(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 100; round++) {
      List<Put> puts = Put.random(random, random.nextInt(2, 60), 100);
      byte[] joined = Put.seal(puts).join();
      Kcl.assertSameAnswer(joined);
      assertThat(Kcl.deaggregate(joined, HashKey.MIN, HashKey.MAX)).hasSameSizeAs(puts);
    }
  }

  /** Ranges that begin or end exactly at, or one beside, the hash key of a record. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void deaggregate_ownAggregatesInAnyRange_agrees(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int kept = 0;
    int dropped = 0;
    for (int round = 0; round < 300; round++) {
      List<Put> puts = Put.random(random, random.nextInt(2, 4), 10);
      SealedAggregate sealed = Put.seal(puts);
      List<HashKey> keys = sealed.records().stream().map(AggregatedRecord::hashKey).toList();
      HashKey least = keys.stream().min(HashKey::compareTo).orElseThrow();
      HashKey greatest = keys.stream().max(HashKey::compareTo).orElseThrow();
      byte[] joined = sealed.join();
      Kcl.assertSameAnswer(joined, least, greatest);
      Kcl.assertSameAnswer(joined, least.next(), greatest);
      Kcl.assertSameAnswer(joined, least, greatest.previous());
      Kcl.assertSameAnswer(joined, greatest, least);
      kept += Kcl.deaggregate(joined, least, greatest).size();
      dropped += Kcl.deaggregate(joined, least.next(), greatest).isEmpty() ? 1 : 0;
    }
    assertThat(kept).isGreaterThan(300);
    assertThat(dropped).isEqualTo(300);
  }

  @ParameterizedTest
  @CsvSource({"1,2", "2,5", "3,10", "4,20", "5,40", "6,80", "7,1000"})
  void deaggregate_hostileMessages_agrees(long seed, int oneWrongIn) throws IOException {
    HostileMessages messages = new HostileMessages(new SplittableRandom(seed), oneWrongIn);
    for (int round = 0; round < 10_000; round++) {
      byte[] data = Envelopes.around(messages.next());
      Kcl.assertSameAnswer(data);
      Kcl.assertSameAnswer(data, HashKey.MIN.next(), MIDDLE);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void deaggregate_damagedAggregates_agrees(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 3_000; round++) {
      byte[] joined = Put.seal(Put.random(random, random.nextInt(2, 5), 8)).join();
      byte[] cut = Arrays.copyOf(joined, random.nextInt(joined.length));
      Kcl.assertSameAnswer(cut);
      byte[] flipped = joined.clone();
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      Kcl.assertSameAnswer(flipped);
      byte[] message = Arrays.copyOfRange(joined, 4, joined.length - 16);
      message[random.nextInt(message.length)] = (byte) random.nextInt();
      Kcl.assertSameAnswer(Envelopes.around(message));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 98, 99, 100, 101, 500})
  void deaggregate_groupsInEachOther_agreesAtEveryLevel(int depth) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    HostileMessages.groups(out, 15, depth);
    out.flush();
    byte[] groups = bytes.toByteArray();
    byte[] inLabel = field(0x22, concat(new byte[] {0x0A, 0}, groups));
    byte[] record = {0x08, 0, 0x1A, 0};
    byte[] key = {0x0A, 1, 'k'};
    Kcl.assertSameAnswer(Envelopes.around(concat(key, field(0x1A, record), groups)));
    Kcl.assertSameAnswer(Envelopes.around(concat(key, field(0x1A, concat(record, groups)))));
    Kcl.assertSameAnswer(Envelopes.around(concat(key, field(0x1A, concat(record, inLabel)))));
  }

  @Test
  void deaggregate_labels_agrees() {
    Reference.AggregatedRecord.Builder message = message("k", null);
    message.getRecordsBuilder(0).addTagsBuilder().setKey("name").setValue("value");
    message.getRecordsBuilder(0).addTagsBuilder().setKey("name");
    Kcl.assertSameAnswer(Envelopes.around(message));
    message.getRecordsBuilder(0).addTagsBuilder().setValue("value");
    Kcl.assertSameAnswer(Envelopes.around(message.buildPartial().toByteArray()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "5",
        "007",
        "+5",
        "-0",
        "-5",
        "+",
        "-",
        "--1",
        "1-",
        "+-1",
        " 1",
        "1x",
        "٣٤",
        "१",
        "340282366920938463463374607431768211455",
        "340282366920938463463374607431768211456",
        "-340282366920938463463374607431768211456",
        "99999999999999999999999999999999999999999",
        "000000000000000000000000000000000000000000000000000000000007",
        "𝟗",
        "1\u0000"
      })
  void deaggregate_explicitHashKeys_agrees(String number) {
    Kcl.assertSameAnswer(Envelopes.around(message("k", number)));
    Reference.AggregatedRecord.Builder second = message("k", "1");
    second.addExplicitHashKeyTable(number);
    second.addRecords(second.getRecords(0).toBuilder().setExplicitHashKeyIndex(1));
    second.addRecords(second.getRecords(0));
    Kcl.assertSameAnswer(Envelopes.around(second));
  }

  private static Reference.AggregatedRecord.Builder message(
      String partitionKey, @Nullable String explicitHashKey) {
    Reference.AggregatedRecord.Builder message =
        Reference.AggregatedRecord.newBuilder().addPartitionKeyTable(partitionKey);
    Reference.Record.Builder record =
        message
            .addRecordsBuilder()
            .setPartitionKeyIndex(0)
            .setData(ByteString.copyFromUtf8("data"));
    if (explicitHashKey != null) {
      message.addExplicitHashKeyTable(explicitHashKey);
      record.setExplicitHashKeyIndex(0);
    }
    return message;
  }

  private static byte[] field(int tag, byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeUInt32NoTag(tag);
      out.writeByteArrayNoTag(content);
      out.flush();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
