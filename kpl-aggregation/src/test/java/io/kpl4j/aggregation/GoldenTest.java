// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Against Kinesis records that the official KPL wrote: always a sample, and all where they are. */
class GoldenTest {

  @Test
  void encoder_sampleOfTheKpl_writesTheSameBytes() throws IOException {
    List<GoldenRecord> sample = GoldenRecord.sample();
    assertThat(sample).hasSizeGreaterThanOrEqualTo(40);
    assertThat(sample).filteredOn(GoldenRecord::isAggregate).hasSizeGreaterThanOrEqualTo(30);
    sample.forEach(GoldenTest::assertSame);
  }

  @Test
  void encoder_everyRecordOfTheKpl_writesTheSameBytes() throws IOException {
    String absent =
        "Only the committed sample of the KPL's records is checked: there is no "
            + GoldenRecord.fullFile()
            + " (-Dkpl.golden.dir names its folder)";
    if (!Files.exists(GoldenRecord.fullFile())) {
      // A skipped test's reason stays in the report file; this is seen.
      System.out.println(absent);
    }
    assumeTrue(Files.exists(GoldenRecord.fullFile()), absent);
    List<GoldenRecord> all = GoldenRecord.all();
    assertThat(all).filteredOn(GoldenRecord::isAggregate).hasSizeGreaterThanOrEqualTo(50);
    all.forEach(GoldenTest::assertSame);
  }

  private static void assertSame(GoldenRecord golden) {
    ByteBuffer data = ByteBuffer.wrap(golden.bytes());
    assertThat(AggregateDecoder.isAggregate(data)).isEqualTo(golden.isAggregate());
    if (golden.isAggregate()) {
      assertSameAggregate(golden, Objects.requireNonNull(golden.userRecords()));
    } else {
      assertThat(AggregateDecoder.decode(data)).isEmpty();
    }
  }

  private static void assertSameAggregate(GoldenRecord golden, List<Put> userRecords) {
    SealedAggregate sealed = Put.seal(userRecords);
    assertThat(HexFormat.of().formatHex(sealed.join())).isEqualTo(golden.data());
    assertThat(sealed.sizeBytes()).isEqualTo(golden.bytes().length);
    assertThat(golden.partitionKey()).isEqualTo(SealedAggregate.OUTER_PARTITION_KEY);
    assertThat(sealed.firstHashKey().toDecimal()).isEqualTo(golden.explicitHashKey());
    assertThat(Put.of(AggregateDecoder.decode(ByteBuffer.wrap(golden.bytes())).orElseThrow()))
        .isEqualTo(userRecords);
  }
}
