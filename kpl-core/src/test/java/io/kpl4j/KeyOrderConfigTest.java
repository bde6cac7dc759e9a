// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Properties;
import org.junit.jupiter.api.Test;

class KeyOrderConfigTest {

  private static KinesisProducerConfig read(String... keysAndValues) {
    Properties properties = new Properties();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      properties.setProperty(keysAndValues[i], keysAndValues[i + 1]);
    }
    return KinesisProducerConfig.fromProperties(properties);
  }

  @Test
  void keyOrder_unlessSet_isNone() {
    assertThat(read().keyOrder()).isEqualTo(KeyOrder.NONE);
  }

  @Test
  void keyOrder_ofAllAndOfOneStream_isSetInCodeAsInAFile() {
    KinesisProducerConfig built =
        KinesisProducerConfig.builder().keyOrder(KeyOrder.SKIP).stream(
                "orders", own -> own.keyOrder(KeyOrder.HALT))
            .build();

    assertThat(read("KeyOrder", "skip", "stream.orders.KeyOrder", "halt")).isEqualTo(built);
    assertThat(built.forStream("orders").keyOrder()).isEqualTo(KeyOrder.HALT);
    assertThat(built.forStream("clicks").keyOrder()).isEqualTo(KeyOrder.SKIP);
  }

  @Test
  void keyOrder_onServiceRoutedStreams_isRefused() {
    assertThatThrownBy(() -> read("KeyOrder", "skip", "RecordDistributionStrategyDefault", "AUTO"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("KeyOrder=skip")
        .hasMessageContaining("RecordDistributionStrategyDefault=AUTO");
  }

  @Test
  void keyOrder_onAStreamThatIsServiceRouted_isRefusedUnlessItHasNone() {
    assertThatThrownBy(
            () -> read("KeyOrder", "halt", "stream.s.RecordDistributionStrategyDefault", "AUTO"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stream.s")
        .hasMessageContaining("KeyOrder=halt");
    assertThatThrownBy(
            () -> read("RecordDistributionStrategyDefault", "AUTO", "stream.s.KeyOrder", "skip"))
        .hasMessageContaining("KeyOrder=skip");
    assertThat(
            read(
                "KeyOrder",
                "halt",
                "stream.s.RecordDistributionStrategyDefault",
                "AUTO",
                "stream.s.KeyOrder",
                "none"))
        .isNotNull();
  }
}
