// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** The de-aggregator of Amazon's Kinesis Client Library, asked the same questions as ours. */
final class Kcl {

  private static final String OUTER_KEY = "outer";

  private Kcl() {}

  /** All that a consumer learns of a user record. */
  private record Seen(
      String partitionKey,
      @Nullable String explicitHashKey,
      String data,
      boolean aggregated,
      long subSequenceNumber) {}

  static void assertSameAnswer(byte[] data) {
    assertSameAnswer(data, HashKey.MIN, HashKey.MAX);
  }

  static void assertSameAnswer(byte[] data, HashKey first, HashKey last) {
    List<Seen> ours =
        AggregateDecoder.deaggregate(OUTER_KEY, ByteBuffer.wrap(data), first, last).stream()
            .map(
                record ->
                    new Seen(
                        record.partitionKey(),
                        record.explicitHashKey().orElse(null),
                        hex(record.data()),
                        record.aggregated(),
                        record.subSequenceNumber()))
            .toList();
    List<Seen> theirs =
        deaggregate(data, first, last).stream()
            .map(
                record ->
                    new Seen(
                        record.partitionKey(),
                        record.explicitHashKey(),
                        hex(record.data()),
                        record.aggregated(),
                        record.subSequenceNumber()))
            .toList();
    assertThat(ours).as(() -> HexFormat.of().formatHex(data)).isEqualTo(theirs);
  }

  static List<KinesisClientRecord> deaggregate(byte[] data, HashKey first, HashKey last) {
    KinesisClientRecord record =
        KinesisClientRecord.builder()
            .partitionKey(OUTER_KEY)
            .sequenceNumber("1")
            .data(ByteBuffer.wrap(data.clone()))
            .build();
    return new AggregatorUtil()
        .deaggregate(
            List.of(record), new BigInteger(first.toDecimal()), new BigInteger(last.toDecimal()));
  }

  private static String hex(ByteBuffer data) {
    byte[] bytes = new byte[data.remaining()];
    data.duplicate().get(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
