// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Any bytes, bare or as the message of an envelope, get the KCL's answer and throw nothing. */
class AggregateDecoderFuzzTest {

  @FuzzTest(maxDuration = "60s")
  void deaggregate_anyBytes_agreesWithTheKcl(byte[] bytes) {
    check(bytes);
  }

  @FuzzTest(maxDuration = "60s")
  void deaggregate_anyMessage_agreesWithTheKcl(byte[] bytes) {
    check(Envelopes.around(bytes));
  }

  private static void check(byte[] data) {
    Kcl.assertSameAnswer(data);
    Kcl.assertSameAnswer(data, HashKey.of(0, 5), HashKey.of(1L << 63, 0));
    Optional<List<AggregatedRecord>> decoded = AggregateDecoder.decode(ByteBuffer.wrap(data));
    assertThat(AggregateDecoder.isAggregate(ByteBuffer.wrap(data))).isEqualTo(decoded.isPresent());
  }
}
