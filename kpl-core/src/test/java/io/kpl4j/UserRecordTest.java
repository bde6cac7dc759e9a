// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;

class UserRecordTest {

  private static final byte[] DATA = {1, 2, 3};

  @Test
  void of_keepsWhatItWasGiven() {
    UserRecord record = UserRecord.of("stream", "key", DATA);

    assertThat(record.streamName()).isEqualTo("stream");
    assertThat(record.partitionKey()).isEqualTo("key");
    assertThat(record.explicitHashKey()).isEmpty();
    assertThat(record.data()).isEqualTo(ByteBuffer.wrap(DATA));
  }

  @Test
  @SuppressWarnings("NullAway") // misuse on purpose
  void of_null_isRefusedByName() {
    assertThatThrownBy(() -> UserRecord.of(null, "key", DATA))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("streamName");
    assertThatThrownBy(() -> UserRecord.of("stream", null, DATA))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("partitionKey");
    assertThatThrownBy(() -> UserRecord.of("stream", "key", (byte[]) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("data");
    assertThatThrownBy(() -> UserRecord.of("stream", "key", (ByteBuffer) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("data");
    assertThatThrownBy(() -> UserRecord.of("stream", "key", DATA).withExplicitHashKey(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("explicitHashKey");
  }

  @Test
  void withExplicitHashKey_leavesTheOriginalAsItIs() {
    UserRecord plain = UserRecord.of("stream", "key", DATA);

    UserRecord hashed = plain.withExplicitHashKey("7");

    assertThat(hashed.explicitHashKey()).contains("7");
    assertThat(hashed.data()).isEqualTo(plain.data());
    assertThat(plain.explicitHashKey()).isEmpty();
  }

  @Test
  void of_buffer_isSeenFromPositionToLimit_whateverBecomesOfThese() {
    ByteBuffer buffer = ByteBuffer.wrap(new byte[] {9, 1, 2, 3, 9});
    buffer.position(1).limit(4);

    UserRecord record = UserRecord.of("stream", "key", buffer);
    buffer.position(4);

    assertThat(record.data()).isEqualTo(ByteBuffer.wrap(DATA));
  }

  @Test
  void data_isReadOnly_withAPositionOfItsOwn() {
    UserRecord record = UserRecord.of("stream", "key", DATA);

    record.data().get();

    assertThat(record.data().position()).isZero();
    assertThatThrownBy(() -> record.data().put((byte) 1))
        .isInstanceOf(ReadOnlyBufferException.class);
  }

  @Test
  void toString_holdsNeitherKeysNorPayload() {
    UserRecord record = UserRecord.of("stream", "my-key", DATA).withExplicitHashKey("12345");

    assertThat(record).hasToString("UserRecord[stream, 3 bytes]");
  }
}
