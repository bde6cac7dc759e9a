// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import io.kpl4j.KinesisProducerConfig;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;

class CloudWatchConnectionTest {

  /** No host name can be made of it. */
  private static final Region IMPOSSIBLE = Region.of("no region");

  @Test
  void open_clientCannotBeBuilt_leavesNeitherFilesNorThreads() {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    assumeTrue(system instanceof UnixOperatingSystemMXBean);
    UnixOperatingSystemMXBean process = (UnixOperatingSystemMXBean) system;
    openInVain();
    long before = process.getOpenFileDescriptorCount();
    int rounds = 100;
    for (int i = 0; i < rounds; i++) {
      openInVain();
    }

    assertThat(process.getOpenFileDescriptorCount()).isLessThan(before + rounds);
    await().untilAsserted(() -> assertThat(Cloud.threads()).isEmpty());
  }

  private static void openInVain() {
    KinesisProducerConfig config = KinesisProducerConfig.builder().build();
    assertThatThrownBy(() -> CloudWatchConnection.open(config, IMPOSSIBLE, Cloud.CREDENTIALS))
        .isInstanceOf(RuntimeException.class);
  }
}
