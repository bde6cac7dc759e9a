// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is in a file of properties, it is a configuration or refused as documented. */
class PropertiesFuzzTest {

  @TempDir static Path folder;

  @FuzzTest(maxDuration = "60s")
  void fromProperties_anyFile_isAConfigurationOrRefused(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("any.properties"), bytes);

    check(() -> KinesisProducerConfig.fromProperties(file), file.toString());
    check(() -> KinesisProducerConfig.fromPropertiesLenient(file), file.toString());
  }

  private static void check(Supplier<KinesisProducerConfig> reading, String named) {
    KinesisProducerConfig config;
    try {
      config = reading.get();
    } catch (IllegalArgumentException refused) {
      assertThat(refused.getMessage()).contains(named);
      return;
    }
    // What was accepted can be shown, taken apart, and put together again.
    assertThat(config.toString()).isNotEmpty();
    assertThat(config.toBuilder().build().toString()).isEqualTo(config.toString());
    for (String stream : config.streamNames()) {
      assertThat(config.forStream(stream).toString()).isNotEmpty();
      assertThat(config.streamArn(stream)).isNotNull();
    }
  }
}
