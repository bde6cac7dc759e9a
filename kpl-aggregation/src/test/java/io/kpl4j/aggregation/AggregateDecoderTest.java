// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.kpl4j.aggregation.reference.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AggregateDecoderTest {

  private static final List<Put> PUTS =
      List.of(Put.of("a", null, "one"), Put.of("b", "7", ""), Put.of("a", "7", "three"));
  private static final byte[] AGGREGATE = Put.seal(PUTS).join();

  @Test
  void deaggregate_aggregate_givesTheUserRecordsInOrder() {
    List<AggregatedRecord> records =
        AggregateDecoder.deaggregate("outer", ByteBuffer.wrap(AGGREGATE));
    assertThat(Put.of(records)).isEqualTo(PUTS);
    assertThat(records).allMatch(AggregatedRecord::aggregated);
    assertThat(records).extracting(AggregatedRecord::subSequenceNumber).containsExactly(0, 1, 2);
    assertThat(records)
        .extracting(AggregatedRecord::hashKey)
        .containsExactly(HashKey.ofPartitionKey("a"), HashKey.of(0, 7), HashKey.of(0, 7));
    assertThat(records.get(1).explicitHashKeyAscii()).isEqualTo("7".getBytes(UTF_8));
    assertThat(records.get(0).explicitHashKeyAscii()).isNull();
    assertThat(records.get(0).partitionKeyUtf8()).isEqualTo("a".getBytes(UTF_8));
  }

  static Stream<byte[]> plain() {
    byte[] otherMagic = AGGREGATE.clone();
    otherMagic[3]++;
    byte[] otherMd5 = AGGREGATE.clone();
    otherMd5[otherMd5.length - 1]++;
    return Stream.of(
        new byte[0],
        new byte[] {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2},
        "text".getBytes(UTF_8),
        Envelopes.around(new byte[0]),
        Envelopes.around("no message".getBytes(UTF_8)),
        Arrays.copyOf(AGGREGATE, AGGREGATE.length - 1),
        otherMagic,
        otherMd5,
        Envelopes.around(new byte[] {0x1A, 2, 8, 0}),
        Envelopes.around(new byte[] {0x1A, 2, 0x1A, 0}));
  }

  @ParameterizedTest
  @MethodSource("plain")
  void deaggregate_anythingElse_isThePlainRecordInAnyRange(byte[] data) {
    ByteBuffer buffer = ByteBuffer.wrap(data);
    assertThat(AggregateDecoder.isAggregate(buffer)).isFalse();
    assertThat(AggregateDecoder.decode(buffer)).isEmpty();
    List<AggregatedRecord> records =
        AggregateDecoder.deaggregate("outer", buffer, HashKey.MIN, HashKey.MIN);
    assertThat(records).hasSize(1);
    AggregatedRecord record = records.get(0);
    assertThat(record.partitionKey()).isEqualTo("outer");
    assertThat(record.explicitHashKey()).isEmpty();
    assertThat(record.data()).isEqualTo(buffer);
    assertThat(record.aggregated()).isFalse();
    assertThat(record.subSequenceNumber()).isZero();
    assertThat(record.hashKey()).isEqualTo(HashKey.ofPartitionKey("outer"));
  }

  @Test
  void deaggregate_withoutPartitionKey_countsAsEmpty() {
    AggregatedRecord record = AggregateDecoder.deaggregate(null, ByteBuffer.allocate(3)).get(0);
    assertThat(record.partitionKey()).isEmpty();
  }

  @Test
  void deaggregate_oneRecordOutsideTheShard_dropsTheWholeAggregate() {
    ByteBuffer data = ByteBuffer.wrap(AGGREGATE);
    HashKey seven = HashKey.of(0, 7);
    HashKey ofA = HashKey.ofPartitionKey("a");
    assertThat(AggregateDecoder.deaggregate("k", data, seven, ofA)).hasSize(3);
    assertThat(AggregateDecoder.deaggregate("k", data, seven.next(), ofA)).isEmpty();
    assertThat(AggregateDecoder.deaggregate("k", data, seven, ofA.previous())).isEmpty();
    assertThat(AggregateDecoder.isAggregate(data)).isTrue();
  }

  @Test
  void decode_keyOutsideTheTable_endsTheListThere() {
    Reference.AggregatedRecord.Builder message = Envelopes.message(PUTS);
    message.getRecordsBuilder(1).setPartitionKeyIndex(2);
    assertThat(decode(message)).containsExactly(PUTS.get(0));
    message.getRecordsBuilder(1).setPartitionKeyIndex(1).setExplicitHashKeyIndex(1);
    assertThat(decode(message)).containsExactly(PUTS.get(0));
  }

  @Test
  void decode_envelopeWithoutOrWithOneRecord_isAnAggregate() {
    Reference.AggregatedRecord.Builder none =
        Reference.AggregatedRecord.newBuilder().addPartitionKeyTable("k");
    assertThat(decode(none)).isEmpty();
    assertThat(AggregateDecoder.isAggregate(ByteBuffer.wrap(Envelopes.around(none)))).isTrue();
    List<Put> one = List.of(Put.of("k", null, "x"));
    assertThat(decode(Envelopes.message(one))).isEqualTo(one);
  }

  @Test
  void decode_aggregateInsideAUserRecord_isLeftAsItIs() {
    byte[] outer =
        Envelopes.around(
            Reference.AggregatedRecord.newBuilder()
                .addPartitionKeyTable("k")
                .addRecords(
                    Reference.Record.newBuilder()
                        .setPartitionKeyIndex(0)
                        .setData(ByteString.copyFrom(AGGREGATE))));
    List<AggregatedRecord> records = AggregateDecoder.decode(ByteBuffer.wrap(outer)).orElseThrow();
    assertThat(records).hasSize(1);
    assertThat(records.get(0).data()).isEqualTo(ByteBuffer.wrap(AGGREGATE));
  }

  @Test
  void decode_fieldsInAnyOrder_givesTheSame() {
    byte[] records = {0x1A, 5, 8, 0, 0x1A, 1, 'x', 0x1A, 5, 8, 1, 0x1A, 1, 'y'};
    byte[] message =
        ByteBuffer.allocate(20).put(records).put(new byte[] {0x0A, 1, 'a', 0x0A, 1, 'b'}).array();
    assertThat(
            Put.of(
                AggregateDecoder.decode(ByteBuffer.wrap(Envelopes.around(message))).orElseThrow()))
        .containsExactly(Put.of("a", null, "x"), Put.of("b", null, "y"));
  }

  @Test
  void decode_anyKindOfBuffer_readsFromPositionToLimitAndMovesNothing() {
    ByteBuffer heap =
        ByteBuffer.allocate(AGGREGATE.length + 5).position(2).put(AGGREGATE).position(2);
    ByteBuffer direct =
        ByteBuffer.allocateDirect(AGGREGATE.length + 5).position(2).put(AGGREGATE).position(2);
    for (ByteBuffer data :
        List.of(heap, heap.slice(), heap.asReadOnlyBuffer(), direct, heap.duplicate())) {
      data.limit(data.position() + AGGREGATE.length).order(ByteOrder.LITTLE_ENDIAN);
      int position = data.position();
      assertThat(Put.of(AggregateDecoder.decode(data).orElseThrow())).isEqualTo(PUTS);
      assertThat(AggregateDecoder.isAggregate(data)).isTrue();
      assertThat(data.position()).isEqualTo(position);
      assertThat(data.remaining()).isEqualTo(AGGREGATE.length);
    }
  }

  @Test
  void deaggregate_plainRecordAmidABuffer_isOnlyWhatRemains() {
    ByteBuffer data = ByteBuffer.wrap("..text..".getBytes(UTF_8)).position(2).limit(6);
    assertThat(AggregateDecoder.deaggregate("k", data).get(0).data())
        .isEqualTo(ByteBuffer.wrap("text".getBytes(UTF_8)));
  }

  @Test
  void data_ofARecord_isReadOnlyAndNewEachTime() {
    AggregatedRecord record =
        AggregateDecoder.decode(ByteBuffer.wrap(AGGREGATE)).orElseThrow().get(0);
    ByteBuffer data = record.data();
    data.position(1);
    assertThat(record.data().remaining()).isEqualTo(3);
    assertThatThrownBy(() -> data.put(0, (byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
  }

  @Test
  void records_ofAnAggregate_cannotBeChanged() {
    List<AggregatedRecord> records =
        AggregateDecoder.decode(ByteBuffer.wrap(AGGREGATE)).orElseThrow();
    assertThatThrownBy(records::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void equals_sameContent_isEqualAndNothingOfItShows() {
    List<AggregatedRecord> once = AggregateDecoder.decode(ByteBuffer.wrap(AGGREGATE)).orElseThrow();
    List<AggregatedRecord> again =
        AggregateDecoder.decode(ByteBuffer.wrap(AGGREGATE.clone())).orElseThrow();
    assertThat(once).isEqualTo(again).hasSameHashCodeAs(again);
    assertThat(once.get(0)).isNotEqualTo(once.get(2));
    assertThat(once.get(2)).hasToString("AggregatedRecord[2, 5 bytes]");
  }

  private static List<Put> decode(Reference.AggregatedRecord.Builder message) {
    return Put.of(
        AggregateDecoder.decode(ByteBuffer.wrap(Envelopes.around(message))).orElseThrow());
  }
}
