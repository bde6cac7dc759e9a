// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kpl4j.KinesisProducerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;

class CloudWatchConnectionTest {

  /** No host name can be made of it. */
  private static final Region IMPOSSIBLE = Region.of("no region");

  private static final Path OPEN_FILES = Path.of("/proc/self/fd");

  @Test
  void open_clientCannotBeBuilt_leavesNeitherFilesNorThreads() throws IOException {
    assumeTrue(Files.isDirectory(OPEN_FILES));
    openInVain();
    long before = openFiles();
    int rounds = 100;
    for (int i = 0; i < rounds; i++) {
      openInVain();
    }

    assertThat(openFiles()).isLessThan(before + rounds);
    await().untilAsserted(() -> assertThat(Cloud.threads()).isEmpty());
  }

  private static long openFiles() throws IOException {
    try (Stream<Path> files = Files.list(OPEN_FILES)) {
      return files.count();
    }
  }

  private static void openInVain() {
    KinesisProducerConfig config = KinesisProducerConfig.builder().build();
    assertThatThrownBy(() -> CloudWatchConnection.open(config, IMPOSSIBLE, Cloud.CREDENTIALS))
        .isInstanceOf(RuntimeException.class);
  }
}
